import assert from "node:assert/strict";
import { ask } from "../support";
import { startWorld } from "./startWorld";
import { dueMessage, triggerCalls, type World } from "./world";

describe("An occurrence that is in the work queue", () => {
  let world: World;

  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world?.stop());

  async function executed(): Promise<void> {
    const { sequence } = world;
    const isDone = async () =>
      sequence.triggers.length > 0 &&
      sequence.triggers.every(({ done }) => done) &&
      (await world.logged("occurrence.executed")).length > 0;
    await world.until(isDone, "the rule is executed, and its actions are done");
  }

  it("triggers its rule, which moves exactly the expected cents", async () => {
    const totalBefore = world.sequence.totalCents();
    await world.send(dueMessage(world).body);
    await executed();
    assert.deepEqual(
      world.sequence.triggers.map(({ ruleId, testMode }) => ({ ruleId, testMode })),
      [{ ruleId: "ru_12345", testMode: false }],
    );
    assert.deepEqual(
      world.sequence.transfers.map(({ from, to, cents }) => ({ from, to, cents })),
      [
        { from: "Main Operating Pod", to: "Rent Pod", cents: 150_000 },
        { from: "Main Operating Pod", to: "Bills Pod", cents: 20_000 },
        { from: "Main Operating Pod", to: "Savings Pod", cents: 260_000 },
      ],
    );
    assert.equal(world.sequence.totalCents(), totalBefore);
    const [item, ...otherItems] = await world.ledger();
    assert.deepEqual(otherItems, []);
    assert.deepEqual(
      [item?.key, item?.state, item?.outcome, item?.attempts, item?.expected],
      [
        triggerCalls(world)[0]?.idempotencyKey,
        "executed",
        "executed",
        1,
        "rent 1,500.00, buffer 200.00, excess 4,300.00",
      ],
    );
    const [line, ...more] = await world.logged("occurrence.executed");
    assert.equal(line?.sequenceRequestId, world.sequence.triggers[0]?.requestId);
    assert.deepEqual(more, []);
    assert.deepEqual(await world.mails(), []);
    assert.deepEqual(await world.failures(), []);
    await world.refillThrottle();
    // The pod holds 320.55 of 500.00 now, and less than 100.00 are left above the floor.
    for (const [name, cents] of Object.entries({ rent: 150_000, buffer: 17_945, excess: 0 }))
      assert.equal((await ask(String(world.amountUrls[name]))).body, `{"amountInCents":${cents}}`, name);
  });

  it("executes once though it is delivered twice, and Sequence has forgotten the key", async () => {
    world.sequence.modes.memoryMs = 0;
    const { body } = dueMessage(world);
    await world.send(body);
    await executed();
    await world.send(body);
    const isSeen = async () => (await world.logged("occurrence.duplicate")).length > 0;
    await world.until(isSeen, "the second delivery is seen as a duplicate");
    assert.equal(triggerCalls(world).length, 1);
    assert.equal(world.sequence.triggers.length, 1);
    assert.equal(world.sequence.transfers.length, 3);
  });

  it("ends in the failure queue and in a mail at once if no further try can help", async () => {
    world.sequence.configureRule("ru_12345", { remote: false });
    const { body, scheduledTime } = dueMessage(world);
    await world.send(body);
    await world.until(async () => (await world.mails()).length > 0, "a mail tells of it");
    const [failure, ...more] = await world.failures();
    assert.deepEqual(more, []);
    assert.deepEqual(
      [failure?.trigger, failure?.executed, failure?.code, failure?.status, failure?.attempts],
      ["payday", "no", "INVALID_REQUEST", 400, 1],
    );
    const [mail, ...moreMails] = await world.mails();
    assert.deepEqual(moreMails, []);
    assert.equal(mail?.subject, `Sequence: payday of ${scheduledTime} was not executed`);
    for (const part of ["Executed: no", "What to do: ", "The command:", String(failure?.idempotencyKey)])
      assert.ok(mail?.message.includes(part), part);
    assert.deepEqual(world.sequence.transfers, []);
  });

  it("runs again under its own key, once, when the operator sends what the mail says", async () => {
    world.sequence.configureRule("ru_12345", { remote: false });
    await world.send(dueMessage(world).body);
    await world.until(async () => (await world.failures()).length > 0, "it is in the failure queue");
    const command = String((await world.failures())[0]?.command);
    const message = /--message-body '([^']+)'/.exec(command)?.[1];
    assert.ok(message, command);
    world.sequence.configureRule("ru_12345", { remote: true });
    await world.send(message);
    await executed();
    await world.send(message);
    const isSeen = async () => (await world.logged("occurrence.duplicate")).length > 0;
    await world.until(isSeen, "the second message is seen as a duplicate");
    assert.equal(world.sequence.triggers.length, 1);
    assert.equal(new Set(triggerCalls(world).map(({ idempotencyKey }) => idempotencyKey)).size, 1);
  });

  it("is told of, and moves nothing, if the rule is in test mode", async () => {
    world.sequence.configureRule("ru_12345", { testMode: true });
    const { body, scheduledTime } = dueMessage(world);
    await world.send(body);
    await world.until(async () => (await world.mails()).length > 0, "a mail tells of it");
    assert.deepEqual(
      (await world.mails()).map(({ subject }) => subject),
      [`Sequence: payday of ${scheduledTime} - the rule seems to be in test mode`],
    );
    assert.deepEqual(world.sequence.transfers, []);
  });

  it("is held while the stop switch is on, and later ones run once it is off", async () => {
    await world.stopSwitch(true);
    await world.send(dueMessage(world, 60).body);
    await world.until(async () => (await world.logged("occurrence.held")).length > 0, "it is held");
    assert.deepEqual(triggerCalls(world), []);
    assert.deepEqual(await world.failures(), []);
    await world.stopSwitch(false);
    await world.send(dueMessage(world).body);
    await executed();
    assert.equal(world.sequence.triggers.length, 1);
  });

  it("is left to a person if its message names no trigger of the program", async () => {
    const { scheduledTime } = dueMessage(world);
    const other = { trigger: "bonus", ruleId: "ru_12345", scheduledTime };
    const changed = { ...other, trigger: "payday", ruleId: "ru_1" };
    for (const body of ["not JSON", JSON.stringify(other), JSON.stringify(changed)]) await world.send(body);
    await world.until(async () => (await world.mails()).length === 3, "a mail tells of each");
    assert.deepEqual(triggerCalls(world), []);
    assert.deepEqual((await world.failures()).map(({ code }) => code).sort(), [
      "INVALID_MESSAGE",
      "RULE_CHANGED",
      "UNKNOWN_TRIGGER",
    ]);
  });
});
