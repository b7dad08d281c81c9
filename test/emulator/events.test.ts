import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { triggerCalls } from "../endToEnd/onBothClouds/world";
import { root } from "../endToEnd/support";
import { type EmulatorWorld, startEmulatorWorld } from "./world";

const example = join(root, "examples", "events");

describe("examples/events on another AWS", () => {
  let world: EmulatorWorld;
  let entries: PutEventsRequestEntry[];

  before(async () => {
    const [, typed = ""] =
      /^aws events put-events --entries '(.*)'$/m.exec(readFileSync(join(example, "README.md"), "utf8")) ?? [];
    entries = JSON.parse(typed);
    world = await startEmulatorWorld(example);
  });
  after(() => world?.stop());

  const put = (Entries: PutEventsRequestEntry[]) =>
    world.cloud.place.clients.events.send(new PutEventsCommand({ Entries }));
  const executed = () => world.logged("occurrence.executed");

  it("triggers the rule once for the event that its README puts onto the bus, though it is put there twice", async () => {
    await put(entries);
    await world.until(async () => (await executed()).length === 1, "it is executed");
    await put(entries);
    await world.until(async () => (await world.logged("occurrence.duplicate")).length === 1, "it is known");
    assert.equal(triggerCalls(world).length, 1);
    const [item] = await world.ledger();
    assert.deepEqual([item?.trigger, item?.event], ["invoice-paid", "invoice-4711"]);
  });

  it("triggers nothing for other events of the bus", async () => {
    const others = entries.map((entry) => ({ ...entry, DetailType: "invoice sent" }));
    await put([...others, ...entries.map((entry) => ({ ...entry, Detail: '{"invoiceId":"invoice-4712"}' }))]);
    await world.until(async () => (await executed()).length === 2, "the one that is paid is executed");
    assert.deepEqual((await world.ledger()).map(({ event }) => event).sort(), ["invoice-4711", "invoice-4712"]);
    assert.equal(triggerCalls(world).length, 2);
  });
});
