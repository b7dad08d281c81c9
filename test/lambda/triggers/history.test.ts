import assert from "node:assert/strict";
import { history } from "../../../lambda/triggers/history";
import { scheduled, World } from "./world";

describe("the history", () => {
  async function filled(): Promise<World> {
    const world = new World();
    for (const day of ["2026-12-01", "2026-11-29", "2026-11-30"]) {
      world.now = Date.parse(`${day}T14:00:10Z`);
      await world.handle(scheduled({ scheduledTime: `${day}T14:00:00Z` }));
    }
    world.now = Date.parse("2026-11-30T18:00:00Z");
    await world.handle({ trigger: "payday", occurrence: "bonus" });
    return world;
  }
  const reader = (world: World) => ({
    async *all() {
      yield* world.ledger.items.values();
    },
  });

  it("lists occurrences newest first", async () => {
    const items = await history(reader(await filled()));
    assert.deepEqual(
      items.map(({ scheduledTime, occurrence }) => scheduledTime?.slice(0, 10) ?? occurrence),
      ["2026-12-01", "bonus", "2026-11-30", "2026-11-29"],
    );
  });

  it("is limited to a trigger and a number", async () => {
    const world = await filled();
    assert.deepEqual(await history(reader(world), { trigger: "rent" }), []);
    assert.equal((await history(reader(world), { trigger: "payday", limit: 2 })).length, 2);
  });
});
