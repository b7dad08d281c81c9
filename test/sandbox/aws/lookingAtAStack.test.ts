import assert from "node:assert/strict";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetRolePolicyCommand, IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import { ListSubscriptionsByTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Sandbox } from "../../../sandbox";
import { arnOf, startQuickstart, workQueue } from "../../endToEnd/support";

/** The calls by which a person looks at a stack, by AWS's own clients over HTTP: as the operator, and as a role that may not. */
describe("looking at a stack in the sandbox's AWS", () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startQuickstart();
  });
  after(() => sandbox?.stop());

  const as = (roleArn?: string) => ({
    endpoint: sandbox.cloud.endpoint.url,
    region: "us-east-1",
    maxAttempts: 1,
    credentials: roleArn ? sandbox.cloud.iam.credentialsOf(roleArn) : sandbox.cloud.endpoint.operatorCredentials,
  });
  const last = (arn: string) => arn.split(/[:/]/).at(-1) ?? "";
  const amountRole = () => arnOf(sandbox, "aws:iam/role:Role", "-amounts-role");
  const denied = { name: /AccessDenied|AuthorizationError/ };

  it("IAM gives a role's policy as it was put, encoded as in a URL", async () => {
    const policy = sandbox.deployment.resources.find(({ name }) => name === "sequence-amounts-policy");
    const [RoleName, PolicyName] = String(policy?.id).split(":");
    const read = (role?: string, PolicyNameAsked = PolicyName) =>
      new IAMClient(as(role)).send(new GetRolePolicyCommand({ RoleName, PolicyName: PolicyNameAsked }));
    const { PolicyDocument = "" } = await read();
    assert.deepEqual(JSON.parse(decodeURIComponent(PolicyDocument)), JSON.parse(String(policy?.inputs.policy)));
    await assert.rejects(read(undefined, "other"), { name: /NoSuchEntity/ });
    await assert.rejects(read(amountRole()), denied);
  });

  it("SNS lists who is subscribed, and who has not confirmed it", async () => {
    const TopicArn = arnOf(sandbox, "aws:sns/topic:Topic", "-topic");
    const list = async (role?: string) => {
      const answer = await new SNSClient(as(role)).send(new ListSubscriptionsByTopicCommand({ TopicArn }));
      return answer.Subscriptions?.map(({ Endpoint, SubscriptionArn }) => [Endpoint, SubscriptionArn]);
    };
    const [[endpoint, arn] = []] = (await list()) ?? [];
    assert.equal(endpoint, "you@example.com");
    assert.ok(arn?.startsWith(`${TopicArn}:`));
    sandbox.cloud.topics.setConfirmed("you@example.com", false);
    assert.deepEqual(await list(), [["you@example.com", "PendingConfirmation"]]);
    const before = sandbox.mails().length;
    sandbox.cloud.topics.publish(TopicArn, { message: "hello" });
    assert.equal(sandbox.mails().length, before);
    sandbox.cloud.topics.setConfirmed("you@example.com", true);
    await assert.rejects(list(amountRole()), denied);
  });

  it("SQS counts what is in a queue", async () => {
    const failures = sandbox.deployment.resources.find(({ name }) => name === "sequence-triggers-failures");
    const count = async (role?: string) => {
      const command = new GetQueueAttributesCommand({
        QueueUrl: String(failures?.id),
        AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
      });
      return (await new SQSClient(as(role)).send(command)).Attributes;
    };
    const queue = sandbox.cloud.queues.get(String(failures?.state.arn));
    queue.send("one", "x");
    queue.send("two", "x");
    const [taken] = queue.receive(1);
    assert.deepEqual(await count(), { ApproximateNumberOfMessages: "1", ApproximateNumberOfMessagesNotVisible: "1" });
    queue.delete(taken?.receiptHandle ?? "");
    await assert.rejects(count(amountRole()), denied);
  });

  it("Lambda lists a function's event source mappings", async () => {
    const FunctionName = last(arnOf(sandbox, "aws:lambda/function:Function", "-triggers-function"));
    const list = async (name = FunctionName, role?: string) => {
      const command = new ListEventSourceMappingsCommand({ FunctionName: name });
      const { EventSourceMappings = [] } = await new LambdaClient(as(role)).send(command);
      return EventSourceMappings.map(({ EventSourceArn, State }) => [EventSourceArn, State]);
    };
    assert.deepEqual(await list(), [[workQueue(sandbox), "Enabled"]]);
    sandbox.cloud.mappings.setEnabled(workQueue(sandbox), false);
    assert.deepEqual(await list(), [[workQueue(sandbox), "Disabled"]]);
    sandbox.cloud.mappings.setEnabled(workQueue(sandbox), true);
    assert.deepEqual(await list("another"), []);
    await assert.rejects(list(FunctionName, amountRole()), denied);
  });

  it("DynamoDB describes a table, and one that was deleted no more", async () => {
    const TableName = last(arnOf(sandbox, "aws:dynamodb/table:Table", "-ledger"));
    const describeTable = (role?: string) => new DynamoDBClient(as(role)).send(new DescribeTableCommand({ TableName }));
    assert.equal((await describeTable()).Table?.TableStatus, "ACTIVE");
    await assert.rejects(describeTable(amountRole()), denied);
    sandbox.cloud.tables.remove(TableName);
    await assert.rejects(describeTable(), { name: "ResourceNotFoundException" });
  });
});
