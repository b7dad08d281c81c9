import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { type AmountFunctionConfig, amountEnvironment } from "../lambda/agreements/amountConfig";
import type { AmountSpec } from "../lambda/agreements/amountKinds";
import { type TriggerFunctionConfig, triggerEnvironment } from "../lambda/agreements/triggerConfig";
import { certificate } from "../test/lambda/client/certificate";
import { FLOOR, PEER_PACKAGES, peerSources } from "./coldPeers";
import { SECRET_ARN, startLoopback } from "./loopback";
import { median, type Report, round } from "./report";

const root = join(__dirname, "..");
const URL_TOKEN = "token-of-the-bench-0123456789abcdefghijklmno";

/** Loads a function as Lambda does, delivers one event, and prints how long that took. The answer is checked afterwards. */
const DRIVER = `
const began = performance.now();
const { handler } = require(process.argv[2]);
handler(JSON.parse(process.env.EVENT), { awsRequestId: "a-1", functionName: "bench", getRemainingTimeInMillis: () => 30000 })
  .then((answer) => {
    const ms = performance.now() - began;
    process.stderr.write(JSON.stringify({ ms, answer }), () => process.exit());
  });
`;

type Job = "amounts" | "fixed" | "triggers";

/** The built functions. */
const BUNDLES: Record<Job, string> = { amounts: "amount", fixed: "fixedAmount", triggers: "trigger" };

/** What each job's function has to have asked when it has answered. */
const EXPECTED: Record<Job, { readonly operations: readonly string[]; readonly answer: string }> = {
  amounts: { operations: ["GetSecretValue", "accounts"], answer: '{"amountInCents":50000}' },
  fixed: { operations: [], answer: '{"amountInCents":150000}' },
  triggers: { operations: ["GetSecretValue", "trigger"], answer: '{"batchItemFailures":[]}' },
};

interface Contestant {
  readonly name: string;
  /** The file to load. */
  readonly file: string;
  readonly times: number[];
}

/**
 * From the load of the code to the first answer, in a fresh process a sample. The contestants take turns, so that a busy machine
 * slows all of them alike.
 */
