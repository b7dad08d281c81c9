import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { amountEnvironment } from "../../../lambda/agreements/amountConfig";
import type { HttpAnswer } from "../../../lambda/amounts/http";
import { bundleAmountsModule } from "../../../provider/plan/amountsModule";
import { ACCESS_TOKEN, type SequenceServer, startSequence } from "./fixtures";

const ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:token-AbCdEf";
export const withSecret = { [amountEnvironment.accessTokenSecretArn]: ARN };

/** Loads the function as Lambda does, with AWS's own listener, calls it once per event, and prints the answers. */
const RUNNER = `
const [directory, events] = process.argv.slice(1);
process.on("unhandledRejection", (reason) => {
  console.error("Unhandled Promise Rejection", reason);
  process.exit(128);
});
const { handler } = require(directory + "/index.js");
(async () => {
  await new Promise((resolve) => setTimeout(resolve, Number(process.env.WAIT_MS ?? 0)));
  const context = { awsRequestId: "aws-1", getRemainingTimeInMillis: () => 20000 };
  if (process.env.FAIL_OUTSIDE) {
    Promise.reject(new Error("of no amount"));
    await new Promise(setImmediate);
  }
  for (const event of JSON.parse(events)) console.error(JSON.stringify(await handler(event, context)));
  process.exit();
})();
`;

interface Deployed {
  readonly config?: unknown;
  readonly module?: string;
  /** The source of an `amounts.ts`, and the exports of it that are bundled. */
  readonly source?: string;
  readonly exports?: readonly string[];
  readonly events?: readonly object[];
  readonly environment?: Record<string, string>;
  readonly killAtSecretRead?: boolean;
  /** Secrets Manager doesn't answer before this. */
  readonly secretAfter?: Promise<unknown>;
}

/** The bundled amount function, with Sequence and Secrets Manager on loopback, for the tests of the describe that calls this. */
export function bundledFunction() {
  let directory: string;
  let sequence: SequenceServer;
  let secrets: Server;
  let secretReads: number;
  let onSecretRead: () => void;
  let secretAfter: Promise<unknown> | undefined;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "amount-function-"));
    await build({
      entryPoints: [join(__dirname, "../../../lambda/amounts/function.ts")],
      outfile: join(directory, "bundle.js"),
      bundle: true,
      platform: "node",
      target: "node20",
      format: "cjs",
      mainFields: ["module", "main"],
    });
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  beforeEach(async () => {
    sequence = await startSequence();
    secretReads = 0;
    onSecretRead = () => {};
    secrets = createServer(async (request, response) => {
      secretReads++;
      onSecretRead();
      request.resume();
      await secretAfter;
      response.writeHead(200).end(JSON.stringify({ ARN, SecretString: `{"accessToken":"${ACCESS_TOKEN}"}` }));
    });
    await new Promise<void>((resolve) => secrets.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    await sequence.close();
    secrets.closeAllConnections();
    await new Promise((resolve) => secrets.close(resolve));
  });

  let runs = 0;
  async function run(deployed: Deployed) {
    const { config, module, source, exports = [], events = [], environment = {}, killAtSecretRead = false } = deployed;
    secretAfter = deployed.secretAfter;
    const folder = join(directory, `run-${runs++}`);
    mkdirSync(folder);
    copyFileSync(join(directory, "bundle.js"), join(folder, "index.js"));
    if (config !== undefined) writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    if (module !== undefined) writeFileSync(join(folder, "amounts.js"), module);
    if (source !== undefined) {
      writeFileSync(join(directory, "amounts.ts"), source);
      const { code, sourceMap = "" } = bundleAmountsModule(join(directory, "amounts.ts"), exports);
      writeFileSync(join(folder, "amounts.js"), code);
      writeFileSync(join(folder, "amounts.js.map"), sourceMap);
    }
    const child = spawn(process.execPath, ["-e", RUNNER, folder, JSON.stringify(events)], {
      env: {
        PATH: process.env.PATH,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
        AWS_SECRET_ACCESS_KEY: "example",
        AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(secrets.address() as AddressInfo).port}`,
        AWS_LAMBDA_FUNCTION_NAME: "amounts",
        NODE_NO_WARNINGS: "1",
        [amountEnvironment.baseUrl]: sequence.baseUrl,
        [amountEnvironment.accountsPath]: "/remote-api/accounts",
        ...environment,
      },
    });
    if (killAtSecretRead) onSecretRead = () => child.kill();
    let [log, errors] = ["", ""];
    child.stdout.on("data", (part: Buffer) => {
      log += part.toString();
    });
    child.stderr.on("data", (part: Buffer) => {
      errors += part.toString();
    });
    const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
    const answers =
      exitCode === 0
        ? errors
            .trim()
            .split("\n")
            .filter(Boolean)
            .map((line) => JSON.parse(line) as HttpAnswer)
        : [];
    return { exitCode, log, errors, answers };
  }

  return {
    run,
    directory: () => directory,
    sequence: () => sequence,
    secretReads: () => secretReads,
  };
}
