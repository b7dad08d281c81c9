import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type StackCommandName, stackCommands } from "../../../cli/stack/names";
import { programs } from "../../endToEnd/support";
import { type Ended, endAll, runCli } from "../support";
import { awsEnvironment, foreignFolder, NO_AWS, type ServedStack, servedStack } from "./support";

/** Each command as far as its first call of AWS. */
const words: Readonly<Record<StackCommandName, readonly string[]>> = {
  doctor: [],
  amount: [],
  accounts: [],
  history: [],
  failures: ["run", "1b2c3d4e"],
  pause: [],
  resume: [],
  trigger: ["payday", "--yes"],
  "fill-secret": ["payday"],
};

describe("Every command for a live stack", function () {
  this.timeout(120_000);
  let served: ServedStack;
  let elsewhere: string;
  let file: string;
  let expired: Server;

  before(async () => {
    served = await servedStack(join(programs, "operator-secrets"));
    elsewhere = foreignFolder();
    file = join(elsewhere, "stack.json");
    writeFileSync(file, JSON.stringify(served.sandbox.liveStack()));
    expired = createServer((request, answer) => {
      const says = "The security token included in the request is expired";
      const isQuery = /x-www-form-urlencoded/.test(request.headers["content-type"] ?? "");
      answer.writeHead(400, { "content-type": isQuery ? "text/xml" : "application/x-amz-json-1.0" });
      answer.end(
        isQuery
          ? `<ErrorResponse><Error><Code>ExpiredToken</Code><Message>${says}</Message></Error></ErrorResponse>`
          : JSON.stringify({ __type: "ExpiredTokenException", message: says }),
      );
    });
    await new Promise<void>((done) => expired.listen(0, "127.0.0.1", done));
  });
  after(async () => {
    await served?.stop();
    expired?.closeAllConnections();
    expired?.close();
    rmSync(elsewhere, { recursive: true });
  });
  afterEach(endAll);

  const run = (name: StackCommandName, env: Record<string, string>, ...more: string[]): Promise<Ended> =>
    runCli([name, ...words[name], ...(more.length > 0 ? more : ["--export", file])], { cwd: elsewhere, env });
  const all = Object.keys(stackCommands) as StackCommandName[];

  function says({ code, stdout, stderr }: Ended, message: RegExp): void {
    assert.deepEqual([code, stdout], [3, ""], stderr);
    assert.match(stderr, message);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
  }

  for (const name of all)
    it(`says what to do where there are no credentials, or they have expired: ${name}`, async () => {
      const AWS_ENDPOINT_URL = `http://127.0.0.1:${(expired.address() as AddressInfo).port}`;
      // A client of SQS goes where the queue's URL says.
      const record = readFileSync(file, "utf8").replaceAll(served.sandbox.cloud.endpoint.url, AWS_ENDPOINT_URL);
      const moved = join(elsewhere, "moved.json");
      writeFileSync(moved, record);
      const env = { ...awsEnvironment(served.sandbox), AWS_ENDPOINT_URL };
      const [without, late] = await Promise.all([run(name, NO_AWS), run(name, env, "--export", moved)]);
      says(without, /^error: .*there are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID/);
      says(late, /^error: .*your AWS credentials have expired: log in again \("aws sso login"/);
    });

  it("names the region that doesn't answer", async () => {
    const env = { ...awsEnvironment(served.sandbox), AWS_ENDPOINT_URL: "http://127.0.0.1:9" };
    const ended = await run("history", env, "--trigger-function", "triggers", "--region", "us-est-1");
    says(ended, /^error: AWS can't be reached in the region us-est-1 \(ECONNREFUSED\): check the network/);
  });
});
