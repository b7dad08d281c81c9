import assert from "node:assert/strict";
import { occurrenceKey } from "../../../../lambda/triggers/lifecycle/key";
import type { LedgerItem } from "../../../../lambda/triggers/lifecycle/ledgerItem";
import { aConfig, aConfigWithEvents, EVENT_QUEUE, HOUR, MINUTE, PAYDAY_TIME, World } from "../world";

const DUE = Date.parse(PAYDAY_TIME);
const FIRST = DUE + 20_000;
const checked = { at: FIRST - 5_000, amount: undefined };

/** The morning after a payday whose rule asks for rent and buffer, with the lines of the amount function's log. */
function morning(options: { item?: Partial<LedgerItem>; expectAsked?: boolean; at?: number } = {}) {
  const { payday } = aConfig().triggers;
  const spec = {
    ...payday,
    asks: ["rent", "buffer"],
    ...("expectAsked" in options ? { expectAsked: options.expectAsked } : {}),
  };
  const world = new World({ triggers: { payday: spec as never } });
  world.now = options.at ?? DUE + 17 * HOUR;
  const key = occurrenceKey({ ruleId: "ru_1", scheduledTime: DUE });
  const time = new Date(FIRST).toISOString();
  const item = {
    key,
    version: 1,
    state: "executed",
    outcome: "executed",
    trigger: "payday",
    ruleId: "ru_1",
    body: "{}",
  };
  const times = { attempts: 1, firstTriedAt: time, lastTriedAt: time, updatedAt: time, expiresAt: 2_000_000_000 };
  world.ledger.items.set(key, { ...item, scheduledTime: PAYDAY_TIME, ...times, ...options.item } as LedgerItem);
  const check = async () => {
    await world.handle({ heartbeat: new Date(world.now).toISOString() });
    return world.mails.filter(({ subject }) => subject.includes("not asked for")).length;
  };
  const notChecked = () => world.events.filter(({ event }) => event === "asked.notChecked").length;
  return { world, check, notChecked };
}
const asked = (amount: string, at = FIRST + 1_000) => ({ at, amount });

describe("the daily check of what rules asked for", () => {
  it("says nothing of amounts that were asked for, across pages of which some are empty", async () => {
    const { world, check } = morning();
    world.logPages = () => [[], [checked, asked("rent")], [], [asked("buffer")]];
    assert.equal(await check(), 0);
  });

  it("mails once which amount was not asked for, until it is asked for again", async () => {
    const { world, check } = morning();
    world.logPages = () => [[checked, asked("rent")]];
    assert.equal(await check(), 1);
    const text = world.mails.find(({ subject }) => subject.includes("not asked"))?.text ?? "";
    assert.match(text, /^Sequence accepted payday on 1 December and has not asked for buffer\./);
    assert.equal(await check(), 1);
    world.logPages = () => [[checked, asked("rent"), asked("buffer", FIRST + HOUR)]];
    assert.equal(await check(), 1);
    world.logPages = () => [[checked, asked("rent")]];
    assert.equal(await check(), 2);
  });

  it("leaves the check the time to end, however many occurrences it would have to look up", async () => {
    const { world, check, notChecked } = morning();
    const { payday } = world.config.triggers;
    // In a dry run none of an hourly trigger's is executed, so that each of two days is looked up.
    const hourly = (name: string, index: number) => ({
      ...{ ...payday, ruleId: `ru_${index}`, asks: ["rent"] },
      schedule: { name, expression: "cron(0 * * * ? *)", timezone: "UTC", enabled: true },
    });
    const names = Array.from({ length: 40 }, (_, index) => `trigger-${index}`);
    const triggers = Object.fromEntries(names.map((name, index) => [name, hourly(name, index)]));
    world.config = { ...world.config, dryRun: true, triggers: triggers as never };
    world.remainingMs = 60_000;
    world.ledger.before = (operation) => {
      if (operation === "read") world.remainingMs -= 60;
    };
    world.logPages = () => [[checked]];
    assert.equal(await check(), 0);
    assert.ok(world.remainingMs > 5_000, `${world.remainingMs} ms were left`);
    assert.deepEqual([notChecked(), world.count("Heartbeat")], [1, 1]);
  });

  it("doesn't count what was asked before the rule was triggered", async () => {
    const { world, check } = morning();
    world.logPages = () => [[asked("buffer", FIRST - 2 * MINUTE), checked, asked("rent")]];
    assert.equal(await check(), 1);
  });

  it("waits two hours, and says nothing when it is turned off, or of what wasn't executed", async () => {
    const cases = [
      { at: DUE + HOUR },
      { expectAsked: false },
      { item: { state: "test-mode", told: true } as const },
      { item: { state: "dry-run" } as const },
      { item: { state: "failed", told: true } as const },
    ];
    for (const options of cases) {
      const { world, check } = morning(options);
      world.logPages = () => [[checked]];
      assert.equal(await check(), 0, JSON.stringify(options));
    }
  });

  it("says nothing while the log can't tell: it is gone, too short, denied, too long, or there is no time", async () => {
    const denied = () => {
      throw Object.assign(new Error("no"), { name: "AccessDeniedException" });
    };
    const logs = [denied, () => [[]], () => [[{ at: FIRST + HOUR, amount: "rent" }]], () => Array(50).fill([checked])];
    for (const pages of logs) {
      const { world, check, notChecked } = morning();
      world.logPages = pages;
      assert.equal(await check(), 0);
      assert.equal(notChecked(), 1);
    }
    const { world, check, notChecked } = morning();
    world.remainingMs = 5_000;
    world.logPages = () => [[checked]];
    assert.equal(await check(), 0);
    assert.ok(notChecked() <= 1);
  });

  it("tells again if the mail couldn't be sent", async () => {
    const { world, check } = morning();
    world.logPages = () => [[checked, asked("rent")]];
    world.mailError = new Error("SNS is down");
    await check();
    world.mailError = undefined;
    assert.equal(await check(), 1);
  });
});

