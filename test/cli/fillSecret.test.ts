import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SecretsManager } from "../../sandbox/aws/secrets";
import type { AwsOperation } from "../../sandbox/aws/types";
import { until } from "../endToEnd/support";
import { make, TestCloud } from "../sandbox/aws/support";
import { main } from "./support";

/** The command as `npx sequence-remote-api` runs it, built, against the sandbox's Secrets Manager. */
describe("sequence-remote-api fill-secret", function () {
  this.timeout(120_000);
  let cloud: TestCloud;
  let secrets: SecretsManager;
  let operator: SecretsManagerClient;
  let arn: string;
  let reads: number;
  let children: ChildProcess[];

  beforeEach(async () => {
    children = [];
    cloud = new TestCloud((context) => {
      secrets = new SecretsManager(context);
      const { api } = secrets;
      const read = api.operations.GetSecretValue as AwsOperation;
      const countedRead: AwsOperation = {
        ...read,
        run: (...request) => {
          reads++;
          return read.run(...request);
        },
      };
      reads = 0;
      return [{ ...api, operations: { ...api.operations, GetSecretValue: countedRead } }];
    });
    await cloud.endpoint.start();
    operator = new SecretsManagerClient(cloud.as());
    arn = (await make(secrets, "aws:secretsmanager/secret:Secret", "api-secrets", {})).id;
  });
  afterEach(async () => {
    // One that a failed test left waiting for a value would keep mocha from ending.
    for (const child of children) child.kill();
    await cloud.stop();
  });

  function start(...fields: string[]): ChildProcess {
    const { credentials, endpoint } = cloud.as();
    const child = spawn(process.execPath, [main, "fill-secret", arn, ...fields], {
      env: {
        PATH: process.env.PATH,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_SESSION_TOKEN: credentials.sessionToken,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
      },
      stdio: "pipe",
    });
    children.push(child);
    return child;
  }

  async function end(child: ChildProcess) {
    let printed = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk) => {
        printed += chunk;
      });
    const [code] = (await once(child, "close")) as [number];
    return { code, printed };
  }

  /** Runs the command, with a line of input for each field. */
  async function fill(fields: string[], lines: string[]) {
    const child = start(...fields);
    child.stdin?.end(lines.map((line) => `${line}\n`).join(""));
    const ended = await end(child);
    for (const line of lines.filter(Boolean)) assert.ok(!ended.printed.includes(line), "a value was printed");
    return ended;
  }

  const store = (SecretString: string) =>
    operator.send(new PutSecretValueCommand({ SecretId: arn, SecretString, VersionStages: ["AWSCURRENT"] }));
  async function stored(VersionStage = "AWSCURRENT"): Promise<unknown> {
    const { SecretString } = await operator.send(new GetSecretValueCommand({ SecretId: arn, VersionStage }));
    return JSON.parse(String(SecretString));
  }

  it("fills an empty secret", async () => {
    const { code, printed } = await fill(["ru_1", "ru_2"], ["secret-of-one", " Bearer secret-of-two "]);
    assert.equal(code, 0, printed);
    assert.match(printed, /Stored ru_1, ru_2\./);
    assert.deepEqual(await stored(), { ru_1: "secret-of-one", ru_2: "secret-of-two" });
  });

  it("replaces one rule's secret, keeps those of the others, and what was there as AWSPREVIOUS", async () => {
    const before = { ru_1: "secret-of-one", ru_2: "secret-of-two", ru_gone: "secret-of-a-rule-that-went" };
    await store(JSON.stringify(before));
    const { code, printed } = await fill(["ru_2"], ["rotated-secret"]);
    assert.equal(code, 0, printed);
    assert.match(printed, /Stored ru_2, kept ru_1, ru_gone\.\n.*AWSPREVIOUS/);
    assert.deepEqual(await stored(), { ...before, ru_2: "rotated-secret" });
    assert.deepEqual(await stored("AWSPREVIOUS"), before);
  });

  it("keeps a value for which nothing is given, and stores nothing if nothing is", async () => {
    await store('{"ru_1":"secret-of-one"}');
    const added = await fill(["ru_1", "ru_2"], ["", "secret-of-two"]);
    assert.equal(added.code, 0, added.printed);
    assert.deepEqual(await stored(), { ru_1: "secret-of-one", ru_2: "secret-of-two" });
    const none = await fill(["ru_1", "ru_2"], ["", ""]);
    assert.equal(none.code, 0, none.printed);
    assert.match(none.printed, /Nothing was stored/);
    assert.deepEqual(await stored("AWSPREVIOUS"), { ru_1: "secret-of-one" });
  });

  it("says which rule still has no value", async () => {
    const { code, printed } = await fill(["ru_1", "ru_2"], ["secret-of-one", ""]);
    assert.equal(code, 1);
    assert.match(printed, /error: ru_2 still has no value/);
    assert.deepEqual(await stored(), { ru_1: "secret-of-one" });
  });

  it("keeps what somebody else stores while it asks", async () => {
    const child = start("ru_1");
    // What it knows of the secret is older from here on.
    await until(() => reads > 0, "the secret was read");
    await store('{"ru_2":"secret-of-two"}');
    child.stdin?.end("secret-of-one\n");
    const { code, printed } = await end(child);
    assert.equal(code, 0, printed);
    assert.deepEqual(await stored(), { ru_2: "secret-of-two", ru_1: "secret-of-one" });
  });

  for (const [what, text] of [
    ["one text for all rules", "one-secret-for-all"],
    ["broken JSON", '{"ru_1":"secret-of-one"'],
    ["a list", '["secret-of-one"]'],
  ] as const)
    it(`refuses to store one rule's secret in the place of ${what}, which would lose it for the others`, async () => {
      await store(text);
      const { code, printed } = await fill(["ru_1"], ["rotated-secret"]);
      assert.equal(code, 1);
      assert.match(printed, /something else than a JSON object/);
      assert.ok(!printed.includes("secret-of-one") && !printed.includes("one-secret-for-all"));
      const { SecretString } = await operator.send(new GetSecretValueCommand({ SecretId: arn }));
      assert.equal(SecretString, text);
    });

  it("replaces an access token that is stored as text, since nothing else is in its secret", async () => {
    await store("old-access-token");
    assert.equal((await fill(["accessToken"], ["new-access-token"])).code, 0);
    assert.deepEqual(await stored(), { accessToken: "new-access-token" });
  });

  it("refuses what can't be a credential, and stores nothing of what was given", async () => {
    const { code, printed } = await fill(["ru_1", "ru_2"], ["secret-of-one", "two words"]);
    assert.equal(code, 1);
    assert.match(printed, /is no credential/);
    assert.equal(secrets.isFilled(arn), false);
  });

  it("stores nothing if the input ends early", async () => {
    const { code, printed } = await fill(["ru_1", "ru_2"], ["secret-of-one"]);
    assert.equal(code, 1);
    assert.match(printed, /the input ended before every value was given; nothing was stored/);
    assert.equal(secrets.isFilled(arn), false);
  });

  it("refuses what is no ARN, and says what AWS says", async () => {
    const own = arn;
    arn = "my-secret";
    assert.match((await fill(["ru_1"], ["x"])).printed, /my-secret is not the ARN of a secret/);
    arn = `${own.slice(0, -6)}AAAAAA`.replace("api-secrets", "other");
    assert.match(
      (await fill(["ru_1"], ["secret-of-one"])).printed,
      /error: there is no secret arn:\S+AAAAAA: look at the ARN, and at the account/,
    );
  });
});
