import assert from "node:assert/strict";
import { GetScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type AwsApi, AwsError } from "../../../../sandbox/aws/types";
import { TestCloud } from "../support";

const QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:work";
const SCHEDULE_ARN = "arn:aws:scheduler:us-east-1:123456789012:schedule/group/payday";

function stubApis(): AwsApi[] {
  return [
    {
      signingName: "secretsmanager",
      protocol: "awsJson",
      operations: {
        GetSecretValue: {
          authorize: ({ SecretId }) => ({ action: "secretsmanager:GetSecretValue", resource: String(SecretId) }),
          run: ({ SecretId }) => {
            if (String(SecretId).endsWith("bug")) throw new TypeError(`can't read "hunter2" of ${SecretId}`);
            return { ARN: SecretId, SecretString: "hunter2", CreatedDate: 1_700_000_000 };
          },
        },
      },
    },
    {
      signingName: "sqs",
      protocol: "awsJson",
      operations: {
        SendMessage: {
          authorize: () => ({ action: "sqs:SendMessage", resource: QUEUE_ARN }),
          run: () => {
            throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
          },
        },
        ReceiveMessage: {
          authorize: () => ({ action: "sqs:ReceiveMessage", resource: QUEUE_ARN }),
          run: () => new Promise(() => {}),
        },
      },
    },
    {
      signingName: "sns",
      protocol: "awsQuery",
      operations: {
        Publish: {
          authorize: ({ TopicArn }) => ({ action: "SNS:Publish", resource: String(TopicArn) }),
          run: ({ Message }) => ({ MessageId: `<${Message}>&"` }),
        },
      },
    },
    {
      signingName: "scheduler",
      protocol: "restJson",
      operations: {
        GetSchedule: {
          authorize: ({ groupName, Name }) => ({
            action: "scheduler:GetSchedule",
            resource: `${SCHEDULE_ARN.split("/")[0]}/${groupName}/${Name}`,
          }),
          run: ({ Name }) => {
            if (Name === "gone") throw new AwsError("ResourceNotFoundException", "Schedule gone does not exist.", 404);
            return { Name, State: "ENABLED" };
          },
        },
      },
      route: (method, path, query) => {
        const name = /^\/schedules\/([^/]+)$/.exec(path)?.[1];
        if (method !== "GET" || !name) return undefined;
        const input = { Name: decodeURIComponent(name), groupName: query.get("groupName") };
        return { operation: "GetSchedule", input };
      },
    },
  ];
}

