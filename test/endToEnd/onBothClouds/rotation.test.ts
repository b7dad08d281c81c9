import assert from "node:assert/strict";
import { ask } from "../support";
import { startWorld } from "./startWorld";
import { dueMessage, triggerCalls, type World } from "./world";

describe("A credential replaced while traffic flows", () => {
  let world: World;

  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world?.stop());

  /** Several questions at a time, again and again; the result are all answers but 200 with an amount. */
  async function traffic(): Promise<string[]> {
    const failed: string[] = [];
    for (let round = 0; round < 4; round++) {
      const answers = await Promise.all(
        ["buffer", "excess", "buffer", "rent"].map((name) => ask(String(world.amountUrls[name]))),
      );
      for (const { status, body } of answers)
        if (status !== 200 || !/^\{"amountInCents":(150000|20000|430000)\}$/.test(body))
          failed.push(`${status} ${body}`);
      await world.refillThrottle();
    }
    return failed;
  }

  it("changes no answer when it is the access token: new one stored, old one revoked", async () => {
    const old = world.config("accessToken");
    assert.deepEqual(await traffic(), []);

    world.sequence.acceptAccessToken("the-next-access-token");
    const during = traffic();
    await world.putSecret("-access-token", '{"accessToken":"the-next-access-token"}');
    assert.deepEqual(await during, []);
    // The functions still have the old one in their memory.
    world.sequence.revokeAccessToken(old);
    assert.deepEqual(await traffic(), []);
    assert.ok(
      world.sequence.calls.some(({ endpoint, status }) => endpoint === "accounts" && status === 401),
      "the old token was refused at least once",
    );
  });

  it("costs no occurrence when it is a rule's API secret", async () => {
    const { sequence } = world;
    const executed = (count: number) => async () =>
      sequence.triggers.length === count && (await world.logged("occurrence.executed")).length === count;
    await world.send(dueMessage(world, 60).body);
    await world.until(executed(1), "the first occurrence is executed");
    sequence.acceptApiSecret("ru_12345", "the-next-api-secret");
    await world.putSecret("-api-secrets", '{"ru_12345":"the-next-api-secret"}');
    sequence.revokeApiSecret("ru_12345", world.config("paydaySecret"));
    await world.send(dueMessage(world).body);
    await world.until(executed(2), "the second occurrence is executed");
    const second = triggerCalls(world).slice(1);
    assert.equal(new Set(second.map(({ idempotencyKey, body }) => `${idempotencyKey} ${body}`)).size, 1);
    assert.equal(second.at(-1)?.status, 200);
    assert.deepEqual(await world.failures(), []);
    assert.deepEqual(await world.mails(), []);
  });
});
