// What logging adds to a cold start: our own module against Powertools for AWS Lambda. Run it with `node bench/logger.mjs`;
// Powertools is installed into a folder that is removed again. Each run is a fresh process that loads one bundle, writes a
// log line and a metric, and prints how long that took since the process began, and how much processor time. The variants
// take turns, so that a busy machine slows all of them alike; the processor time is the steadier of the two.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const RUNS = Number(process.env.RUNS ?? 51);
const POWERTOOLS = ["@aws-lambda-powertools/logger@2", "@aws-lambda-powertools/metrics@2"];
const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const variants = {
  "no logger": "",
  "a line without a logger": 'process.stdout.write("line\\n");',
  "lambda/log/index.ts": `
    import { createLogger } from ${JSON.stringify(join(root, "lambda/log/index.ts"))};
    const logger = createLogger({ awsRequestId: "1" });
    logger.info("amount.answered", { cents: 100 });
    logger.metric("AmountAnswered", 1);`,
  "Powertools logger + metrics": `
    import { Logger } from "@aws-lambda-powertools/logger";
    import { Metrics } from "@aws-lambda-powertools/metrics";
    const logger = new Logger({ serviceName: "sequence" });
    logger.appendKeys({ awsRequestId: "1" });
    logger.info("amount.answered", { cents: 100 });
    const metrics = new Metrics({ namespace: "SequenceRemoteApi", serviceName: "sequence" });
    metrics.addMetric("AmountAnswered", "Count", 1);
    metrics.publishStoredMetrics();`,
};

const directory = mkdtempSync(join(tmpdir(), "bench-logger-"));
try {
  writeFileSync(join(directory, "package.json"), "{}");
  execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", ...POWERTOOLS], { cwd: directory });
  const bundles = [];
  for (const [name, source] of Object.entries(variants)) bundles.push(await bundle(name, source));
  for (let run = 0; run < RUNS; run++) for (const { file, times } of bundles) times.push(timesOf(file));
  print(bundles);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function bundle(name, source) {
  const file = join(directory, `${Object.keys(variants).indexOf(name)}.cjs`);
  await build({
    stdin: {
      contents: `${source}\nconst { user, system } = process.cpuUsage();\nconsole.error(performance.now(), (user + system) / 1000);`,
      resolveDir: directory,
      loader: "ts",
    },
    outfile: file,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    mainFields: ["module", "main"],
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    legalComments: "none",
  });
  return { name, file, times: [] };
}

/** From the start of the process to the end of the bundle: wall and processor time in milliseconds. */
function timesOf(file) {
  const env = { ...process.env, AWS_LAMBDA_FUNCTION_NAME: "bench" };
  const { stderr } = spawnSync(process.execPath, [file], { encoding: "utf8", env });
  if (!/^\d/.test(stderr)) throw new Error(`the bundle failed: ${stderr}`);
  return stderr.split(" ").map(Number);
}

function print(bundles) {
  const median = (times, which) => times.map((pair) => pair[which]).sort((a, b) => a - b)[Math.floor(times.length / 2)];
  const [base] = bundles;
  const added = ({ times }, which) => (median(times, which) - median(base.times, which)).toFixed(1).padStart(5);
  console.log(`Node ${process.version}, ${RUNS} fresh processes each, medians, more than without a logger`);
  for (const variant of bundles) {
    const size = (statSync(variant.file).size / 1024).toFixed(1).padStart(5);
    const name = variant.name.padEnd(28);
    console.log(`${name} ${added(variant, 0)} ms wall ${added(variant, 1)} ms processor ${size} KB`);
  }
}
