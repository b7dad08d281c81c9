import assert from "node:assert/strict";
import { SandboxClock } from "../../sandbox/clock";

const START = Date.parse("2026-01-01T00:00:00Z");
const DAY_MS = 24 * 3600 * 1000;

describe("The sandbox's clock", () => {
  let clock: SandboxClock;

  beforeEach(() => {
    clock = new SandboxClock(START);
  });
  afterEach(() => clock.stop());

  it("starts where it is told and goes on by itself", async () => {
    assert.ok(clock.now() >= START);
    await clock.sleepUntil(clock.now() + 5);
    assert.ok(clock.now() >= START + 5);
    const [before, now, after] = [Date.now(), clock.now(), Date.now()];
    assert.ok(clock.offset >= now - after - 1 && clock.offset <= now - before + 1);
  });

  for (const [what, jumpMs] of [
    ["a laptop slept", DAY_MS],
    ["somebody set the machine's clock back", -DAY_MS],
  ] as const)
    it(`goes on where it was, and wakes in time, although ${what}`, async () => {
      const { now } = Date;
      const soon = clock.sleepUntil(clock.now() + 30);
      const woken: string[] = [];
      clock.sleepUntil(START + DAY_MS / 2).then(() => woken.push("too early"));
      try {
        Date.now = () => now() + jumpMs;
        assert.ok(Math.abs(clock.now() - START) < DAY_MS / 4);
        await soon;
        clock.pause();
        clock.resume();
        await clock.sleepUntil(clock.now() + 5);
        assert.ok(Math.abs(clock.now() - START) < DAY_MS / 4);
        assert.deepEqual(woken, []);
      } finally {
        Date.now = now;
      }
    });

  it("wakes what is due in order of time, each at its own time", async () => {
    const woken: [string, number][] = [];
    const sleep = (name: string, at: number) =>
      clock.sleepUntil(START + at).then(() => void woken.push([name, clock.now() - START]));
    sleep("third", 3 * DAY_MS);
    sleep("first", DAY_MS);
    sleep("second", 2 * DAY_MS);
    sleep("fourth", 4 * DAY_MS);
    await clock.advanceTo(START + 3 * DAY_MS);
    assert.deepEqual(woken, [
      ["first", DAY_MS],
      ["second", 2 * DAY_MS],
      ["third", 3 * DAY_MS],
    ]);
    await clock.advanceTo(START + 10 * DAY_MS);
    assert.deepEqual(woken.at(-1), ["fourth", 4 * DAY_MS]);
    assert.ok(clock.now() >= START + 10 * DAY_MS);
  });

  it("wakes what begins to sleep on the way, in its turn", async () => {
    const woken: string[] = [];
    const chain = async () => {
      for (let day = 1; day <= 3; day++) {
        await clock.sleepUntil(START + day * DAY_MS);
        woken.push(`chain ${day}`);
      }
    };
    chain();
    clock.sleepUntil(START + 2.5 * DAY_MS).then(() => woken.push("between"));
    await clock.advanceTo(START + 5 * DAY_MS);
    assert.deepEqual(woken, ["chain 1", "chain 2", "between", "chain 3"]);
  });

  it("wakes at once what sleeps until a time that has passed", async () => {
    await clock.sleepUntil(START - DAY_MS);
    const woken: number[] = [];
    clock.sleepUntil(START + DAY_MS).then(() => {
      clock.sleepUntil(START).then(() => woken.push(clock.now()));
    });
    await clock.advanceTo(START + 2 * DAY_MS);
    assert.deepEqual(woken, [START + DAY_MS]);
  });

  it("doesn't go past a wake-up before the tracked work that came of it has ended", async () => {
    const events: string[] = [];
    clock.sleepUntil(START + DAY_MS).then(() => {
      clock.track(
        new Promise<void>((resolve) => setTimeout(resolve, 20)).then(() => {
          events.push(`work ended on day ${(clock.now() - START) / DAY_MS}`);
        }),
      );
    });
    clock.sleepUntil(START + 2 * DAY_MS).then(() => events.push("second day"));
    await clock.advanceTo(START + 3 * DAY_MS);
    assert.deepEqual(events, ["work ended on day 1", "second day"]);
  });

  it("waits for tracked work that fails, and for work that begins other work", async () => {
    const events: string[] = [];
    const inner = () =>
      clock.track(new Promise<void>((resolve) => setImmediate(resolve)).then(() => void events.push("inner")));
    clock
      .track(
        new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
          inner();
          throw new Error("it failed");
        }),
      )
      .catch(() => events.push("failed"));
    await clock.settled();
    assert.deepEqual([...events].sort(), ["failed", "inner"]);
  });

  it("gives back the tracked work's own result", async () => {
    assert.equal(await clock.track(Promise.resolve(7)), 7);
    await assert.rejects(clock.track(Promise.reject(new Error("no"))), /no/);
  });

  it("stands still while it is advanced", async () => {
    const seen: number[] = [];
    clock.sleepUntil(START + DAY_MS).then(() => {
      clock.track(
        (async () => {
          seen.push(clock.now());
          await new Promise((resolve) => setTimeout(resolve, 10));
          seen.push(clock.now());
        })(),
      );
    });
    await clock.advanceTo(START + DAY_MS);
    assert.deepEqual(seen, [START + DAY_MS, START + DAY_MS]);
  });

  it("never goes back", async () => {
    await clock.advanceTo(START + DAY_MS);
    await clock.advanceTo(START);
    assert.ok(clock.now() >= START + DAY_MS);
  });

  it("refuses to be advanced twice at a time, and takes it afterwards", async () => {
    const first = clock.advanceTo(START + DAY_MS);
    await assert.rejects(clock.advanceTo(START + 2 * DAY_MS), /await the first advanceTo/);
    await first;
    await clock.advanceTo(START + 2 * DAY_MS);
    assert.ok(clock.now() >= START + 2 * DAY_MS);
  });

  it("ends a sleep that is aborted, and no other", async () => {
    const controller = new AbortController();
    const reason = new Error("not any more");
    const aborted = clock.sleepUntil(START + DAY_MS, controller.signal);
    let woken = false;
    clock.sleepUntil(START + DAY_MS).then(() => {
      woken = true;
    });
    controller.abort(reason);
    await assert.rejects(aborted, reason);
    await assert.rejects(clock.sleepUntil(START + DAY_MS, controller.signal), reason);
    await clock.advanceTo(START + DAY_MS);
    assert.equal(woken, true);
  });

  it("wakes nothing once it is stopped, also in the middle of being advanced", async () => {
    const woken: string[] = [];
    clock.sleepUntil(START + DAY_MS).then(() => {
      woken.push("first");
      clock.stop();
    });
    clock.sleepUntil(START + 2 * DAY_MS).then(() => woken.push("second"));
    await clock.advanceTo(START + 3 * DAY_MS);
    assert.deepEqual(woken, ["first"]);
  });

  it("arms a wait that is longer than a timer can be", async () => {
    let woken = false;
    clock.sleepUntil(START + 100 * DAY_MS).then(() => {
      woken = true;
    });
    // A timer of more than 24.8 days would fire at once.
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(woken, false);
    await clock.advanceTo(START + 100 * DAY_MS);
    assert.equal(woken, true);
  });

  it("runs a year of daily wake-ups of ten sleepers in order", async () => {
    const times: number[] = [];
    const daily = async (offsetMs: number) => {
      for (let day = 0; day < 365; day++) {
        await clock.sleepUntil(START + day * DAY_MS + offsetMs);
        times.push(clock.now());
      }
    };
    for (let hour = 1; hour <= 10; hour++) daily(hour * 3_600_000);
    await clock.advanceTo(START + 366 * DAY_MS);
    assert.equal(times.length, 3_650);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
  });
});
