import assert from "node:assert/strict";
import { World, scheduled } from "./world";
it("x", async () => {
  const w = new World();
  assert.equal(await w.handle(scheduled()), "done");
  console.log(w.ledger.only(), w.calls, w.events, w.metrics);
});
