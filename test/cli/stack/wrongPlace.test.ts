import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { sandboxExport } from "../../../cli/stack/find/sandboxDoor";
import { arnOf } from "../../endToEnd/support";
import { endAll, runCli } from "../support";
import {
  awsEnvironment,
  type ExportedResource,
  foreignFolder,
  recordFile,
  type ServedStack,
  servedStack,
} from "./support";

/** Serves on loopback while `work` runs. */
async function serving<T>(listener: RequestListener, work: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("the commands for a live stack don't take one place for another:", function () {
  this.timeout(120_000);
  let served: ServedStack;

  before(async () => {
    served = await servedStack();
  });
  after(() => served?.stop());
  afterEach(endAll);

  /** Runs a command with a record that was changed. */
  function recorded(
    change: (resources: ExportedResource[]) => void,
    args: readonly string[],
    env: Record<string, string> = {},
  ) {
    const file = recordFile(served.sandbox, ({ resources }) => change(resources));
    const all = { ...awsEnvironment(served.sandbox), ...env };
    return runCli([...args, "--export", file], { cwd: foreignFolder(), env: all });
  }
  const moved = (from: string, to: string, nameEnd: string) => (resources: ExportedResource[]) => {
    for (const { type, urn, outputs } of resources)
      if (type === "aws:lambda/function:Function" && urn.endsWith(nameEnd))
        outputs.arn = String(outputs.arn).replace(from, to);
  };

  it("a table of the same name in another account, whose stop switch stops nothing", async () => {
    const { code, stdout, stderr } = await recorded(moved("000000000000", "111111111111", "-function"), ["pause"]);
    assert.deepEqual([code, stdout], [3, ""]);
    assert.match(stderr, /there is no ledger arn:aws:dynamodb:us-east-1:111111111111:table\/sequence-triggers-ledger/);
    const table = arnOf(served.sandbox, "aws:dynamodb/table:Table", "-ledger");
    assert.deepEqual(served.sandbox.cloud.tables.items(table), []);
  });

  it("components of two regions", async () => {
    const { code, stderr } = await recorded(moved("us-east-1", "eu-west-1", "-triggers-function"), ["doctor"]);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /components in us-east-1:0+ and eu-west-1:0+ \(region and account\): name one of them by --component/,
    );
  });

  it("two components of one name", async () => {
    const twice = (resources: ExportedResource[]) => {
      const [root] = resources.filter(({ type }) => type === "sequence-remote-api:index:RemoteApi");
      assert.ok(root);
      resources.push({ ...root, urn: root.urn.replace("RemoteApi::", "Other$RemoteApi::") });
    };
    const { code, stderr } = await recorded(twice, ["doctor", "--component", "sequence"]);
    assert.equal(code, 2);
    assert.match(stderr, /the stack has several components "sequence": name the functions of one by --amount-function/);
  });

  it("the accounts of a token in the environment for those of the stack that is named", async () => {
    const record = JSON.stringify(served.sandbox.liveStack());
    const [, url] = /"SEQUENCE_BASE_URL":"(http:[^"]+)"/.exec(record) ?? [];
    const args = ["accounts", "--base-url", String(url)];
    const { code, stdout, stderr } = await recorded(() => {}, args, { SEQUENCE_ACCESS_TOKEN: "a-token-of-another" });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Bills Pod/m);
  });

  it("the last line that could be read of a log for the last one", async () => {
    const endless: RequestListener = (_, response) => {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify({ events: [], nextToken: "more" }));
    };
    const { stdout } = await serving(endless, (url) =>
      recorded(() => {}, ["doctor"], { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: url }),
    );
    assert.match(stdout, /^\? last runs: sequence-triggers-logs-\w+ has more lines than could be read in 20 seconds/m);
    assert.match(stdout, /^\? amount URLs: sequence-amounts-logs-\w+ has more lines than could be read in 20 seconds/m);
    assert.doesNotMatch(stdout, /daily check:|no rule asked by a revoked/);
  });

  it("a server that doesn't answer for a sandbox", () =>
    serving(
      () => {},
      (url) => assert.rejects(sandboxExport(url, 300), /no sandbox answers at/),
    ));
});
