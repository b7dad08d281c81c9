import assert from "node:assert/strict";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { SecretsManager } from "../../../sandbox/aws/secrets";
import type { Created } from "../../../sandbox/aws/types";
import { make, TestCloud } from "./support";

const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

describe("Secrets Manager", () => {
  let cloud: TestCloud;
  let secrets: SecretsManager;
  let secret: Created;
  let arn: string;
  let operator: SecretsManagerClient;

  beforeEach(async () => {
    cloud = new TestCloud((context) => {
      secrets = new SecretsManager(context);
      return [secrets.api];
    });
    await cloud.endpoint.start();
    operator = new SecretsManagerClient(cloud.as());
    secret = await make(secrets, SECRET, "token", { name: "app/token", recoveryWindowInDays: 0 });
    arn = secret.id;
  });
  afterEach(() => cloud.stop());

  const read = (SecretId: string, more: object = {}) => operator.send(new GetSecretValueCommand({ SecretId, ...more }));
  const write = (SecretString: string, more: object = {}) =>
    operator.send(new PutSecretValueCommand({ SecretId: arn, SecretString, ...more }));

  it("gives a secret an ARN with six characters at its end", () => {
    assert.match(arn, /^arn:aws:secretsmanager:us-east-1:123456789012:secret:app\/token-[A-Za-z0-9]{6}$/);
    assert.equal(secret.state.arn, arn);
    assert.equal(secret.state.name, "app/token");
  });

  it("refuses a second secret of one name", async () => {
    await assert.rejects(make(secrets, SECRET, "other", { name: "app/token" }), {
      code: "ResourceExistsException",
      message: "The operation failed because the secret app/token already exists.",
    });
  });

  it("refuses names and recovery windows that AWS refuses", async () => {
    await assert.rejects(make(secrets, SECRET, "a", { name: "a b" }), { code: "ValidationException" });
    await assert.rejects(make(secrets, SECRET, "a", { name: "a".repeat(513) }), /at most 512/);
    await assert.rejects(make(secrets, SECRET, "a", { recoveryWindowInDays: 3 }), /0 or 7 to 30 days/);
  });

  it("has no value until one is put", async () => {
    assert.equal(secrets.isFilled(arn), false);
    await assert.rejects(read(arn), {
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
  });

  it("is read by ARN, name, or ARN without the six characters", async () => {
    secrets.put(arn, "value");
    for (const id of [arn, "app/token", arn.slice(0, -7)]) {
      const answer = await read(id);
      assert.equal(answer.SecretString, "value");
      assert.equal(answer.ARN, arn);
      assert.equal(answer.Name, "app/token");
      assert.deepEqual(answer.VersionStages, ["AWSCURRENT"]);
    }
  });

  it("says so when there is no such secret", async () => {
    await assert.rejects(read("other"), {
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret.",
    });
    assert.throws(() => secrets.put("other", "value"), { code: "ResourceNotFoundException" });
  });

  it("tells the sandbox's time", async () => {
    secrets.put(arn, "value");
    const created = (await read(arn)).CreatedDate?.getTime() ?? 0;
    assert.equal(new Date(created).getUTCFullYear(), 2026);
  });

  it("keeps the value before the current one as the previous", async () => {
    for (const value of ["first", "second", "third"])
      assert.deepEqual((await write(value)).VersionStages, ["AWSCURRENT"]);
    assert.equal((await read(arn)).SecretString, "third");
    assert.equal((await read(arn, { VersionStage: "AWSPREVIOUS" })).SecretString, "second");
    assert.equal(secrets.isFilled(arn), true);
  });

  it("keeps a hundred versions at most", async () => {
    for (let round = 0; round < 150; round++) secrets.put(arn, `value ${round}`);
    assert.equal((await read(arn)).SecretString, "value 149");
    assert.equal((await read(arn, { VersionStage: "AWSPREVIOUS" })).SecretString, "value 148");
  });

  it("says that it runs no other stages, older versions, bytes and descriptions", async () => {
    const { VersionId } = await write("first");
    const notRun = (parameter: string) => ({ name: "NotImplemented", message: new RegExp(`with ${parameter}$`) });
    await assert.rejects(read(arn, { VersionStage: "AWSPENDING" }), /doesn't run the stage AWSPENDING/);
    await assert.rejects(read(arn, { VersionId }), notRun("VersionId"));
    await assert.rejects(
      write("next", { VersionStages: ["AWSPENDING"] }),
      /doesn't run putting a secret at .* AWSPENDING/,
    );
    const SecretBinary = Buffer.from([0, 255, 1]);
    await assert.rejects(
      operator.send(new PutSecretValueCommand({ SecretId: arn, SecretBinary })),
      notRun("SecretBinary"),
    );
    await assert.rejects(operator.send(new DescribeSecretCommand({ SecretId: arn })), { name: "NotImplemented" });
    for (const input of ["secretBinary", "secretStringWo", "versionStages"])
      await assert.rejects(make(secrets, VERSION, "v", { secretId: arn, secretString: "x", [input]: "x" }), {
        code: "NotImplemented",
        message: new RegExp(`with ${input}$`),
      });
    assert.equal((await read(arn)).SecretString, "first");
  });

  it("does one put once for one client request token", async () => {
    const ClientRequestToken = "0123456789abcdef0123456789abcdef";
    await write("first", { ClientRequestToken });
    await write("second");
    await write("first", { ClientRequestToken });
    assert.equal((await read(arn)).SecretString, "second");
    await assert.rejects(write("other", { ClientRequestToken }), { name: "ResourceExistsException" });
  });

  it("refuses a value that is missing, empty or too long", async () => {
    await assert.rejects(write(""), { name: "InvalidRequestException" });
    await assert.rejects(operator.send(new PutSecretValueCommand({ SecretId: arn })), {
      name: "InvalidRequestException",
    });
    await assert.rejects(write("ü".repeat(32_769)), { name: "ValidationException" });
  });

  it("takes a declared version for its value", async () => {
    const version = await make(secrets, VERSION, "v", { secretId: arn, secretString: "declared" });
    assert.equal((await read(arn)).SecretString, "declared");
    assert.equal(version.state.arn, arn);
    assert.equal(version.id, `${arn}|${version.state.versionId}`);
  });

  it("puts no value into the journal", async () => {
    secrets.put(arn, "hunter2");
    await read(arn);
    const text = JSON.stringify(cloud.context.journal.entries);
    assert.match(text, /secret\.changed/);
    assert.doesNotMatch(text, /hunter2/);
  });

  it("asks for the right on the full ARN, however the secret is named", async () => {
    secrets.put(arn, "value");
    const client = async (name: string, Resource: string) => {
      const role = await cloud.role(name, { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource });
      return new SecretsManagerClient(cloud.as(role));
    };
    const exact = await client("exact", arn);
    for (const SecretId of [arn, "app/token", arn.slice(0, -7)])
      assert.equal((await exact.send(new GetSecretValueCommand({ SecretId }))).SecretString, "value");
    const partial = await client("partial", arn.slice(0, -7));
    await assert.rejects(partial.send(new GetSecretValueCommand({ SecretId: arn })), { name: "AccessDeniedException" });
    await assert.rejects(exact.send(new GetSecretValueCommand({ SecretId: "other" })), {
      name: "AccessDeniedException",
    });
    await assert.rejects(exact.send(new PutSecretValueCommand({ SecretId: arn, SecretString: "x" })), {
      name: "AccessDeniedException",
    });
  });
});
