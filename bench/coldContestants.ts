import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { AmountFunctionConfig } from "../lambda/agreements/amountConfig";
import type { AmountSpec } from "../lambda/agreements/amountKinds";
import type { TriggerFunctionConfig } from "../lambda/agreements/triggerConfig";
import { FLOOR, peerSources } from "./coldPeers";
import { SECRET_ARN } from "./loopback";

const root = join(__dirname, "..");
export const URL_TOKEN = "token-of-the-bench-0123456789abcdefghijklmno";

export type Job = "amounts" | "fixed" | "triggers";

/** The built functions. */
const BUNDLES: Record<Job, string> = { amounts: "amount", fixed: "fixedAmount", triggers: "trigger" };

/** What each job's function has to have asked when it has answered. */
const EXPECTED: Record<Job, { readonly operations: readonly string[]; readonly answer: string }> = {
  amounts: { operations: ["GetSecretValue", "accounts"], answer: '{"amountInCents":50000}' },
  fixed: { operations: [], answer: '{"amountInCents":150000}' },
  triggers: { operations: ["GetSecretValue", "trigger"], answer: '{"batchItemFailures":[]}' },
};

export interface Contestant {
  readonly name: string;
  /** The file to load. */
  readonly file: string;
  readonly times: number[];
}

export async function contestants(folder: string, job: Job): Promise<Contestant[]> {
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
export function ourBundle(job: Job): string {
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
  return amountConfig(
    job === "fixed" ? { kind: "Fixed", cents: 150_000 } : { kind: "TopUp", account: "Bills Pod", targetCents: 50_000 },
  );
}

/** The configuration of the one amount that is asked for. */
export function amountConfig(amount: AmountSpec): AmountFunctionConfig {
  const digest = createHash("sha256").update(URL_TOKEN).digest("hex");
  return {
    version: 1,
    amounts: { bills: amount },
    ceilingCents: 1_000_000,
    urlTokens: [{ label: "v1", digests: { bills: digest } }],
  };
}

/** A request for that amount. */
export const AMOUNT_EVENT = { pathParameters: { name: "bills", token: URL_TOKEN }, headers: {} };

export function eventFor(job: Job): object {
  if (job !== "triggers") return AMOUNT_EVENT;
  const scheduledTime = `${new Date().toISOString().slice(0, 17)}00Z`;
  const body = JSON.stringify({ trigger: "payday", ruleId: "ru_1", scheduledTime });
  const attributes = { SentTimestamp: String(Date.now()), ApproximateReceiveCount: "1" };
  return {
    Records: [
      {
        messageId: "m-1",
        receiptHandle: "r-1",
        body,
        attributes,
        eventSourceARN: "arn:aws:sqs:us-east-1:123456789012:work",
      },
    ],
  };
}

export function check(job: Job, name: string, operations: readonly string[], answer: unknown): void {
  const expected = EXPECTED[job];
  const given = job === "triggers" ? JSON.stringify(answer) : (answer as { body?: string }).body;
  if (given !== expected.answer) throw new Error(`${job}, ${name}: it answered ${JSON.stringify(answer)}`);
  const missing = expected.operations.filter((operation) => !operations.includes(operation));
  if (missing.length > 0)
    throw new Error(`${job}, ${name}: it asked ${operations.join(", ")}, and not ${missing.join(", ")}`);
}
