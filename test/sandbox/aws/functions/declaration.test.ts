import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { matchesArn } from "../../../../sandbox/aws/iam/wildcard";
import { create, functionRequest, type TestCloud, testCloud } from "./support";

const SOURCE = "exports.handler = async () => 1;";
const TYPE = "aws:lambda/function:Function";

describe("declaring a function in the sandbox", () => {
  let cloud: TestCloud;
  beforeEach(() => {
    cloud = testCloud();
  });
  afterEach(() => cloud.stop());

  const declare = async (inputs: Record<string, unknown>, files: Record<string, string> = {}) =>
    cloud.functions.resources[TYPE](functionRequest(SOURCE, inputs, files));

  it("gives the outputs that other resources refer to", async () => {
    const { id, state } = await declare({ memorySize: 512, description: "kept" });
    const arn = "arn:aws:lambda:us-east-1:123456789012:function:fn";
    assert.equal(id, "fn");
    assert.equal(state.arn, arn);
    assert.equal(state.qualifiedArn, `${arn}:$LATEST`);
    assert.equal(state.invokeArn, `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`);
    assert.deepEqual(
      [state.name, state.version, state.memorySize, state.timeout, state.description],
      ["fn", "$LATEST", 512, 30, "kept"],
    );
    assert.equal(cloud.functions.roleOf(arn), "arn:aws:iam::123456789012:role/fn");
  });

  it("makes the same digest of the same files in any order, another of other files", async () => {
    const digest = async (name: string, files: Record<string, string>) =>
      (await declare({ name }, files)).state.codeSha256;
    const one = await digest("a", { "a.js": "1", "b.js": "2" });
    assert.equal(Buffer.from(String(one), "base64").length, 32);
    assert.equal(await digest("b", { "b.js": "2", "a.js": "1" }), one);
    assert.notEqual(await digest("c", { "a.js": "12", "b.js": "" }), one);
    assert.notEqual(one, createHash("sha256").digest("base64"));
  });

  it("makes up a name of the logical one, the same at every start", async () => {
    const { state } = await declare({ name: undefined });
    assert.match(String(state.name), /^fn-[0-9a-f]{7}$/);
  });

  it("refuses a second function of the same name", async () => {
    await declare({});
    await assert.rejects(declare({}), { code: "ResourceConflictException", message: "Function already exist: fn" });
  });

  it("refuses a role that Lambda may not assume", async () => {
    cloud.authorizer.untrusted = true;
    await assert.rejects(declare({}), /cannot be assumed by Lambda: arn:aws:iam::123456789012:role\/fn/);
  });

  it("refuses what AWS refuses, naming the value", async () => {
    const variables = (entries: Record<string, string>) => ({ environment: { variables: entries } });
    const cases: [Record<string, unknown>, RegExp][] = [
      [{ timeout: 901 }, /Value '901' at 'timeout' .* less than or equal to 900/],
      [{ timeout: 0 }, /Value '0' at 'timeout' .* greater than or equal to 1/],
      [{ timeout: 1.5 }, /Value '1.5' at 'timeout'/],
      [{ memorySize: 127 }, /Value '127' at 'memorySize' .* greater than or equal to 128/],
      [{ memorySize: 10_241 }, /Value '10241' at 'memorySize' .* less than or equal to 10240/],
      [variables({ AWS_REGION: "x", OK: "y" }), /Reserved keys used in this request: AWS_REGION$/],
      [variables({ "A-B": "x" }), /regular expression pattern: .*: A-B$/],
      [{ handler: undefined }, /`handler` is required/],
      [{ role: undefined }, /`role` is required/],
      [{ runtime: "python3.13" }, /the runtime is "python3.13"; the sandbox runs Node.js runtimes such as nodejs24.x/],
      [{ runtime: undefined }, /the runtime is missing/],
      [{ layers: ["arn:layer"] }, /given: layers$/],
      [{ s3Bucket: "bucket" }, /given: s3Bucket$/],
      [{ loggingConfig: { logFormat: "JSON" } }, /doesn't run functions with the logFormat JSON, only Text/],
      [{ loggingConfig: { applicationLogLevel: "WARN" } }, /doesn't run functions with applicationLogLevel/],
    ];
    for (const [inputs, message] of cases) await assert.rejects(declare(inputs), { name: "AwsError", message });
    assert.equal(cloud.functions.exists("fn"), false);
  });

  it("refuses variables over 4 KB without printing them", async () => {
    const variables = { LONG: "secret".repeat(800) };
    await assert.rejects(declare({ environment: { variables } }), (error: Error) => {
      assert.match(error.message, /exceeded the 4KB limit$/);
      return !error.message.includes("secret");
    });
  });

  it("needs an archive, whose files stay inside", async () => {
    const { archives: _, ...request } = functionRequest(SOURCE);
    await assert.rejects(async () => cloud.functions.resources[TYPE]({ ...request, archives: {} }), /none was given/);
    await assert.rejects(declare({}, { "../outside.js": "1" }), /outside of itself: \.\.\/outside\.js/);
    assert.equal(existsSync(join(cloud.context.directory, "functions/fn/outside.js")), false);
    assert.equal(cloud.functions.exists("fn"), false);
  });
});

describe("a function's permissions", () => {
  let cloud: TestCloud;
  beforeEach(async () => {
    cloud = testCloud();
    await cloud.deploy(SOURCE);
  });
  afterEach(() => cloud.stop());

  const permit = (inputs: Record<string, unknown>, name = "permission") =>
    create(cloud.functions, "aws:lambda/permission:Permission", name, {
      action: "lambda:InvokeFunction",
      function: "fn",
      principal: "apigateway.amazonaws.com",
      ...inputs,
    });
  const source = (place: string) => `arn:aws:execute-api:us-east-1:123456789012:api1/${place}`;
  const mayInvoke = (sourceArn: string, principal = "apigateway.amazonaws.com") =>
    cloud.functions.mayInvoke("fn", { principal, sourceArn });

  it("let nobody in by default", () => {
    assert.equal(mayInvoke(source("$default/POST/x")), false);
  });

  it("let the named service in for the named source", () => {
    permit({ sourceArn: source("*/POST/amounts/*") });
    assert.equal(mayInvoke(source("$default/POST/amounts/{name}/{token}")), true);
    assert.equal(mayInvoke(source("$default/GET/amounts/{name}/{token}")), false);
    assert.equal(mayInvoke(source("$default/POST/amounts/a"), "events.amazonaws.com"), false);
  });

  it("let it in for any source if none is named, and for another action not at all", () => {
    permit({ action: "lambda:GetFunction" }, "other");
    assert.equal(mayInvoke(source("$default/POST/x")), false);
    permit({});
    assert.equal(mayInvoke(source("$default/POST/x")), true);
  });

  it("need a function, a principal, a valid action and an id of their own", () => {
    assert.throws(() => permit({ function: "absent" }), { code: "ResourceNotFoundException" });
    assert.throws(() => permit({ principal: undefined }), /principal was invalid/);
    assert.throws(() => permit({ action: "s3:Get" }), /Value 's3:Get' at 'action'/);
    assert.equal(permit({ statementId: "one" }).id, "one");
    assert.throws(() => permit({ statementId: "one" }), { code: "ResourceConflictException" });
  });

  it("compare ARNs part by part", () => {
    assert.ok(matchesArn("arn:aws:execute-api:*:*:*", "arn:aws:execute-api:us-east-1:1:a/b:c/d"));
    assert.ok(matchesArn("arn:aws:s3:::a?c*f", "arn:aws:s3:::abcdef"));
    assert.ok(!matchesArn("arn:*:a", "arn:aws:execute-api:us-east-1:1:a"));
    assert.ok(!matchesArn("arn:aws:s3:::abc", "arn:aws:s3:::abcd"));
    assert.ok(!matchesArn("arn:aws:s3:::*x", "arn:aws:s3:::xy"));
    assert.ok(!matchesArn(`arn:aws:s3:::${"*a".repeat(2000)}b`, `arn:aws:s3:::${"a".repeat(10_000)}`));
  });
});