export async function cold(options: { readonly runs: number; readonly node: string }): Promise<Report[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-cold-"));
  try {
    writeFileSync(join(folder, "package.json"), "{}");
    const packages = [...PEER_PACKAGES, ...(options.node === "this" ? [] : [nodePackage(options.node)])];
    execFileSync(
      "npm",
      ["install", "--silent", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", ...packages],
      { cwd: folder },
    );
    const node = options.node === "this" ? process.execPath : join(folder, "node_modules", nodeName(), "bin", "node");
    const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
    const jobs = {
      amounts: await contestants(folder, "amounts"),
      fixed: await contestants(folder, "fixed"),
      triggers: await contestants(folder, "triggers"),
    };
    const reports = [];
    for (const secure of [false, true]) {
      await measure(folder, node, jobs, { secure, runs: options.runs });
      reports.push(reportOf(jobs, { secure, version, runs: options.runs }));
      for (const { times } of Object.values(jobs).flat()) times.length = 0;
    }
    return reports;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function nodeName(): string {
  return `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
}

/** Node as an npm package, which is nothing but the program. */
function nodePackage(version: string): string {
  return `${nodeName()}@${version}`;
}

async function contestants(folder: string, job: Job): Promise<Contestant[]> {
  const made = (name: string, source?: string) => {
    const directory = join(folder, `${job}-${name}`);
    mkdirSync(directory);
    const file = join(directory, "index.js");
    if (source !== undefined) writeFileSync(file, source);
    return { name, file, times: [] as number[] };
  };
  const ours = made("ours");
  copyFileSync(ourBundle(job), ours.file);
  writeFileSync(join(folder, `${job}-ours`, "config.json"), JSON.stringify(configFor(job)));
  const floor = made("floor", FLOOR);
  // Nobody would read a secret for a fixed amount: the usual one of balances is what it is compared with.
  const sources = peerSources[job === "fixed" ? "amounts" : job];
  if (job === "fixed") return [ours, floor];
  const usual = made("usual", sources.usual);
  const usualBundled = made("usualBundled");
  const powertools = made("powertools");
  for (const [{ file }, source] of [
    [usualBundled, sources.usual],
    [powertools, sources.powertools],
  ] as const)
    await build({
      stdin: { contents: source, resolveDir: folder },
      outfile: file,
      bundle: true,
      minify: true,
      platform: "node",
      target: "node20",
      format: "cjs",
      mainFields: ["module", "main"],
      logLevel: "error",
    });
  return [ours, floor, usual, usualBundled, powertools];
}

/** The built function that a component with these amounts deploys. */
function ourBundle(job: Job): string {
  return join(root, "dist/functions", BUNDLES[job], "index.js");
}

function configFor(job: Job): AmountFunctionConfig | TriggerFunctionConfig {
  if (job === "triggers")
    return {
      version: 1,
      maxAgeMinutes: 360,
      dryRun: false,
      notifyOnSuccess: false,
      triggers: {
        payday: {
          ruleId: "ru_1",
          apiSecretArn: SECRET_ARN,
          schedule: { name: "payday", expression: "cron(0/1 * * * ? *)", timezone: "UTC", enabled: true },
        },
      },
    };
  const amount: AmountSpec =
    job === "fixed" ? { kind: "Fixed", cents: 150_000 } : { kind: "TopUp", account: "Bills Pod", targetCents: 50_000 };
  const digest = createHash("sha256").update(URL_TOKEN).digest("hex");
  return {
    version: 1,
    amounts: { bills: amount },
    ceilingCents: 1_000_000,
    urlTokens: [{ label: "v1", digests: { bills: digest } }],
  };
}

function eventFor(job: Job): object {
  if (job !== "triggers") return { pathParameters: { name: "bills", token: URL_TOKEN }, headers: {} };
  const scheduledTime = `${new Date().toISOString().slice(0, 17)}00Z`;
  const body = JSON.stringify({ trigger: "payday", ruleId: "ru_1", scheduledTime });
  const attributes = { SentTimestamp: String(Date.now()), ApproximateReceiveCount: "1" };
  return { Records: [{ messageId: "m-1", receiptHandle: "r-1", body, attributes }] };
}

async function measure(
  folder: string,
  node: string,
  jobs: Record<Job, Contestant[]>,
  { secure, runs }: { readonly secure: boolean; readonly runs: number },
): Promise<void> {
  const driver = join(folder, "driver.cjs");
  writeFileSync(driver, DRIVER);
  const ca = join(folder, "ca.pem");
  writeFileSync(ca, certificate.cert);
  const loopback = await startLoopback(secure);
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "example",
    AWS_SESSION_TOKEN: "session",
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    AWS_ENDPOINT_URL: loopback.url,
    NODE_EXTRA_CA_CERTS: ca,
    URL_TOKEN,
    [amountEnvironment.baseUrl]: loopback.url,
    [amountEnvironment.accountsPath]: "/accounts",
    [triggerEnvironment.triggerPath]: "/remote-api/rules/{ruleId}/trigger",
    [triggerEnvironment.workQueueUrl]: `${loopback.url}/123456789012/work`,
    [triggerEnvironment.failureQueueUrl]: `${loopback.url}/123456789012/failures`,
    [triggerEnvironment.ledgerTable]: "ledger",
    [triggerEnvironment.scheduleGroup]: "group",
  };
  try {
    for (let run = -1; run < runs; run++)
      for (const [job, list] of Object.entries(jobs) as [Job, Contestant[]][])
        for (const { name, file, times } of list) {
          // The variable of the accounts' secret makes the function connect; a component of fixed amounts doesn't set it.
          const secret = job === "amounts" ? { [amountEnvironment.accessTokenSecretArn]: SECRET_ARN } : {};
          const ms = await sample(
            node,
            driver,
            file,
            { ...env, ...secret, EVENT: JSON.stringify(eventFor(job)) },
            (answer) => {
              const operations = loopback.takeOperations();
              if (name !== "floor") check(job, name, operations, answer);
            },
          );
          // The first reads the files from the disk.
          if (run >= 0) times.push(ms);
        }
  } finally {
    await loopback.close();
  }
}

function check(job: Job, name: string, operations: readonly string[], answer: unknown): void {
  const expected = EXPECTED[job];
  const given = job === "triggers" ? JSON.stringify(answer) : (answer as { body?: string }).body;
  if (given !== expected.answer) throw new Error(`${job}, ${name}: it answered ${JSON.stringify(answer)}`);
  const missing = expected.operations.filter((operation) => !operations.includes(operation));
  if (missing.length > 0)
    throw new Error(`${job}, ${name}: it asked ${operations.join(", ")}, and not ${missing.join(", ")}`);
}

function sample(
  node: string,
  driver: string,
  file: string,
  env: NodeJS.ProcessEnv,
  checkAnswer: (answer: unknown) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [driver, file], { env, stdio: ["ignore", "pipe", "pipe"] });
    let [printed, log] = ["", ""];
    child.stderr.on("data", (chunk) => {
      printed += chunk;
    });
    child.stdout.on("data", (chunk) => {
      log += chunk;
    });
    child.on("close", () => {
      try {
        const { ms, answer } = JSON.parse(printed.slice(printed.lastIndexOf('{"ms"')));
        checkAnswer(answer);
        resolve(ms);
      } catch (error) {
        reject(new Error(`${file}: ${(error as Error).message}\n${printed}\n${log}`));
      }
    });
  });
}

function reportOf(
  jobs: Record<Job, Contestant[]>,
  { secure, version, runs }: { readonly secure: boolean; readonly version: string; readonly runs: number },
): Report {
  const times = Object.fromEntries(
    Object.entries(jobs).map(([job, list]) => [
      job,
      Object.fromEntries(list.map(({ name, times }) => [name, round(median(times))])),
    ]),
  ) as Record<Job, Record<string, number>>;
  // A fixed amount has no peer that does less than the one with balances.
  Object.assign(times.fixed, {
    usual: times.amounts.usual,
    usualBundled: times.amounts.usualBundled,
    powertools: times.amounts.powertools,
  });
  const bytes = (job: Job) => statSync(ourBundle(job)).size;
  const bundleBytes = { amounts: bytes("amounts") + bytes("fixed"), triggers: bytes("triggers") };
  const rows = (Object.keys(jobs) as Job[]).map((job) => {
    const { ours = 0, floor = 0, usual = 0, usualBundled = 0, powertools = 0 } = times[job];
    const ratio = (peer: number) => round(ours / peer, 2);
    return [job, ours, floor, usual, usualBundled, powertools, ratio(usual), ratio(usualBundled), ratio(powertools)];
  });
  return {
    title: `Cold start${secure ? ", TLS" : ""}`,
    about: `From loading the code to the first answer, in ms; median of ${runs} fresh processes, Node ${version}.`,
    columns: [
      "function",
      "ours",
      "empty handler",
      "SDK + axios",
      "the same bundled",
      "Powertools",
      "ours/usual",
      "ours/bundled",
      "ours/Powertools",
    ],
    rows,
    figures: secure ? { coldTls: times } : { cold: times, bundleBytes },
  };
}
