import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { occurrenceKey } from "../lambda/triggers/lifecycle/key";
import { Sandbox } from "../sandbox/sandbox";
import type { Fault } from "../sandbox/sequence/faults";
import { type Counts, FORBIDDEN, noCounts } from "./count/counts";
import { streamOf } from "./random";

const RULE = "ru_12345";
const RENT_CENTS = 150_000;
const STEP_MS = 10 * 60_000;
/** All tries of the last one, its failure, and the daily check. */
const AFTERMATH_MS = 36 * 3_600_000;
/** Instead of 60, because the function waits for an answer in real time. It gives up a third before. */
const TIMEOUT_SECONDS = 12;

/** What goes wrong at the simulated Sequence, on a real connection. */
const ANSWERS: Readonly<Record<string, Fault>> = {
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

/** What goes wrong while Sequence holds a request. It lets the request go on once the function has given up, or is gone. */
const HELD: Readonly<Record<string, { readonly kills: boolean; readonly fault: Fault }>> = {
  "the function's process is killed in mid-call, and Sequence executes": { kills: true, fault: {} },
  "the function's process is killed in mid-call, and Sequence executes nothing": {
    kills: true,
    fault: { status: 500 },
  },
  "the answer comes after the timeout, and Sequence goes on executing": { kills: false, fault: {} },
};

/** The quickstart in the sandbox: real processes of the function, real HTTP, the sandbox's services on their wire. */
export async function runOverHttp(seed: number, occurrences: number, rate: number) {
  const random = streamOf(seed, "http");
  const faults: Record<string, number> = {};
  const struck = (name: string) => {
    faults[name] = (faults[name] ?? 0) + 1;
  };
  const sandbox = await Sandbox.start({ directory: join(process.cwd()), startAt: Date.parse("2027-01-02T00:00:00Z") });
  try {
    sandbox.sequence.modes.concurrentDuplicatesToldApart = false;
    sandbox.cloud.functions.change(arnOf(sandbox, "aws:lambda/function:Function", "-triggers-function"), {
      timeoutMs: TIMEOUT_SECONDS * 1_000,
    });
    const times: number[] = [];
    for (let number = 0; number < occurrences; number++) {
      const name = random.pick([...Object.keys(ANSWERS), ...Object.keys(HELD)]);
      const isStruck = random.chance(rate);
      if (isStruck) struck(name);
      if (isStruck && ANSWERS[name]) sandbox.sequence.fault({ ...ANSWERS[name], times: random.between(1, 2) });
      const scheduledAt = sandbox.clock.now();
      times.push(scheduledAt);
      const twice = random.chance(rate);
      if (twice) struck("Scheduler delivers twice");
      const fire = () => sandbox.cloud.scheduler.fire("payday", scheduledAt, { times: twice ? 2 : 1 });
      const held = isStruck ? HELD[name] : undefined;
      if (held) await whileHeld(sandbox, held, fire);
      else fire();
      await sandbox.idle();
      await sandbox.clock.advanceTo(scheduledAt + STEP_MS);
      await sandbox.idle();
    }
    await sandbox.clock.advanceTo(sandbox.clock.now() + AFTERMATH_MS);
    await sandbox.idle();
    return { counts: countsOf(sandbox, times), faults };
  } finally {
    await sandbox.stop();
  }
}

/** Sequence holds the next request until its caller has given up or been killed. */
async function whileHeld(sandbox: Sandbox, { kills, fault }: (typeof HELD)[string], fire: () => void): Promise<void> {
  let letGo = () => {};
  const until = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const { sequence } = sandbox;
  const triggered = () => sequence.calls.filter(({ endpoint }) => endpoint === "trigger").length;
  const before = triggered();
  const held = sequence.fault({ ...fault, when: "before", until });
  fire();
  // The call comes within moments; an hour of real time is the end of a run that hangs.
  for (let waits = 0; triggered() === before && waits < 360_000; waits++) await delay(10);
  if (kills) sandbox.cloud.functions.killProcesses();
  await sandbox.cloud.context.clock.settled();
  letGo();
  held.clear();
}

function arnOf(sandbox: Sandbox, type: string, ending: string): string {
  const found = sandbox.deployment.resources.find((one) => one.type === type && one.name.endsWith(ending));
  if (!found) throw new Error(`the quickstart has no ${type} whose name ends with ${ending}`);
  return String(found.state.arn);
}

function countsOf(sandbox: Sandbox, times: readonly number[]): Counts {
  const counts = noCounts();
  const executions = new Map<string, number>();
  for (const { idempotencyKey = "" } of sandbox.sequence.triggers)
    executions.set(idempotencyKey, (executions.get(idempotencyKey) ?? 0) + 1);
  const queue = arnOf(sandbox, "aws:sqs/queue:Queue", "-failures");
  const failures = sandbox.cloud.queues.messages(queue).map(({ body }) => JSON.parse(body));
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
  for (const { output, amountInCents } of sandbox.sequence.amountsAsked) {
    counts.amountsAsked += 1;
    if (amountInCents === undefined) counts.amountErrors += 1;
    else if (output === "amountUrls.rent" && amountInCents !== RENT_CENTS) counts.wrongAmounts += 1;
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
