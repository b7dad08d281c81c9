import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { GetFunctionCommand, GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { unzipSync } from "fflate";
import { amountFunction } from "../../../../lambda/triggers/aws/amountFunction";
import { lambdaApi } from "../../../../sandbox/aws/functions/operations";
import { AwsError, type InvocationResult } from "../../../../sandbox/aws/types";
import { TestCloud } from "../support";

const ARN = "arn:aws:lambda:us-east-1:123456789012:function:";
const AMOUNTS = "home-amounts-function-1234567";
const answer = { amounts: { rent: { cents: 150_000 } } };

const files = {
  "config.json": Buffer.from('{"é":1}'),
  "index.js": Buffer.from(""),
  "a/b.txt": Buffer.alloc(70_000, "x"),
};

/** The call with which the trigger function asks the amount function, over HTTP, and what Lambda says to it. */
describe("Lambda's Invoke", () => {
  let cloud: TestCloud;
  let roleArn: string;
  let invoked: [string, unknown][];
  let invoke: () => InvocationResult;

  beforeEach(async () => {
    invoked = [];
    invoke = () => ({ requestId: "r", payload: answer });
    cloud = new TestCloud(() => [
      lambdaApi({
        arnOf: (name) => (name.startsWith("arn:") ? name : `${ARN}${name}`),
        invoke: async (arn, event) => {
          invoked.push([arn, event]);
          return invoke();
        },
        configurationOf: (arn) => ({ FunctionArn: arn }),
        mappingsOf: () => [],
        policyOf: () => "{}",
        reservedConcurrencyOf: () => undefined,
        archiveOf: () => files,
      }),
    ]);
    roleArn = await cloud.role("triggers", {
      Effect: "Allow",
      Action: "lambda:InvokeFunction",
      Resource: `${ARN}${AMOUNTS}`,
    });
    await cloud.endpoint.start();
  });
  afterEach(() => cloud.stop());

  function envOf(role: string): NodeJS.ProcessEnv {
    const { accessKeyId, secretAccessKey, sessionToken } = cloud.as(role).credentials;
    return {
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: cloud.endpoint.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
  }
  const check = (name = AMOUNTS, role = roleArn) =>
    amountFunction(name, { env: envOf(role), now: () => cloud.context.clock.now() }).check(["rent"], 16_000);

  it("gives the function the check and nothing else, and returns what it answers", async () => {
    assert.deepEqual(await check(), answer.amounts);
    assert.deepEqual(invoked, [[`${ARN}${AMOUNTS}`, { check: ["rent"] }]]);
  });

  it("is allowed on exactly the function's ARN", async () => {
    await assert.rejects(check(`${AMOUNTS}8`), { name: "AccessDeniedException" });
    await assert.rejects(check(AMOUNTS, await cloud.role("other")), { name: "AccessDeniedException" });
    assert.deepEqual(invoked, []);
  });

  it("is refused when the function is throttled or isn't there, without another try", async () => {
    for (const [code, status] of [
      ["TooManyRequestsException", 429],
      ["ResourceNotFoundException", 404],
    ] as const) {
      invoke = () => {
        throw new AwsError(code, "no", status);
      };
      await assert.rejects(check(), { name: code });
    }
    assert.equal(invoked.length, 2);
  });

  it("answers 200 for a function that fails, and says so in a header", async () => {
    invoke = () => ({ requestId: "r", error: { type: "Error", message: "a bug" } });
    await assert.rejects(check(), /the amount function failed \(Unhandled\)/);
  });

  it("gives no amounts if the function answers something else", async () => {
    for (const payload of [undefined, { statusCode: 404, body: "{}" }, "text"]) {
      invoke = () => ({ requestId: "r", payload });
      await assert.rejects(check(), /the amount function's answer about "rent" is missing/);
    }
  });

  it("is given up when its time is over", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const env = { ...envOf(roleArn), AWS_ENDPOINT_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` };
    await assert.rejects(amountFunction(AMOUNTS, { env }).check(["rent"], 50), { name: "NoAnswer" });
    silent.closeAllConnections();
    silent.close();
  });
});

describe("Lambda's GetFunction and GetFunctionConfiguration", () => {
  it("are allowed on exactly the function's ARN, and give its archive as a zip", async () => {
    const cloud = new TestCloud(() => [
      lambdaApi({
        arnOf: (name) => `${ARN}${name}`,
        invoke: () => Promise.reject(new Error("nobody invokes it")),
        mappingsOf: () => [],
        policyOf: () => "{}",
        reservedConcurrencyOf: () => undefined,
        configurationOf: (arn) => ({ FunctionArn: arn }),
        archiveOf: () => files,
      }),
    ]);
    await cloud.endpoint.start();
    const reading = ["lambda:GetFunction", "lambda:GetFunctionConfiguration"];
    const role = await cloud.role("reader", { Effect: "Allow", Action: reading, Resource: `${ARN}${AMOUNTS}` });
    const client = new LambdaClient({ ...cloud.as(role), region: "us-east-1" });
    const { Configuration, Code } = await client.send(new GetFunctionCommand({ FunctionName: AMOUNTS }));
    assert.equal(Configuration?.FunctionArn, `${ARN}${AMOUNTS}`);
    const zip = new Uint8Array(await (await fetch(String(Code?.Location))).arrayBuffer());
    const unzipped = Object.entries(unzipSync(zip)).map(([path, content]) => [path, Buffer.from(content)]);
    assert.deepEqual(Object.fromEntries(unzipped), files);
    for (const command of [GetFunctionCommand, GetFunctionConfigurationCommand])
      await assert.rejects(client.send(new command({ FunctionName: `${AMOUNTS}8` }) as GetFunctionCommand), {
        name: "AccessDeniedException",
      });
    await cloud.stop();
  });
});
