import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Fronts } from "../../sandbox/aws/httpApi/fronts";
import { LocalCloud, type LocalCloudOptions } from "../../sandbox/aws/localCloud";
import { AwsError, type Created } from "../../sandbox/aws/types";
import { SandboxClock } from "../../sandbox/clock";
import { processesNaming } from "../endToEnd/support";

const TRUST = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
};

describe("The sandbox's cloud", () => {
  const clouds: { cloud: LocalCloud; clock: SandboxClock }[] = [];

  async function open(options: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
    const clock = new SandboxClock(Date.parse("2026-12-01T00:00:00Z"));
    const cloud = new LocalCloud({ clock, ...options });
    clouds.push({ cloud, clock });
    await cloud.open();
    return cloud;
  }

  afterEach(async () => {
    for (const { cloud, clock } of clouds.splice(0)) {
      await cloud.stop();
      clock.stop();
    }
  });

  const declare = (
    cloud: LocalCloud,
    type: string,
    name: string,
    inputs: Record<string, unknown> = {},
    code?: string,
  ) => cloud.create({ type, name, inputs, archives: code ? { code: { "index.js": Buffer.from(code) } } : {} });

  /** A role that may do what the statements say, and a function with it that answers its environment. */
  async function declareFunction(cloud: LocalCloud, variables: Record<string, string>): Promise<Created> {
    const role = await declare(cloud, "aws:iam/role:Role", "role", { assumeRolePolicy: TRUST });
    return declare(
      cloud,
      "aws:lambda/function:Function",
      "fn",
      {
        role: role.state.arn,
        handler: "index.handler",
        runtime: "nodejs22.x",
        timeout: 30,
        environment: { variables },
      },
      "exports.handler = async () => ({ pid: process.pid, env: process.env });",
    );
  }

  it("makes the types that it runs, and says the same names and ARNs at every start", async () => {
    const queues = [];
    for (const cloud of [await open(), await open()]) queues.push(await declare(cloud, "aws:sqs/queue:Queue", "work"));
    assert.match(String(queues[0]?.state.arn), /^arn:aws:sqs:us-east-1:000000000000:work-[0-9a-f]{7}$/);
    assert.equal(queues[0]?.state.arn, queues[1]?.state.arn);
  });

  it("lists what it doesn't run, with the outputs that most resources have", async () => {
    const cloud = await open();
    const { id, state } = await declare(cloud, "aws:s3/bucket:Bucket", "files", { forceDestroy: true });
    assert.deepEqual(cloud.notRun, [{ type: "aws:s3/bucket:Bucket", name: "files" }]);
    assert.equal(state.forceDestroy, true);
    assert.equal(state.name, id);
    assert.match(String(state.arn), /^arn:aws:s3:us-east-1:000000000000:files-/);
  });

  it("lists a queue's policies as not run, so that nobody counts on them", async () => {
    const cloud = await open();
    const queue = await declare(cloud, "aws:sqs/queue:Queue", "work");
    const types = ["aws:sqs/queuePolicy:QueuePolicy", "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"];
    for (const type of types) await declare(cloud, type, "policy", { queueUrl: queue.id });
    assert.deepEqual(
      cloud.notRun.map(({ type }) => type),
      types,
    );
  });

  it("refuses what it doesn't run if it is strict", async () => {
    const cloud = await open({ strict: true });
    await assert.rejects(declare(cloud, "aws:s3/bucket:Bucket", "files"), /--strict/);
    await declare(cloud, "aws:sqs/queue:Queue", "work");
    assert.deepEqual(cloud.notRun, []);
  });

  it("answers where it runs, and names a provider function that it doesn't answer as such", async () => {
    const cloud = await open();
    assert.equal((await cloud.invoke("aws:index/getCallerIdentity:getCallerIdentity", {})).accountId, "000000000000");
    await assert.rejects(cloud.invoke("aws:ec2/getAmi:getAmi", {}), AwsError);
  });

  it("gives queues a URL on its own endpoint, where the AWS SDK finds them", async () => {
    const cloud = await open();
    const { state } = await declare(cloud, "aws:sqs/queue:Queue", "work");
    const role = await declare(cloud, "aws:iam/role:Role", "role", { assumeRolePolicy: TRUST });
    await declare(cloud, "aws:iam/rolePolicy:RolePolicy", "policy", {
      role: role.id,
      policy: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: state.arn }],
      },
    });
    // No endpoint is set: the SDK takes the queue URL's.
    const client = new SQSClient({
      region: "us-east-1",
      credentials: cloud.iam.credentialsOf(String(role.state.arn)),
      maxAttempts: 1,
    });
    await client.send(new SendMessageCommand({ QueueUrl: String(state.url), MessageBody: "hello" }));
    client.destroy();
    assert.deepEqual(
      cloud.queues.messages(String(state.arn)).map(({ body }) => body),
      ["hello"],
    );
  });

  it("changes the environment of functions as it is told, and only there", async () => {
    const cloud = await open({ overrideEnvironment: (declared) => ({ ...declared, TARGET: "the stand-in" }) });
    const { state } = await declareFunction(cloud, { TARGET: "the outside world", OTHER: "as declared" });
    const { payload } = await cloud.functions.invoke(String(state.arn), {});
    const { env } = payload as { env: Record<string, string> };
    assert.deepEqual([env.TARGET, env.OTHER], ["the stand-in", "as declared"]);
    assert.deepEqual(state.environment, { variables: { TARGET: "the outside world", OTHER: "as declared" } });
  });

  it("leaves no process, no listener and no file when it stops", async () => {
    const cloud = await open();
    const { state } = await declareFunction(cloud, {});
    const api = await declare(cloud, "aws:apigatewayv2/api:Api", "api", { protocolType: "HTTP" });
    const { payload } = await cloud.functions.invoke(String(state.arn), {});
    const { directory } = cloud.context;
    assert.ok(processesNaming(directory).includes((payload as { pid: number }).pid));
    await cloud.start();
    await cloud.stop();
    assert.deepEqual(
      processesNaming(directory).filter((pid) => pid === (payload as { pid: number }).pid),
      [],
    );
    assert.equal(existsSync(directory), false);
    await assert.rejects(fetch(String(api.state.apiEndpoint)));
  });

  it("says which option chooses another port if the one asked for is in use", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const cloud = await open({ fronts: new Fronts(port) });
      await assert.rejects(
        declare(cloud, "aws:apigatewayv2/api:Api", "api", { protocolType: "HTTP" }),
        new RegExp(`port ${port} .*in use.*--port`),
      );
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
