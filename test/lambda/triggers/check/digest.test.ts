import assert from "node:assert/strict";
import type { LedgerItem } from "../../../../lambda/triggers/lifecycle/ledgerItem";
import { HOUR, PAYDAY_TIME, receipt, scheduled, type World } from "../world";
import { asDeployed, check, checkedBefore, DAY, executed, PAYDAY, payday } from "./checked";

const digests = (world: World) => world.mails.filter(({ subject }) => subject.includes("digest"));
const events = (world: World) => world.events.map(({ event }) => event);

const NOVEMBER = { version: 1, month: "2026-11", until: "2026-12-01T12:00:00.000Z" };

/** A world whose last digest was November's, and an occurrence a day since. */
async function digested(days: number): Promise<World> {
  const world = await checkedBefore({ digest: true });
  world.mails.length = 0;
  world.ledger.notes.set("digest", NOVEMBER);
  for (let day = 0; day < days; day += 1) executed(world, PAYDAY + day * DAY);
  return world;
}

describe("the month's digest", () => {
  it("comes with the first check of each month, once, and counts since the last one", async () => {
    const world = await checkedBefore({ digest: true });
    for (let day = 0; day < 33; day += 1) executed(world, PAYDAY + day * DAY);
    executed(world, PAYDAY - 9 * HOUR);
    for (const hours of [12, 24 * 15, 24 * 30]) await check(world, PAYDAY + hours * HOUR);
    await check(world, PAYDAY + 31 * DAY + 1 * HOUR);
    await check(world, PAYDAY + 31 * DAY + 2 * HOUR);
    assert.deepEqual(
      digests(world).map(({ subject }) => subject),
      [
        "Sequence: the month's digest - 0 executed, 0 skipped, 0 failed",
        "Sequence: the month's digest - 32 executed, 0 skipped, 0 failed",
      ],
    );
    assert.match(digests(world)[1]?.text ?? "", /^From 2026-12-01T06:00:00Z to 2027-01-01T15:00:00Z: 32 executed, /);
  });

  it("isn't there unless it is asked for", async () => {
    const world = await checkedBefore();
    await check(world, PAYDAY + 40 * DAY);
    assert.deepEqual(digests(world), []);
    assert.equal(world.ledger.notes.has("digest"), false);
  });

  it("tells by trigger what was executed, skipped and failed, and the next date in the trigger's zone", async () => {
    const world = await checkedBefore({ digest: true });
    const spec = payday(world);
    const schedule = { ...spec.schedule, timezone: "America/New_York", expression: "cron(30 9 1 * ? *)" };
    const off = { ...spec, schedule: { ...schedule, name: "rent", enabled: false } };
    const over = { ...spec, schedule: { ...schedule, name: "tax", endDate: "2026-11-30T00:00:00Z" } };
    const { schedule: _, ...event } = spec;
    world.config = {
      ...world.config,
      triggers: { payday: { ...spec, schedule }, rent: off, tax: over, invoice: event },
    };
    world.schedules.set("payday", asDeployed({ expression: schedule.expression, timezone: schedule.timezone }));
    world.schedules.set("rent", asDeployed({ enabled: false }));
    world.schedules.set("tax", asDeployed());
    world.mails.length = 0;
    world.ledger.notes.set("digest", NOVEMBER);
    const states: [string, LedgerItem["state"]][] = [
      ["payday", "executed"],
      ["payday", "failed"],
      ["rent", "skipped"],
      ["rent", "test-mode"],
      ["invoice", "executed"],
      ["invoice", "dry-run"],
      ["invoice", "waiting"],
    ];
    for (const [index, [trigger, state]] of states.entries())
      executed(world, PAYDAY + index * 1000, { trigger, state, key: `${index}` });
    await check(world, PAYDAY + 16 * HOUR);
    const { subject, text } = digests(world)[0] as { subject: string; text: string };
    assert.match(subject, /2 executed, 1 skipped, 1 failed/);
    assert.match(
      text,
      /\n\ninvoice: 1 executed, 0 skipped, 0 failed, 1 in a dry run, 1 under way\npayday: 1 executed, 0 skipped, 1 failed\nrent: 0 executed, 1 skipped, 0 failed, 1 seemingly in test mode\n/,
    );
    assert.match(
      text,
      /Next:\npayday: 2027-01-01 09:30 America\/New_York\nrent: switched off\ntax: no date any more\ninvoice: whenever an event comes\n/,
    );
  });

  it("counts a failure that was run by hand as executed, in the month in which it was", async () => {
    const world = await checkedBefore({ digest: true });
    world.answer = () => {
      throw new Error("a bug");
    };
    await world.handle(scheduled());
    assert.equal(world.ledger.only().state, "failed");
    world.answer = (call) => receipt(call);
    world.now = PAYDAY + 2 * HOUR;
    await world.handle({
      trigger: "payday",
      scheduledTime: PAYDAY_TIME,
      confirmedNotExecutedUntil: "2026-12-01T15:30:00Z",
    });
    world.ledger.notes.set("digest", NOVEMBER);
    await check(world, PAYDAY + 16 * HOUR);
    assert.match(digests(world).at(-1)?.subject ?? "", /1 executed, 0 skipped, 0 failed/);
  });

  it('says "at least" if the ledger can\'t be read to its end, because the mail is what must come', async () => {
    const world = await digested(2);
    const { ledger } = world;
    const all = ledger.all.bind(ledger);
    ledger.all = async function* () {
      for await (const item of all()) {
        yield item;
        throw new Error("DynamoDB is down");
      }
    };
    await check(world, PAYDAY + 16 * HOUR);
    assert.match(digests(world)[0]?.subject ?? "", /digest - at least 1 executed/);
    assert.match(digests(world)[0]?.text ?? "", /could not be read to its end/);
    assert.ok(events(world).includes("digest.notCounted"));
  });

  it("stops counting while there is time for the mail", async () => {
    const world = await digested(3);
    const { ledger } = world;
    const all = ledger.all.bind(ledger);
    ledger.all = async function* () {
      for await (const item of all()) {
        yield item;
        world.remainingMs = 9_000;
      }
    };
    await check(world, PAYDAY + 16 * HOUR);
    assert.match(digests(world)[0]?.subject ?? "", /digest - at least 1 executed/);
  });

  it("is sent by the next check if its mail can't be sent", async () => {
    const world = await digested(1);
    world.mailError = new Error("SNS is down");
    await check(world, PAYDAY + 16 * HOUR);
    world.mailError = undefined;
    assert.deepEqual(digests(world), []);
    await check(world, PAYDAY + 17 * HOUR);
    await check(world, PAYDAY + 18 * HOUR);
    assert.equal(digests(world).length, 1);
  });

  it("stops no check: one that can't be told is told by the next", async () => {
    const world = await digested(1);
    const { ledger } = world;
    const readNote = ledger.readNote.bind(ledger);
    ledger.readNote = async (name) => {
      if (name === "digest") throw new Error("DynamoDB is down");
      return readNote(name);
    };
    assert.equal(await check(world, PAYDAY + 16 * HOUR), "done");
    assert.ok(events(world).includes("digest.notTold"));
    assert.equal(world.count("Heartbeat"), 1);
    ledger.readNote = readNote;
    await check(world, PAYDAY + 17 * HOUR);
    assert.equal(digests(world).length, 1);
  });

  it("tells what Sequence asked for, where the function may read the amounts' log", async () => {
    const world = await digested(1);
    const at = PAYDAY + HOUR;
    world.logPages = () => [
      [
        { at, amount: "rent" },
        { at, amount: undefined },
      ],
      [
        { at, amount: "rent" },
        { at, amount: "buffer", failed: true },
      ],
    ];
    await check(world, PAYDAY + 16 * HOUR);
    assert.match(
      digests(world)[0]?.text ?? "",
      /asked \(as far back as its log is kept\):\nbuffer: 0 answered, 1 failed\nrent: 2 answered\n/,
    );
  });

  it("says that the stop switch is on", async () => {
    const world = await digested(1);
    world.pause();
    await check(world, PAYDAY + 16 * HOUR);
    assert.match(digests(world)[0]?.text ?? "", /The stop switch is on/);
  });
});