describe("the daily check of what the rules of events asked for", () => {
  let world: World;
  beforeEach(() => {
    const { payday, invoice } = aConfigWithEvents().triggers;
    world = new World({ triggers: { payday, invoice: { ...invoice, asks: ["tax"] } } as never });
    world.check = async () => ({ tax: { cents: 5 } });
    // The function's own checks before each event.
    const checks = [0, 21, 45].map((hours) => ({ at: world.now + hours * HOUR, amount: undefined }));
    world.logPages = () => [checks];
  });
  const send = (event: string) => world.handle({ trigger: "invoice", event }, { queue: EVENT_QUEUE });
  const check = async () => {
    await world.handle({ heartbeat: new Date(world.now).toISOString() });
    return world.mails.filter(({ subject }) => subject.includes("not asked for"));
  };

  it("looks at one executed event of a trigger a day, and says of it once what wasn't asked for", async () => {
    await send("4711");
    await send("4712");
    assert.deepEqual(noted(), ["4711"]);
    world.now += HOUR;
    assert.equal((await check()).length, 0);
    assert.deepEqual(noted(), ["4711"]);
    world.now += 20 * HOUR;
    const [told] = await check();
    assert.match(
      told?.text ?? "",
      /^Sequence accepted invoice of the event "4711" on 1 December and has not asked for tax\./,
    );
    assert.deepEqual(noted(), []);
    await send("4713");
    assert.deepEqual(noted(), ["4713"]);
    world.now += 24 * HOUR;
    assert.equal((await check()).length, 1);
  });

  it("doesn't look at an event of more than two days ago, whose log may be long, and takes the next one", async () => {
    await send("4711");
    world.now += 50 * HOUR;
    assert.equal((await check()).length, 0);
    assert.deepEqual(noted(), []);
  });

  it("keeps the event for the next check if the log can't be read or the mail can't be sent", async () => {
    await send("4711");
    world.now += 20 * HOUR;
    world.mailError = new Error("SNS is down");
    await check();
    world.mailError = undefined;
    const { logPages } = world;
    world.logPages = () => {
      throw new Error("no");
    };
    assert.equal((await check()).length, 0);
    assert.deepEqual(noted(), ["4711"]);
    world.logPages = logPages;
    assert.equal((await check()).length, 1);
  });

  it("notes nothing of events that fail, or whose trigger expects no question, and forgets those of such a trigger", async () => {
    await send("4711");
    const { payday, invoice } = world.config.triggers;
    const silent = { ...invoice, expectAsked: false };
    world.config = {
      ...world.config,
      triggers: { payday, invoice: silent, other: { ...invoice, asks: undefined } } as never,
    };
    await send("4712");
    await world.handle({ trigger: "other", event: "1" }, { queue: EVENT_QUEUE });
    assert.deepEqual(noted(), ["4711"]);
    world.now += 20 * HOUR;
    assert.equal((await check()).length, 0);
  });

  it("runs events whose note can't be read or written, and looks at none of them", async () => {
    const { readNote } = world.ledger;
    world.ledger.readNote = async (name) => {
      if (name === "accepted-events") throw new Error("DynamoDB is down");
      return readNote.call(world.ledger, name);
    };
    assert.equal(await send("4711"), "done");
    assert.equal(world.ledger.only().state, "executed");
  });

  function noted(): string[] {
    const byTrigger = world.ledger.notes.get("accepted-events")?.byTrigger ?? "{}";
    return Object.values(JSON.parse(String(byTrigger)) as Record<string, { event: string }>).map(({ event }) => event);
  }
});
