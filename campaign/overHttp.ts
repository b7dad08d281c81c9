import { join } from "node:path";
import { occurrenceKey } from "../lambda/triggers/lifecycle/key";
import { Sandbox } from "../sandbox/sandbox";
import type { Fault } from "../sandbox/sequence/faults";
import { type Counts, FORBIDDEN, noCounts } from "./count";
import { streamOf } from "./random";

const RULE = "ru_12345";
const STEP_MS = 10 * 60_000;
/** All tries of the last one, its failure, and the daily check. */
const AFTERMATH_MS = 36 * 3_600_000;

/** What goes wrong at the simulated Sequence, on a real connection. Nothing that a machine has to wait long for. */
const FAULTS: Readonly<Record<string, Fault>> = {
  "the connection closes before Sequence executes": { connection: "close" },
  "the connection closes after Sequence executed": { connection: "close", when: "after" },
  "the body is cut": { connection: "truncate", when: "after" },
  "500 before Sequence executes": { status: 500 },
  "500 after Sequence executed": { status: 500, when: "after" },
  "502 with HTML after Sequence executed": { status: 502, body: "<html>", contentType: "text/html", when: "after" },
  "429 with Retry-After": { status: 429, headers: { "retry-after": "90" } },
  "429 without Retry-After": { status: 429 },
  "200 with HTML after Sequence executed": { status: 200, body: "<html>", contentType: "text/html", when: "after" },
};

/** The quickstart in the sandbox: real processes of the function, real HTTP, the sandbox's services on their wire. */
export async function runOverHttp(seed: number, occurrences: number, rate: number) {
  const random = streamOf(seed, "http");
  const faults: Record<string, number> = {};
  const sandbox = await Sandbox.start({ directory: join(process.cwd()), startAt: Date.parse("2027-01-02T00:00:00Z") });
  try {
    sandbox.sequence.modes.concurrentDuplicatesToldApart = false;
    const times: number[] = [];
    for (let number = 0; number < occurrences; number++) {
      const name = random.pick(Object.keys(FAULTS));
      if (random.chance(rate)) {
        faults[name] = (faults[name] ?? 0) + 1;
        sandbox.sequence.fault({ ...FAULTS[name], times: random.between(1, 2) });
      }
      const scheduledAt = sandbox.clock.now();
      times.push(scheduledAt);
      const twice = random.chance(rate);
      if (twice) faults["Scheduler delivers twice"] = (faults["Scheduler delivers twice"] ?? 0) + 1;
      sandbox.cloud.scheduler.fire("payday", scheduledAt, { times: twice ? 2 : 1 });
      await sandbox.idle();
      await sandbox.clock.advanceTo(scheduledAt + STEP_MS);
      await sandbox.idle();
      sandbox.sequence.clearFaults();
    }
    await sandbox.clock.advanceTo(sandbox.clock.now() + AFTERMATH_MS);
    await sandbox.idle();
    return { counts: countsOf(sandbox, times), faults };
  } finally {
    await sandbox.stop();
  }
}

function countsOf(sandbox: Sandbox, times: readonly number[]): Counts {
  const counts = noCounts();
  const executions = new Map<string, number>();
  for (const { idempotencyKey = "" } of sandbox.sequence.triggers)
    executions.set(idempotencyKey, (executions.get(idempotencyKey) ?? 0) + 1);
  const queue = sandbox.deployment.resources.find(
    ({ type, name }) => type === "aws:sqs/queue:Queue" && name.endsWith("-failures"),
  );
  const failures = sandbox.cloud.queues.messages(String(queue?.state.arn)).map(({ body }) => JSON.parse(body));
  for (const time of times) {
    const key = occurrenceKey({ ruleId: RULE, scheduledTime: time });
    const told = failures.find(({ idempotencyKey }) => idempotencyKey === key);
    const times = executions.get(key) ?? 0;
    counts.occurrences += 1;
    if (times === 1) counts.executedOnce += 1;
    else if (times > 1) counts.executedTwice += 1;
    else if (told) counts.queued += 1;
    else counts.lost += 1;
    if (told?.executed === "no" && times > 0) counts.toldNoYetExecuted += 1;
    if (told?.executed === "unknown") counts.toldUnknown += 1;
  }
  return counts;
}

if (require.main === module) {
  const [seed = "1", occurrences = "200", rate = "0.3"] = process.argv.slice(2);
  runOverHttp(Number(seed), Number(occurrences), Number(rate)).then(
    ({ counts, faults }) => {
      console.log(JSON.stringify({ ...counts, faults }));
      process.exitCode = FORBIDDEN.some((name) => counts[name] > 0) ? 1 : 0;
    },
    (error) => {
      console.error(error);
      process.exitCode = 2;
    },
  );
}
