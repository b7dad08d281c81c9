import assert from "node:assert/strict";
import fc from "fast-check";
import { DEFAULT_KEY_MEMORY_MINUTES } from "../../../lambda/agreements/triggerConfig";
import { type SequenceModel, type SimulationResult, simulate } from "./simulation";
import { HOUR, MINUTE, scheduled } from "./world";

const DAY = 24 * HOUR;
const choices = fc.array(fc.nat(9_999), { maxLength: 600, size: "max" });
const maxAgeMinutes = fc.constantFrom(0, 60, 360, 1200);
const remembers500 = fc.boolean();
/** Just longer than we rely on it. */
const memoryMs = (DEFAULT_KEY_MEMORY_MINUTES + 10) * MINUTE;
const kept: Omit<SequenceModel, "remembers500"> = { memoryMs, tellsConcurrentApart: false };
const forgetful: Omit<SequenceModel, "remembers500"> = { memoryMs: 0, tellsConcurrentApart: false };

const twice = [
  { body: scheduled(), sentAfterMs: 0 },
  { body: scheduled(), sentAfterMs: 3_000 },
];

function assertAtMostOnce({ executions }: SimulationResult): void {
  for (const [key, count] of executions) assert.equal(count, 1, `${key} was executed ${count} times`);
}

function assertOneBody({ bodies }: SimulationResult): void {
  for (const sent of bodies.values()) assert.equal(sent.size, 1, [...sent].join(" and "));
}

/** Every message is gone, and its occurrence ended executed, in test mode (which has a mail and an alarm), or told. */
function assertNothingLost({ world, executions, settled }: SimulationResult): void {
  assert.ok(settled, "messages are left");
  for (const item of world.ledger.items.values()) {
    if (item.state === "executed") assert.ok(executions.has(item.key), "recorded as executed, but it never was");
    else if (item.state === "test-mode") assert.ok(world.count("TriggerTestMode") > 0);
    else
      assert.ok(
        world.failures.some(({ idempotencyKey }) => idempotencyKey === item.key),
        `${item.state}, and nobody was told`,
      );
  }
}

/** A failure that says "no" is not executed later by itself, either. */
function assertNoMeansNo({ world, executions }: SimulationResult): void {
  for (const { executed, idempotencyKey = "" } of world.failures)
    if (executed === "no") assert.equal(executions.get(idempotencyKey) ?? 0, 0, "told as not executed, but it was");
}

describe("an occurrence under every interleaving of deliveries, faults and time", () => {
  it("is executed once at most, and ends executed or told, while Sequence keeps its keys", async () => {
    await fc.assert(
      fc.asyncProperty(choices, maxAgeMinutes, remembers500, async (choices, maxAgeMinutes, remembers500) => {
        const sequence = { ...kept, remembers500 };
        const result = await simulate({ sequence, config: { maxAgeMinutes }, messages: twice, choices, faults: true });
        assertAtMostOnce(result);
        assertOneBody(result);
        assertNothingLost(result);
        assertNoMeansNo(result);
      }),
      { numRuns: 300 },
    );
  });

  it("is executed once at most even if Sequence has no memory, when unknown outcomes are not tried again", async () => {
    await fc.assert(
      fc.asyncProperty(choices, maxAgeMinutes, async (choices, maxAgeMinutes) => {
        const config = { maxAgeMinutes, keyMemoryMinutes: 0 };
        const sequence = { ...forgetful, remembers500: false };
        const result = await simulate({ sequence, config, messages: twice, choices, faults: true });
        assertAtMostOnce(result);
        assertNothingLost(result);
        assertNoMeansNo(result);
      }),
      { numRuns: 300 },
    );
  });

  it("is executed once at most even if Sequence has no memory, as long as every answer arrives", async () => {
    await fc.assert(
      fc.asyncProperty(choices, async (choices) => {
        const sequence = { ...forgetful, remembers500: false };
        const result = await simulate({ sequence, messages: twice, choices, faults: false });
        fc.pre(result.crashes === 0);
        assertAtMostOnce(result);
        assertNothingLost(result);
        assertNoMeansNo(result);
      }),
      { numRuns: 200 },
    );
  });

  it("is executed once at most when people repeat it by hand at any time without confirming anything", async () => {
    const byHand = { trigger: "payday", scheduledTime: scheduled().scheduledTime };
    await fc.assert(
      fc.asyncProperty(choices, fc.array(fc.nat(3 * DAY), { maxLength: 4 }), async (choices, times) => {
        const messages = [...twice, ...times.map((sentAfterMs) => ({ body: byHand, sentAfterMs }))];
        const result = await simulate({ sequence: { ...kept, remembers500: false }, messages, choices, faults: true });
        assertAtMostOnce(result);
        assertOneBody(result);
        assertNothingLost(result);
      }),
      { numRuns: 200 },
    );
  });

  it("is executed once at most even if Sequence has no memory, when people look before they confirm that it wasn't", async () => {
    const sequence = { ...forgetful, remembers500: false };
    const config = { keyMemoryMinutes: 0 };
    await fc.assert(
      fc.asyncProperty(choices, async (choices) => {
        const result = await simulate({ sequence, config, messages: twice, choices, faults: true, looks: 4 });
        assertAtMostOnce(result);
        assertNothingLost(result);
      }),
      { numRuns: 1_000 },
    );
  });
});
