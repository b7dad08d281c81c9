import assert from "node:assert/strict";
import { LocalCloud } from "../../../../sandbox/aws/localCloud";
import type { Created, CreateRequest } from "../../../../sandbox/aws/types";
import { SandboxClock } from "../../../../sandbox/clock";
import { LAMBDA_TRUST } from "../support";
import { ALARM, alarmInputs, MINUTE_MS, START } from "./support";

/** Writes what it is told to write, in embedded metric format, as its own first line of output. */
const SOURCE = `exports.handler = async ({ value, fail }) => {
  process.stdout.write(JSON.stringify({
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [
      { Namespace: "Test", Dimensions: [["FunctionName"]], Metrics: [{ Name: "Failures" }] } ] },
    FunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME, Failures: value,
  }) + "\\n");
  if (fail) throw new Error("failed");
};`;

describe("An alarm on a function that runs", () => {
  let cloud: LocalCloud;
  let functionArn: string;

  beforeEach(async () => {
    cloud = new LocalCloud({ clock: new SandboxClock(Date.parse(START)), strict: true });
    await cloud.open();
  });
  afterEach(async () => {
    await cloud.stop();
    cloud.context.clock.stop();
  });

  async function create(type: string, name: string, inputs: Record<string, unknown>, code = ""): Promise<Created> {
    const archives: CreateRequest["archives"] = code ? { code: { "index.js": Buffer.from(code) } } : {};
    return cloud.create({ type, name, inputs: { name, ...inputs }, archives });
  }

  /** Declares the function with or without the right to write its log, and alarms on its metrics. */
  async function declare(logActions: readonly string[], inputs: Record<string, unknown> = {}): Promise<void> {
    const role = await create("aws:iam/role:Role", "role", { assumeRolePolicy: LAMBDA_TRUST });
    const group = await create("aws:cloudwatch/logGroup:LogGroup", "/aws/lambda/fn", {});
    const Statement = [{ Effect: "Allow", Action: logActions, Resource: `${group.state.arn}:*` }];
    await create("aws:iam/rolePolicy:RolePolicy", "policy", {
      role: role.id,
      policy: { Version: "2012-10-17", Statement },
    });
    const runs = { role: role.state.arn, handler: "index.handler", runtime: "nodejs22.x", timeout: 30, ...inputs };
    functionArn = String((await create("aws:lambda/function:Function", "fn", runs, SOURCE)).state.arn);
    const topic = await create("aws:sns/topic:Topic", "topic", {});
    const mail = { topic: topic.id, protocol: "email", endpoint: "me@example.com" };
    await create("aws:sns/topicSubscription:TopicSubscription", "mail", mail);
    await create(ALARM, "failures", alarmInputs(topic.id));
    for (const metricName of ["Errors", "Throttles"]) {
      const name = metricName.toLowerCase();
      await create(ALARM, name, { ...alarmInputs(topic.id), name, namespace: "AWS/Lambda", metricName });
    }
    await cloud.start();
  }

  async function run(event: object): Promise<void> {
    await cloud.functions.invoke(functionArn, event);
    await cloud.context.clock.advanceTo(cloud.context.clock.now() + MINUTE_MS);
  }

  const goneOff = () => cloud.cloudWatch.alarms().flatMap(({ name, state }) => (state === "ALARM" ? [name] : []));
  const LOGS = ["logs:CreateLogStream", "logs:PutLogEvents"];

  it("goes off over a metric that the function writes into its log, and mails", async () => {
    await declare(LOGS);
    await run({ value: 0 });
    assert.deepEqual(goneOff(), []);
    await run({ value: 3 });
    assert.deepEqual(goneOff(), ["failures"]);
    assert.deepEqual(
      cloud.topics.mails.map(({ to, subject }) => [to, subject]),
      [["me@example.com", 'ALARM: "failures" in US East (N. Virginia)']],
    );
  });

  it("goes off over an invocation that fails", async () => {
    await declare(LOGS);
    await run({ value: 0, fail: true });
    assert.deepEqual(goneOff(), ["errors"]);
  });

  it("goes off over an invocation that is throttled", async () => {
    await declare(LOGS, { reservedConcurrentExecutions: 0 });
    await assert.rejects(run({ value: 0 }), { code: "TooManyRequestsException" });
    await cloud.context.clock.advanceTo(cloud.context.clock.now() + MINUTE_MS);
    assert.deepEqual(goneOff(), ["throttles"]);
  });

  it("hears nothing of a metric in a line that may not be logged", async () => {
    await declare(["logs:CreateLogStream"]);
    await run({ value: 3 });
    assert.deepEqual(goneOff(), []);
  });
});
