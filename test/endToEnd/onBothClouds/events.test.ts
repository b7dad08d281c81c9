import assert from "node:assert/strict";
import { removePrograms } from "../../support/program";
import { changedQuickstart, INVOICE } from "../../support/quickstart";
import { startWorld } from "./startWorld";
import { triggerCalls, type World } from "./world";

describe("An event that is in the event queue", () => {
  let world: World;

  before(async () => {
    world = await startWorld(changedQuickstart("triggers: {", `$&\n    ${INVOICE}`));
  });
  after(async () => {
    await world?.stop();
    removePrograms();
  });

  const invoice = (cents: number) => JSON.stringify({ trigger: "invoice", event: "invoice-4711", payload: { cents } });
  const seen = (event: string) => async () => (await world.logged(event)).length > 0;

  it("triggers its rule with its payload, and the ledger knows it", async () => {
    await world.sendEvent(invoice(5));
    await world.until(seen("occurrence.executed"), "it is executed");
    const [call, ...otherCalls] = triggerCalls(world);
    assert.deepEqual(otherCalls, []);
    assert.equal(call?.body, '{"cents":5}');
    assert.equal(world.sequence.triggers.length, 1);
    const [item, ...otherItems] = await world.ledger();
    assert.deepEqual(otherItems, []);
    assert.deepEqual(
      [item?.key, item?.trigger, item?.event, item?.state, item?.outcome, item?.attempts],
      [call?.idempotencyKey, "invoice", "invoice-4711", "executed", "executed", 1],
    );
  });

  it("runs nothing when it comes again", async () => {
    const before = await world.ledger();
    await world.sendEvent(invoice(5));
    await world.until(seen("occurrence.duplicate"), "it is seen as a duplicate");
    assert.equal(triggerCalls(world).length, 1);
    assert.deepEqual(await world.ledger(), before);
  });

  it("is a conflict that runs nothing when it comes again with another payload", async () => {
    const before = await world.ledger();
    await world.sendEvent(invoice(6));
    await world.until(seen("event.conflict"), "it is seen as a conflict");
    assert.equal(triggerCalls(world).length, 1);
    assert.deepEqual(await world.ledger(), before);
    assert.deepEqual([await world.failures(), await world.mails()], [[], []]);
  });
});
