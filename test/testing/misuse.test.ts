import assert from "node:assert/strict";
import { type RunningSandbox, startSandbox, UserError } from "../../testing";
import { root, START } from "../endToEnd/support";

/** As a program in JavaScript calls it, without types. */
// biome-ignore lint/suspicious/noExplicitAny: what is tried here has wrong types.
type Untyped = any;

describe("A test that uses the harness wrongly", () => {
  for (const [what, options, message] of [
    ["no options", undefined, /what startSandbox is given is missing; it must be an object with directory, port/],
    ["a text", root, /what startSandbox is given is ".*"; it must be an object with directory/],
    ["no directory", {}, /directory is missing; it must be text, the folder of a Pulumi program/],
    ["a URL", { directory: new URL("file:///tmp/") }, /directory is an object; it must be text/],
    ["a port beyond", { directory: root, port: 70_000 }, /port is 70000; it must be a whole number from 0 to 65535/],
    ["null for a time", { directory: root, startAt: null }, /the time is null; it must be a date and time/],
    ["a time that no date holds", { directory: root, startAt: 1e20 }, /the time is 100000000000000000000; it must/],
  ] as const)
    it(`is told so, if it starts one with ${what}`, async () => {
      await assert.rejects(startSandbox(options as Untyped), (error: Error) => {
        assert.ok(error instanceof UserError, error.stack);
        assert.match(error.message, message);
        return true;
      });
    });

  describe("and calls it", () => {
    let sandbox: RunningSandbox & Untyped;
    before(async () => {
      sandbox = await startSandbox({ directory: root, startAt: START });
    });
    after(() => sandbox?.stop());

    const calls: readonly (readonly [string, () => unknown, RegExp])[] = [
      [
        "to a trigger that there isn't",
        () => sandbox.clock.advanceToNext("paydya"),
        /there is no schedule "paydya".*Did you mean "payday"\?/,
      ],
      ["by a number", () => sandbox.clock.advanceBy(5), /what advanceBy is given is 5; it must be an object with days/],
      ["by nothing", () => sandbox.clock.advanceBy(), /what advanceBy is given is missing/],
      ["to null", () => sandbox.clock.advanceTo(null), /the time is null/],
      ["no times", () => sandbox.fire("payday", { times: 0 }), /times of fire is 0; it must be a whole number from 1/],
      ["again without saying what", () => sandbox.runAgain("payday", {}), /takes one of scheduledTime, occurrence and/],
      [
        "a fault of a rule that there isn't",
        () => sandbox.fault({ ruleId: "ru_12354" }),
        /ruleId of a fault is "ru_12354"; it must be one of ru_12345.*Did you mean/,
      ],
      [
        "a fault that doesn't exist",
        () => sandbox.fault({ connection: "reset" }),
        /connection of a fault is "reset"; it must be one of close, hang, truncate, crash/,
      ],
      [
        "an outage of another service",
        () => sandbox.outage({ service: "s3" }),
        /service of an outage is "s3"; it must/,
      ],
      [
        "a balance as text",
        () => sandbox.setBalance("Rent Pod", "100"),
        /The balance of Rent Pod is "100"; it must be/,
      ],
      [
        "a balance that no sum holds",
        () => sandbox.setBalance("Rent Pod", Number.MAX_SAFE_INTEGER),
        /The balance of Rent Pod must be at most 100000000000 cents/,
      ],
    ];
    for (const [what, call, message] of calls)
      it(`is told so: ${what}`, async () => {
        const before = [sandbox.clock.now(), sandbox.balances(), sandbox.activeFaults()];
        await assert.rejects(async () => call(), message);
        assert.ok(sandbox.clock.now() - before[0] < 3600_000);
        assert.deepEqual([sandbox.balances(), sandbox.activeFaults()], before.slice(1));
      });

    it("is told so, if it goes on after stop", async () => {
      await sandbox.stop();
      for (const late of [
        () => sandbox.clock.advanceToNext("payday"),
        () => sandbox.clock.advanceBy({ days: 1 }),
        () => sandbox.fire("payday"),
        () => sandbox.ask("rent"),
      ])
        await assert.rejects(late, /the sandbox has stopped: start another one, or call stop\(\) later/);
      await sandbox.stop();
    });
  });
});
