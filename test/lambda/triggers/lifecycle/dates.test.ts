import assert from "node:assert/strict";
import { isScheduled, type ScheduledSpec, type TriggerSchedule } from "../../../../lambda/agreements/triggerConfig";
import { byHand, PAYDAY_TIME, refusal, scheduled, World } from "../world";

const DAY_MS = 86_400_000;
const dateAfter = (ms: number) => new Date(Date.parse(PAYDAY_TIME) + ms).toISOString();

function worldWith(dates: Partial<TriggerSchedule>): World {
  const world = new World();
  const spec = world.config.triggers.payday;
  assert.ok(isScheduled(spec));
  world.config = {
    ...world.config,
    triggers: { payday: { ...spec, schedule: { ...spec.schedule, ...dates } } },
  };
  return world;
}

describe("the dates of a trigger", () => {
  for (const [title, dates] of [
    ["before its start", { startDate: dateAfter(1000) }],
    ["after its end", { endDate: dateAfter(-1000) }],
    ["on a day that is skipped", { skipDates: ["2026-12-01"] }],
    ["of the other week", { expression: "cron(0 14 ? * TUE *)", everyWeeks: 2, from: "2026-11-24" }],
    ["before the first week", { expression: "cron(0 14 ? * TUE *)", everyWeeks: 2, from: "2026-12-15" }],
  ] as const)
    it(`keep an occurrence ${title} from being executed, and nobody is bothered`, async () => {
      const world = worldWith(dates);
      assert.equal(await world.handle(scheduled()), "done");
      assert.equal(world.calls.length, 0);
      assert.equal(world.ledger.items.size, 0);
      assert.deepEqual([world.failures, world.mails], [[], []]);
      assert.ok(world.events.some(({ event }) => event === "occurrence.outsideDates"));
    });

  it("keep an occurrence from being told of while the ledger can't be read: most likely nothing was due", async () => {
    const world = worldWith({ skipDates: ["2026-12-01"] });
    world.ledger.before = () => {
      throw new Error("DynamoDB is down");
    };
    world.now += DAY_MS / 2;
    assert.equal(await world.handle(scheduled()), "back");
    assert.deepEqual([world.failures, world.mails], [[], []]);
    world.ledger.before = () => {};
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "done");
    assert.deepEqual([world.failures, world.mails, world.calls], [[], [], []]);
  });

  it("and its weeks let the others be executed", async () => {
    const world = worldWith({ expression: "cron(0 14 ? * TUE *)", everyWeeks: 2, from: "2026-11-17", skipDates: [] });
    await world.handle(scheduled());
    assert.equal(world.calls.length, 1);
  });

  it("keep a person from sending one that is left out by mistake, and say why", async () => {
    const world = worldWith({ expression: "cron(0 14 ? * TUE *)", everyWeeks: 2, from: "2026-11-24", skipDates: [] });
    await world.handle(byHand());
    assert.equal(world.calls.length, 0);
    assert.match(
      world.failures[0]?.reason ?? "",
      /is no occurrence of trigger "payday" \(cron\(0 14 \? \* TUE \*\), UTC, every 2 weeks from 2026-11-24, without its skipDates\)/,
    );
  });

  it("of one trigger aren't in the way of another one of the rule", async () => {
    const world = worldWith({ skipDates: ["2026-12-01"] });
    const spec = world.config.triggers.payday as ScheduledSpec;
    const schedule = { ...spec.schedule, name: "extra", skipDates: [] };
    world.config = { ...world.config, triggers: { ...world.config.triggers, extra: { ...spec, schedule } } };
    await world.handle(scheduled());
    assert.equal(world.calls.length, 0);
    await world.handle(scheduled({ trigger: "extra" }));
    await world.handle(scheduled());
    assert.equal(world.calls.length, 1);
    assert.deepEqual(world.failures, []);
  });

  it("are both included", async () => {
    const world = worldWith({ startDate: dateAfter(0), endDate: dateAfter(0) });
    await world.handle(scheduled());
    assert.equal(world.calls.length, 1);
  });

  it("that are over don't keep an occurrence from its end that has been tried before they were deployed", async () => {
    const world = worldWith({});
    world.answer = () => {
      throw refusal({ code: "TOO_MANY_REQUESTS", status: 429, retryable: true });
    };
    assert.equal(await world.handle(scheduled()), "back");
    world.config = worldWith({ endDate: dateAfter(-DAY_MS) }).config;
    world.now += DAY_MS / 2;
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "done");
    assert.equal(world.failures.length, 1);
  });
});
