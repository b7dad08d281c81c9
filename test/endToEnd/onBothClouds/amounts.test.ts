import assert from "node:assert/strict";
import { ask, header } from "../support";
import { startWorld } from "./startWorld";
import type { World } from "./world";
import { wrongUrls } from "./wrongUrls";

const EXPECTED = { rent: 150_000, buffer: 20_000, excess: 430_000 };

describe("The quickstart's endpoint", () => {
  let world: World;

  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());
  beforeEach(() => world.refillThrottle());

  const urlOf = (amount: string) => String(world.amountUrls[amount]);

  describe("asked for an amount", () => {
    it("answers 200, application/json and integer cents, and nothing else", async () => {
      for (const [name, cents] of Object.entries(EXPECTED)) {
        const answer = await ask(urlOf(name));
        assert.equal(answer.status, 200, name);
        assert.equal(header(answer, "content-type"), "application/json");
        assert.equal(answer.body, `{"amountInCents":${cents}}`);
      }
    });

    it("gives the same answer whatever the body of the question is", async () => {
      for (const body of ["", "not JSON", '{"amountInCents":1}', `{"padding":"${"x".repeat(100_000)}"}`])
        assert.equal((await ask(urlOf("rent"), { body })).body, '{"amountInCents":150000}');
    });

    it("has no effect on the money", async () => {
      const before = world.sequence.accounts();
      for (const url of Object.values(world.amountUrls)) await ask(url);
      assert.deepEqual(world.sequence.accounts(), before);
    });
  });

  it("answers 404 to every URL that isn't right, as to an unknown route", async () => {
    for (const [what, url] of Object.entries(wrongUrls(world.amountUrls))) {
      const answer = await ask(url);
      const seen = [answer.status, header(answer, "content-type"), answer.body];
      assert.deepEqual(seen, [404, "application/json", '{"message":"Not Found"}'], what);
      await world.refillThrottle();
    }
    assert.equal((await ask(urlOf("rent"), { method: "PUT" })).status, 404, "another method");
  });

  describe("asked for an amount that can't be known", () => {
    /** Asks, and checks all that holds for every such answer. */
    async function refused(amount: string, code: string): Promise<void> {
      const linesBefore = (await world.logged("amount.failed")).length;
      const answer = await ask(urlOf(amount));
      assert.equal(answer.status, 503);
      assert.equal(header(answer, "content-type"), "application/json");
      assert.ok(!answer.body.includes("amountInCents"));
      const { error } = JSON.parse(answer.body);
      assert.equal(error.code, code);
      const isLogged = async () => (await world.logged("amount.failed")).length > linesBefore;
      await world.until(isLogged, "the failure is logged");
      const [line, ...more] = (await world.logged("amount.failed")).slice(linesBefore);
      assert.deepEqual(more, []);
      assert.deepEqual(
        [line?.level, line?.amount, line?.code, line?.awsRequestId],
        ["error", amount, code, error.requestId],
      );
      const reason = (line?.error as { message?: string } | undefined)?.message;
      assert.ok(reason && reason.length > 10, `the log gives no reason: ${JSON.stringify(line)}`);
    }

    it("gives an error while the account's balance is unknown, in either form, and answers the others", async () => {
      world.sequence.setBalance("Bills Pod", { unknown: "the bank does not answer" });
      for (const form of ["error", "null"] as const) {
        world.sequence.modes.unknownBalance = form;
        await refused("buffer", "BALANCE_UNKNOWN");
      }
      assert.equal((await ask(urlOf("excess"))).body, '{"amountInCents":430000}');
      assert.equal((await ask(urlOf("rent"))).body, '{"amountInCents":150000}');
      world.sequence.setBalance("Bills Pod", { cents: 12_055 });
      assert.equal((await ask(urlOf("buffer"))).body, '{"amountInCents":20000}');
    });

    const troubles = {
      "answers 500": { status: 500 },
      "answers something that is not JSON": { body: "<html>busy</html>", contentType: "text/html" },
      "answers 200 without accounts": { body: '{"message":"OK","data":{}}' },
    } as const;
    for (const [what, fault] of Object.entries(troubles))
      it(`gives an error while Sequence ${what}`, async () => {
        const injected = world.sequence.fault({ endpoint: "accounts", times: 100, ...fault });
        await refused("buffer", "SEQUENCE_UNAVAILABLE");
        injected.clear();
        assert.equal((await ask(urlOf("buffer"))).status, 200);
      });

    it("gives an error while the access token is refused", async () => {
      const token = world.config("accessToken");
      world.sequence.revokeAccessToken(token);
      await refused("excess", "ACCESS_TOKEN_UNAVAILABLE");
      world.sequence.acceptAccessToken(token);
    });

    it("gives an error once nothing of Sequence can be reached, while a fixed amount needs nothing of it", async () => {
      await world.sequence.stop();
      await refused("buffer", "SEQUENCE_UNAVAILABLE");
      assert.equal((await ask(urlOf("rent"))).body, '{"amountInCents":150000}');
    });
  });
});
