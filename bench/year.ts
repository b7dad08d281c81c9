import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Report, round } from "./report";

const root = join(__dirname, "..");
const TRIGGERS = 200;
const START = Date.parse("2026-01-01T00:00:00Z");
const DAY_MS = 24 * 3600 * 1000;

/** Once a month each, spread over days and hours. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const { ScheduledRuleTriggers } = require(${JSON.stringify(join(root, "dist/provider/index.js"))});
const apiSecret = new pulumi.Config().requireSecret("apiSecret");
const triggers = {};
for (let n = 0; n < ${TRIGGERS}; n++)
  triggers["n" + n] = { ruleId: "ru_" + n, apiSecret, schedule: \`cron(\${n % 60} \${8 + (n % 12)} \${1 + (n % 28)} * ? *)\`, timezone: "America/New_York" };
new ScheduledRuleTriggers("some", { triggers, alarms: false });`;

/** A year of 200 triggers in the sandbox: its functions run as real processes, and its clock moves from event to event. */
export async function year(days: number): Promise<Report> {
  const directory = mkdtempSync(join(root, "dist/year-"));
  try {
    writeFileSync(join(directory, "Pulumi.yaml"), "name: year\nruntime: nodejs\n");
    writeFileSync(join(directory, "index.js"), PROGRAM);
    const rules = Array.from({ length: TRIGGERS }, (_, n) => [
      `ru_${n}`,
      { apiSecret: { config: "apiSecret" }, actions: [] },
    ]);
    writeFileSync(join(directory, "sandbox.yaml"), JSON.stringify({ sequence: { rules: Object.fromEntries(rules) } }));
    const { Sandbox } = require(join(root, "dist/sandbox"));
    const sandbox = await Sandbox.start({ directory, startAt: START });
    const began = performance.now();
    await sandbox.clock.advanceTo(START + days * DAY_MS);
    await sandbox.idle();
    const seconds = (performance.now() - began) / 1000;
    const accepted = sandbox.sequence.calls.filter(
      ({ endpoint, status }: { endpoint: string; status: number }) => endpoint === "trigger" && status === 200,
    ).length;
    const rssMb = Math.round(process.memoryUsage().rss / 2 ** 20);
    await sandbox.stop();
    const figures = { days, accepted, seconds: round(seconds), aSecond: round(accepted / seconds), rssMb };
    return {
      title: "A simulated year",
      about: `${TRIGGERS} triggers, once a month each, on the sandbox's clock, Node ${process.version}.`,
      columns: ["days", "occurrences executed", "seconds", "occurrences a second", "memory, MB"],
      rows: [[days, accepted, figures.seconds, figures.aSecond, rssMb]],
      figures: { year: figures },
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
