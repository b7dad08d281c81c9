import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { endpointIn } from "../../lambda/aws/signed";
import { SecretCache, SecretError } from "../../lambda/secrets";
import { secretsManager } from "../../lambda/secrets/secretsManager";
import { SecretsManager } from "../../sandbox/aws/secrets";
import { make, TestCloud } from "../sandbox/aws/support";

const ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:token-AbCdEf";
const FIELD = "accessToken";
const STAGE_MISSING = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";

interface Answer {
  readonly status?: number;
  readonly body?: object | string;
  readonly headers?: Record<string, string>;
}

interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "example", sessionToken: "session" };

describe("reading from Secrets Manager", () => {
  let server: Server;
  let url: string;
  let asked: Asked[];
  /** What the n-th try is answered, from 1; undefined closes the connection without an answer. */
  let respond: (attempt: number, headers: IncomingHttpHeaders) => Answer | undefined;

  before(async () => {
    server = createServer(async (request, response) => {
      let body = "";
      for await (const part of request) body += part;
      asked.push({ headers: request.headers, body });
      const answer = respond(asked.length, request.headers);
      if (!answer) return response.destroy();
      const { status = 200, headers = {}, body: content = {} } = answer;
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1", ...headers });
      return response.end(typeof content === "string" ? content : JSON.stringify(content));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked = [];
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
    ...more,
  });
  const read = (more: NodeJS.ProcessEnv = {}) => secretsManager({ env: environment(more) })(ARN);

  /** AWS's own client on the same server, with as many tries. */
  async function sdk(): Promise<string | undefined> {
    const client = new SecretsManagerClient({ endpoint: url, region: "us-east-1", credentials, maxAttempts: 3 });
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: ARN }));
    return SecretString;
  }

  /** What became of a read: its value or its error, and how many tries it took. */
  async function outcomeOf(work: Promise<unknown>): Promise<{ value?: unknown; error?: Error; tries: number }> {
    const outcome = await work.then(
      (value) => ({ value }),
      (error: Error) => ({ error }),
    );
    const tries = asked.length;
    asked = [];
    return { ...outcome, tries };
  }

  it("asks for the current value of exactly the given ARN", async () => {
    respond = () => ({ body: { ARN, SecretString: "value-one" } });
    assert.equal(await read(), "value-one");
    const [{ headers, body } = assert.fail("nothing was asked")] = asked;
    assert.equal(headers["x-amz-target"], "secretsmanager.GetSecretValue");
    assert.equal(headers["x-amz-security-token"], credentials.sessionToken);
    assert.deepEqual(JSON.parse(body), { SecretId: ARN });
  });

  it("asks the region that a secret is in, where that isn't the function's own", async () => {
    const hosts: string[] = [];
    const fetch = secretsManager({
      env: environment({ AWS_ENDPOINT_URL_SECRETS_MANAGER: undefined }),
      transport: async ({ url: asking, headers }) => {
        hosts.push(`${new URL(asking).host} ${/[^/]+\/secretsmanager/.exec(String(headers.authorization))}`);
        return { status: 200, headers: {}, body: JSON.stringify({ SecretString: "value-one" }) };
      },
    });
    for (const arn of [ARN, ARN.replace("us-east-1", "eu-west-1")]) assert.equal(await fetch(arn), "value-one");
    assert.deepEqual(hosts, [
      "secretsmanager.us-east-1.amazonaws.com us-east-1/secretsmanager",
      "secretsmanager.eu-west-1.amazonaws.com eu-west-1/secretsmanager",
    ]);
  });

  it("refuses binary data", async () => {
    respond = () => ({ body: { SecretBinary: "AAAA" } });
    const { error } = await outcomeOf(read());
    assert.ok(error instanceof SecretError);
    assert.equal(error.code, "SECRET_MALFORMED");
  });

  it("tells a secret without a value", async () => {
    respond = () => ({ status: 400, body: { __type: "ResourceNotFoundException", message: STAGE_MISSING } });
    const cache = new SecretCache({ fetch: secretsManager({ env: environment() }) });
    const { error } = await outcomeOf(cache.credential(ARN, FIELD).get());
    assert.equal((error as SecretError).code, "SECRET_UNFILLED");
  });

  for (const name of ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    it(`says that ${name} is missing, and asks nothing`, async () => {
      const { error, tries } = await outcomeOf(read({ [name]: undefined }));
      assert.match(String(error), new RegExp(name));
      assert.equal(tries, 0);
    });

  describe("beside AWS's own client", () => {
    const found = { body: { ARN, SecretString: "value-one" } };
    const failing = (status: number, type: string, message = "why") => ({
      status,
      body: { __type: type, message },
    });
    /** The answers to the first tries; the last one is repeated. */
    const cases: [string, ...(Answer | undefined)[]][] = [
      ["a lost connection", undefined, found],
      ["two lost connections", undefined, undefined, found],
      ["nothing but lost connections", undefined],
      ["an error of the service", failing(500, "InternalServiceError"), found],
      ["nothing but errors of the service", failing(500, "InternalServiceError")],
      ["a busy service", failing(503, "ServiceUnavailable"), found],
      ["a page of a load balancer", { status: 502, body: "<html>Bad gateway</html>" }, found],
      ["throttling", failing(400, "ThrottlingException"), found],
      ["throttling with 429", failing(429, "TooManyRequestsException"), found],
      ["no such secret", failing(400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")],
      [
        "a secret without a value",
        failing(400, "com.amazonaws.secretsmanager#ResourceNotFoundException", STAGE_MISSING),
      ],
      ["no right to it", failing(400, "AccessDeniedException", "User is not authorized to perform GetSecretValue")],
      ["a deleted secret", failing(400, "InvalidRequestException", "it was marked for deletion")],
      ["a key that is gone", failing(400, "DecryptionFailure")],
      [
        "an error named in a header",
        {
          status: 400,
          headers: { "x-amzn-errortype": "AccessDeniedException:http://internal.amazon.com/" },
          body: { Message: "no" },
        },
      ],
    ];
    for (const [title, ...answers] of cases)
      it(`ends alike after as many tries: ${title}`, async () => {
        respond = (attempt) => answers[Math.min(attempt, answers.length) - 1];
        const ours = await outcomeOf(read());
        const theirs = await outcomeOf(sdk());
        assert.equal(ours.tries, theirs.tries);
        assert.equal(ours.value, theirs.value);
        assert.equal(ours.error === undefined, theirs.error === undefined);
        const cameAsJson = theirs.error && "$response" in theirs.error;
        if (cameAsJson)
          assert.deepEqual([ours.error?.name, ours.error?.message], [theirs.error?.name, theirs.error?.message]);
      });

    it("makes up for a clock that is an hour behind AWS's", async () => {
      const ahead = 3_600_000;
      respond = (_, { "x-amz-date": signed = "" }) => {
        const signedAt = Date.parse(
          String(signed).replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, "$1-$2-$3:$4:$5"),
        );
        const now = Date.now() + ahead;
        const headers = { date: new Date(now).toUTCString() };
        return Math.abs(now - signedAt) < 5 * 60_000
          ? { ...found, headers }
          : { status: 400, headers, body: { __type: "InvalidSignatureException", message: "Signature expired" } };
      };
      assert.deepEqual(await outcomeOf(sdk()), { value: "value-one", tries: 2 });
      const fetch = secretsManager({ env: environment() });
      assert.deepEqual(await outcomeOf(fetch(ARN)), { value: "value-one", tries: 2 });
      // It remembers how far it was off.
      assert.deepEqual(await outcomeOf(fetch(ARN)), { value: "value-one", tries: 1 });
    });

    it("goes to the same address in every region", () => {
      const { endpointProvider } = new SecretsManagerClient({ region: "us-east-1" }).config;
      for (const Region of REGIONS)
        assert.equal(
          `${endpointIn("secretsmanager", Region)}/`,
          endpointProvider({ Region, UseFIPS: false, UseDualStack: false }).url.href,
        );
    });
  });

  it("doesn't follow a redirect, and gives up a server that never answers", async function () {
    respond = () => ({ status: 301, headers: { location: url } });
    assert.equal((await outcomeOf(read())).tries, 1);
    this.timeout(60_000);
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { error } = await outcomeOf(
      read({ AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` }),
    );
    silent.closeAllConnections();
    silent.close();
    assert.equal(error?.name, "NoAnswer");
  });

  describe("where signatures are checked", () => {
    let cloud: TestCloud;
    let arn: string;
    beforeEach(async () => {
      let secrets: SecretsManager | undefined;
      cloud = new TestCloud((context) => {
        secrets = new SecretsManager(context);
        return [secrets.api];
      });
      await cloud.endpoint.start();
      arn = (await make(secrets as SecretsManager, "aws:secretsmanager/secret:Secret", "token", {})).id;
      const operator = new SecretsManagerClient(cloud.as());
      await operator.send(new PutSecretValueCommand({ SecretId: arn, SecretString: "value-one" }));
    });
    afterEach(() => cloud.stop());

    const as = ({ accessKeyId, secretAccessKey, sessionToken }: ReturnType<TestCloud["as"]>["credentials"]) =>
      secretsManager({
        env: {
          AWS_REGION: "us-east-1",
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
          AWS_SESSION_TOKEN: sessionToken,
          AWS_ENDPOINT_URL: cloud.endpoint.url,
        },
      });

    it("is let in with the right key, and not with another", async () => {
      const { credentials } = cloud.as();
      assert.equal(await as(credentials)(arn), "value-one");
      await assert.rejects(as({ ...credentials, secretAccessKey: "another" })(arn), { name: /Signature/ });
    });
  });
});

/** One of each partition at least, and every form of name. */
const REGIONS = [
  ...[
    "us-east-1",
    "us-west-2",
    "eu-central-1",
    "ap-southeast-5",
    "mx-central-1",
    "il-central-1",
    "me-south-1",
    "af-south-1",
  ],
  ...[
    "cn-north-1",
    "cn-northwest-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-isob-east-1",
    "eu-isoe-west-1",
    "us-isof-south-1",
    "eusc-de-east-1",
  ],
];
