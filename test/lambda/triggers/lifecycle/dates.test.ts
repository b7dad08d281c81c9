import assert from "node:assert/strict";
import { PAYDAY_TIME, refusal, scheduled, World } from "../world";

const DAY_MS = 86_400_000;
const dateAfter = (ms: number) => new Date(Date.parse(PAYDAY_TIME) + ms).toISOString();

function worldWith(dates: { startDate?: string; endDate?: string }): World {
  const world = new World();
  const spec = world.config.triggers.payday;
  assert.ok(spec);
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
  ] as const)
    it(`keep an occurrence ${title} from being executed, and nobody is bothered`, async () => {
      const world = worldWith(dates);
      assert.equal(await world.handle(scheduled()), "done");
      assert.equal(world.calls.length, 0);
      assert.equal(world.ledger.items.size, 0);
      assert.deepEqual([world.failures, world.mails], [[], []]);
      assert.ok(world.events.some(({ event }) => event === "occurrence.outsideDates"));
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
