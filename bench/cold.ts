import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { amountEnvironment } from "../lambda/agreements/amountConfig";
import { triggerEnvironment } from "../lambda/agreements/triggerConfig";
import { certificate } from "../test/lambda/client/certificate";
import { type Contestant, check, contestants, eventFor, type Job, ourBundle, URL_TOKEN } from "./coldContestants";
import { PEER_PACKAGES } from "./coldPeers";
import { SECRET_ARN, startLoopback } from "./loopback";
import { median, type Report, round } from "./report";

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
  // Two servers, because a connection to one can't be used for the other.
  const [aws, sequence] = [await startLoopback(secure), await startLoopback(secure)];
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "example",
    AWS_SESSION_TOKEN: "session",
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    AWS_ENDPOINT_URL: aws.url,
    NODE_EXTRA_CA_CERTS: ca,
    URL_TOKEN,
    [amountEnvironment.baseUrl]: sequence.url,
    [amountEnvironment.accountsPath]: "/accounts",
    [triggerEnvironment.triggerPath]: "/remote-api/rules/{ruleId}/trigger",
    [triggerEnvironment.workQueueUrl]: `${aws.url}/123456789012/work`,
    [triggerEnvironment.failureQueueUrl]: `${aws.url}/123456789012/failures`,
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
              const operations = [...aws.takeOperations(), ...sequence.takeOperations()];
              if (name !== "floor") check(job, name, operations, answer);
            },
          );
          // The first reads the files from the disk.
          if (run >= 0) times.push(ms);
        }
  } finally {
    await Promise.all([aws.close(), sequence.close()]);
  }
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