describe("the AWS endpoint", () => {
  let cloud: TestCloud;
  let roleArn: string;

  beforeEach(async () => {
    cloud = new TestCloud(stubApis);
    roleArn = await cloud.role("reader", {
      Effect: "Allow",
      Action: [
        "secretsmanager:GetSecretValue",
        "secretsmanager:ListSecrets",
        "sqs:*",
        "sns:Publish",
        "scheduler:GetSchedule",
      ],
      Resource: "*",
    });
    await cloud.endpoint.start();
  });
  afterEach(() => cloud.stop());

  const secrets = (as?: string) => new SecretsManagerClient(cloud.as(as));

  it("answers a JSON call with what the operation returns", async () => {
    const answer = await secrets(roleArn).send(new GetSecretValueCommand({ SecretId: "arn:aws:x" }));
    assert.equal(answer.SecretString, "hunter2");
    assert.equal(answer.CreatedDate?.getTime(), 1_700_000_000_000);
    assert.match(String(answer.$metadata.requestId), /^[0-9a-f-]{36}$/);
  });

  it("answers a query call in XML, with every character escaped", async () => {
    const answer = await new SNSClient(cloud.as(roleArn)).send(
      new PublishCommand({ TopicArn: "arn:aws:sns:us-east-1:123456789012:t", Message: "a < b & ü" }),
    );
    assert.equal(answer.MessageId, '<a < b & ü>&"');
    assert.ok(answer.$metadata.requestId);
  });

  it("answers a REST call by path and query, escaped names included", async () => {
    const client = new SchedulerClient(cloud.as(roleArn));
    const answer = await client.send(new GetScheduleCommand({ Name: "pay day+1", GroupName: "group" }));
    assert.equal(answer.Name, "pay day+1");
    assert.equal(answer.State, "ENABLED");
  });

  it("answers a REST call's error as the SDK's own error class", async () => {
    const client = new SchedulerClient(cloud.as(roleArn));
    await assert.rejects(client.send(new GetScheduleCommand({ Name: "gone", GroupName: "group" })), {
      name: "ResourceNotFoundException",
      message: "Schedule gone does not exist.",
    });
  });

  it("answers a JSON call's error as the SDK's own error class", async () => {
    const client = new SQSClient(cloud.as(roleArn));
    await assert.rejects(client.send(new SendMessageCommand({ QueueUrl: "x", MessageBody: "y" })), {
      name: "QueueDoesNotExist",
    });
  });

  it("denies what no policy allows, in AWS's words, and journals it", async () => {
    const other = await cloud.role("other");
    await assert.rejects(secrets(other).send(new GetSecretValueCommand({ SecretId: "arn:aws:x" })), {
      name: "AccessDeniedException",
      message:
        "User: arn:aws:sts::123456789012:assumed-role/other/sandbox is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:x because no identity-based policy allows the secretsmanager:GetSecretValue action",
    });
    const [entry] = cloud.context.journal.entries;
    assert.deepEqual(
      { kind: entry?.kind, role: entry?.role, action: entry?.action, resource: entry?.resource },
      { kind: "iam.denied", role: other, action: "secretsmanager:GetSecretValue", resource: "arn:aws:x" },
    );
  });

  it("denies an SNS call with SNS's own code", async () => {
    const other = await cloud.role("other");
    const publish = new PublishCommand({ TopicArn: "arn:aws:sns:us-east-1:123456789012:t", Message: "m" });
    await assert.rejects(new SNSClient(cloud.as(other)).send(publish), { name: "AuthorizationErrorException" });
  });

  it("journals an allowed call without its input", async () => {
    await secrets(roleArn).send(new GetSecretValueCommand({ SecretId: "arn:aws:x" }));
    const { at: _at, ...entry } = cloud.context.journal.entries[0] ?? { at: 0 };
    assert.deepEqual(entry, {
      kind: "aws.call",
      service: "secretsmanager",
      operation: "GetSecretValue",
      role: roleArn,
      resource: "arn:aws:x",
    });
  });

  it("allows the operator everything", async () => {
    const answer = await secrets().send(new GetSecretValueCommand({ SecretId: "arn:aws:x" }));
    assert.equal(answer.SecretString, "hunter2");
  });

  it("says which call it doesn't run, and journals it", async () => {
    await assert.rejects(secrets(roleArn).send(new ListSecretsCommand({})), {
      name: "NotImplemented",
      message: "the sandbox doesn't run secretsmanager:ListSecrets",
    });
    assert.equal(cloud.context.journal.entries.at(-1)?.kind, "aws.notRun");
  });

  it("says which service it doesn't run", async () => {
    const bare = new TestCloud(() => []);
    await bare.endpoint.start();
    const client = new SQSClient(bare.as());
    await assert.rejects(client.send(new SendMessageCommand({ QueueUrl: "x", MessageBody: "y" })), {
      message: "the sandbox doesn't run sqs:SendMessage",
    });
    await bare.stop();
  });

  it("keeps the words of its own bugs to itself", async () => {
    await assert.rejects(secrets(roleArn).send(new GetSecretValueCommand({ SecretId: "bug" })), {
      name: "InternalFailure",
      message: "The sandbox failed to run this call",
    });
    assert.doesNotMatch(JSON.stringify(cloud.context.journal.entries), /hunter2/);
  });

  it("refuses keys that are nobody's", async () => {
    const credentials = { accessKeyId: "ASIAXXXXXXXXXXXXXXXX", secretAccessKey: "s", sessionToken: "t" };
    const client = new SecretsManagerClient({ ...cloud.as(roleArn), credentials });
    await assert.rejects(client.send(new GetSecretValueCommand({ SecretId: "x" })), {
      name: "UnrecognizedClientException",
    });
    const topics = new SNSClient({ ...cloud.as(roleArn), credentials });
    await assert.rejects(topics.send(new PublishCommand({ TopicArn: "x", Message: "m" })), (error: Error) =>
      error.name.startsWith("InvalidClientTokenId"),
    );
  });

  it("refuses a role's access key with another secret or token", async () => {
    const keys = cloud.iam.credentialsOf(roleArn);
    const call = (credentials: Partial<typeof keys>) => {
      const client = new SecretsManagerClient({ ...cloud.as(roleArn), credentials: { ...keys, ...credentials } });
      return client.send(new GetSecretValueCommand({ SecretId: "x" }));
    };
    await assert.rejects(call({ secretAccessKey: "other" }), { name: "InvalidSignatureException" });
    await assert.rejects(call({ sessionToken: "other" }), { name: "UnrecognizedClientException" });
    await assert.rejects(call({ ...({ sessionToken: undefined } as object) }), { name: "UnrecognizedClientException" });
  });

  it("refuses a request that was changed after it was signed", async () => {
    const client = secrets(roleArn);
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers["x-amz-target"] = "secretsmanager.ListSecrets";
        return next(args);
      },
      { step: "finalizeRequest", priority: "low" },
    );
    await assert.rejects(client.send(new GetSecretValueCommand({ SecretId: "x" })), {
      name: "InvalidSignatureException",
    });
  });

  it("refuses a request without a signature", async () => {
    const response = await fetch(cloud.endpoint.url, {
      method: "POST",
      headers: { "x-amz-target": "secretsmanager.GetSecretValue" },
      body: "{}",
    });
    assert.equal(response.status, 403);
    assert.ok(response.headers.get("x-amzn-requestid"));
    assert.equal(((await response.json()) as { __type: string }).__type, "MissingAuthenticationToken");
  });

  it("fails loudly at a policy that it can't evaluate", async () => {
    const odd = await cloud.role("odd", {
      Effect: "Allow",
      Action: "secretsmanager:*",
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceIp": "10.0.0.0" } },
    });
    await assert.rejects(secrets(odd).send(new GetSecretValueCommand({ SecretId: "x" })), {
      name: "NotImplemented",
    });
  });

  it("leaves the clock of a client in another time alone", async () => {
    const client = secrets(roleArn);
    await client.send(new GetSecretValueCommand({ SecretId: "x" }));
    // The header has whole seconds.
    assert.ok(Math.abs(client.config.systemClockOffset) < 120_000);
  });

  it("tells the sandbox's time to who says none", async () => {
    await cloud.context.clock.advanceTo(Date.parse("2027-06-01T00:00:00Z"));
    const response = await fetch(cloud.endpoint.url);
    assert.match(String(response.headers.get("date")), /Jun 2027/);
  });

  it("lets the clock move while a long poll waits", async () => {
    const client = new SQSClient(cloud.as(roleArn));
    const poll = client.send(new ReceiveMessageCommand({ QueueUrl: "x", WaitTimeSeconds: 20 }));
    const ended = assert.rejects(poll);
    while (!cloud.context.journal.entries.some(({ operation }) => operation === "ReceiveMessage"))
      await new Promise((resolve) => setTimeout(resolve, 5));
    await cloud.context.clock.advanceTo(cloud.context.clock.now() + 60_000);
    await cloud.endpoint.stop();
    await ended;
  });

  it("hangs up on a body of many megabytes", async () => {
    const response = fetch(cloud.endpoint.url, { method: "POST", body: Buffer.alloc(6 * 1024 * 1024) });
    await assert.rejects(response);
  });

  it("throws for its URL before it is started", () => {
    assert.throws(() => new TestCloud(() => []).endpoint.url, /not started/);
  });
});
