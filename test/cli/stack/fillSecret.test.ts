import assert from "node:assert/strict";
import { join } from "node:path";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { clientsFor } from "../../../cli/stack/aws/clients";
import { programs } from "../../endToEnd/support";
import { Cli, type Ended, endAll } from "../support";
import { foreignFolder, NO_AWS, type ServedStack, servedStack } from "./support";

const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "example", sessionToken: "session" };

describe("a secret that the commands read or fill", () => {
  it("is looked for in its own region, whatever the stack's is", async () => {
    const { secretsOf } = clientsFor("us-east-1", { endpoint: "http://127.0.0.1", credentials });
    for (const region of ["us-east-1", "eu-west-1"]) {
      const client = secretsOf(`arn:aws:secretsmanager:${region}:123456789012:secret:token-AbCdEf`);
      assert.equal(await client.config.region(), region);
    }
  });
});

describe("sequence-remote-api fill-secret by a name in the stack", function () {
  this.timeout(120_000);
  let served: ServedStack;

  afterEach(async () => {
    await served?.stop();
    await endAll();
  });

  const fill = async (args: string[], line: string): Promise<Ended> => {
    const cli = new Cli(["fill-secret", ...args, "--sandbox", served.page.url], {
      cwd: foreignFolder(),
      env: { ...NO_AWS },
      keys: true,
    });
    cli.type(`${line}\n`);
    const ended = await cli.ended;
    assert.ok(!(ended.stdout + ended.stderr).includes(line), "the value was printed");
    return ended;
  };
  async function stored(nameEnd: string): Promise<unknown> {
    const { url: endpoint, operatorCredentials: credentials } = served.sandbox.cloud.endpoint;
    const client = new SecretsManagerClient({ endpoint, credentials, region: "us-east-1" });
    const secret = served.sandbox.deployment.resources.find(
      ({ type, name }) => type === "aws:secretsmanager/secret:Secret" && name.endsWith(nameEnd),
    );
    const read = client.send(new GetSecretValueCommand({ SecretId: String(secret?.state.arn) }));
    const { SecretString } = await read.catch((error) => {
      assert.equal(error.name, "ResourceNotFoundException");
      return { SecretString: "{}" };
    });
    client.destroy();
    return JSON.parse(String(SecretString));
  }

  describe("that the operator fills", () => {
    beforeEach(async () => {
      served = await servedStack(join(programs, "operator-secrets"));
    });

    it("tries an access token before it stores it", async () => {
      const token = "the-token-of-the-operator";
      const wrong = await fill(["accessToken"], "not-the-access-token");
      assert.equal(wrong.code, 1);
      assert.match(wrong.stderr, /Sequence refuses this access token \(401\); nothing was stored/);
      assert.deepEqual(await stored("-access-token"), {});
      const right = await fill(["accessToken"], token);
      assert.equal(right.code, 0, right.stderr);
      assert.match(right.stdout, /^Sequence accepts it: it was tried by an accounts call before it was stored\.\n/);
      const untried = await fill(["accessToken", "--untried"], "not-the-access-token");
      assert.equal(untried.code, 0, untried.stderr);
      assert.match(untried.stdout, /^It was not tried\./);
      assert.deepEqual(await stored("-access-token"), { accessToken: "not-the-access-token" });
    });

    it("doesn't store a token that can't be tried", async () => {
      served.sandbox.sequence.fault({ endpoint: "accounts", status: 501, times: 100 });
      const { code, stderr } = await fill(["accessToken"], "another-access-token");
      assert.equal(code, 1);
      assert.match(stderr, /could not be tried, and nothing was stored: .* --untried stores it all the same/);
    });

    it("stores an API secret beside the others, and says that it can't be tried", async () => {
      assert.equal((await fill(["payday"], "the-api-secret-of-the-operator")).code, 0);
      const { code, stdout, stderr } = await fill(["payday"], "a-rotated-api-secret");
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^It was not tried: an API secret can't be without triggering the rule/);
      assert.deepEqual(await stored("-api-secrets-to-fill"), { ru_9: "a-rotated-api-secret" });
    });

    it("fills a secret of the sandbox by its ARN, which AWS is never asked for", async () => {
      const secret = served.sandbox.deployment.resources.find(({ name }) => name.endsWith("-api-secrets-to-fill"));
      const { code, stderr } = await fill([String(secret?.state.arn), "ru_12345"], "an-api-secret-of-12345");
      assert.equal(code, 0, stderr);
      assert.deepEqual(await stored("-api-secrets-to-fill"), { ru_12345: "an-api-secret-of-12345" });
    });

    it("says which names there are", async () => {
      const { code, stderr } = await fill(["acessToken"], "x".repeat(8));
      assert.equal(code, 2);
      assert.match(stderr, /has no secret "acessToken"; it must be one of accessToken, .*; did you mean "accessToken"/);
      const bare = await fill(["arn:aws:secretsmanager:us-east-1:000000000000:secret:x"], "x".repeat(8));
      assert.equal(bare.code, 2);
      assert.match(bare.stderr, /after an ARN come the fields to fill/);
    });
  });

  it("refuses what the program itself gives, because its next change would overwrite it", async () => {
    served = await servedStack();
    for (const name of ["accessToken", "payday"]) {
      const { code, stderr } = await fill([name], "another-credential");
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`the value of ${name} is given in the program, which stores it at each change`));
    }
  });
});
