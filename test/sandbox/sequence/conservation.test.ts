import assert from "node:assert/strict";
import fc from "fast-check";
import type { Fault } from "../../../sandbox/sequence/faults";
import type { ActionSettings } from "../../../sandbox/settings";
import { amountServer, cleanUp, type Rig, settings, startRig } from "./support";

const ACTIONS: ActionSettings[] = [
  { from: "1", to: "2", amount: { output: "amount" } },
  { from: "2", to: "3", amount: { output: "amount" } },
  { from: "3", to: "4", amount: { output: "amount" } },
  { from: "4", to: "1", amount: { cents: 100 } },
];

/** What the amount endpoint answers, in turn: amounts of every size, and answers that are none. */
const amountAnswers = fc.array(
  fc.oneof(
    fc.nat({ max: 3_000_000 }).map((cents) => JSON.stringify({ amountInCents: cents })),
    fc.constantFrom("0", "{}", '{"amountInCents":-1}', '{"amountInCents":0.5}', "no JSON"),
  ),
  { minLength: 1, maxLength: 6 },
);

const fault: fc.Arbitrary<Fault> = fc.record(
  {
    nth: fc.integer({ min: 1, max: 3 }),
    times: fc.integer({ min: 1, max: 2 }),
    when: fc.constantFrom("before", "after"),
    status: fc.constantFrom(401, 429, 500, 503),
    connection: fc.constantFrom("close", "truncate"),
  },
  { requiredKeys: [] },
);

/** Calls that are sent at the same time; three keys, or none. */
const batch = fc.array(fc.constantFrom("a", "b", "c", undefined), { minLength: 1, maxLength: 4 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ keys: batch }) },
  { weight: 1, arbitrary: fc.record({ fault }) },
);
const steps = fc.array(step, { minLength: 1, maxLength: 8 });

async function play(rig: Rig, played: readonly ({ keys: (string | undefined)[] } | { fault: Fault })[]): Promise<void> {
  for (const each of played) {
    if ("fault" in each) rig.simulator.fault(each.fault);
    // A call that a fault breaks rejects: that is no failure of the test.
    else await Promise.allSettled(each.keys.map((key) => rig.trigger({ key })));
  }
  await rig.simulator.idle();
}

async function rigThatAnswers(answers: readonly string[]): Promise<Rig> {
  let turn = 0;
  const url = await amountServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(answers[turn++ % answers.length]);
  });
  return startRig({ settings: settings(ACTIONS), amountUrl: () => url });
}

describe("the simulated Sequence: whatever is triggered and goes wrong", () => {
  afterEach(cleanUp);

  it("neither loses nor makes money, in any mode", async () => {
    const modes = fc.record({
      memoryMs: fc.constantFrom(0, 86_400_000),
      concurrentDuplicatesToldApart: fc.boolean(),
      serverErrorsRemembered: fc.boolean(),
      rateLimitPerMinute: fc.constantFrom(3, 1000),
    });
    await fc.assert(
      fc
        .asyncProperty(amountAnswers, modes, steps, async (answers, mode, played) => {
          const rig = await rigThatAnswers(answers);
          Object.assign(rig.simulator.modes, mode);
          const before = rig.simulator.totalCents();
          await play(rig, played);
          assert.equal(rig.simulator.totalCents(), before);
          for (const { balance } of rig.simulator.accounts()) assert.ok(!balance.known || balance.cents >= 0);
          for (const { cents } of rig.simulator.transfers) assert.ok(Number.isSafeInteger(cents) && cents >= 100);
        })
        .afterEach(cleanUp),
      { numRuns: 40 },
    );
  });

  it("executes each key exactly once if one of its calls got through, while keys are remembered", async () => {
    await fc.assert(
      fc
        .asyncProperty(amountAnswers, fc.boolean(), steps, async (answers, serverErrorsRemembered, played) => {
          const rig = await rigThatAnswers(answers);
          Object.assign(rig.simulator.modes, { serverErrorsRemembered, rateLimitPerMinute: 1000 });
          await play(rig, played);
          rig.simulator.clearFaults();
          const last = [{ keys: ["a"] }, { keys: ["b"] }, { keys: ["c"] }];
          if (!serverErrorsRemembered) await play(rig, last);
          const { calls, triggers } = rig.simulator;
          for (const key of ["a", "b", "c"]) {
            const executions = triggers.filter(({ idempotencyKey }) => idempotencyKey === key).length;
            const accepted = calls.some(({ idempotencyKey, status }) => idempotencyKey === key && status === 200);
            assert.ok(executions <= 1, `${executions} executions of ${key}`);
            if (accepted) assert.equal(executions, 1);
          }
        })
        .afterEach(cleanUp),
      { numRuns: 40 },
    );
  });
});
