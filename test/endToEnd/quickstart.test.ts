import assert from "node:assert/strict";
import type { Occurrence, Sandbox } from "../../sandbox";
import { wrongUrls } from "./onBothClouds/wrongUrls";
import { ask, logged, mails, PAYDAY, pass, type RawAnswer, startQuickstart, urlOf, urlsOf } from "./support";

describe("The quickstart on a laptop", () => {
  let sandbox: Sandbox;
  let occurrence: Occurrence | undefined;
  let totalBefore: number;

  before(async () => {
    sandbox = await startQuickstart();
    totalBefore = sandbox.sequence.totalCents();
    occurrence = await sandbox.runUntilTriggered();
  });
  after(() => sandbox?.stop());

  describe("on its first payday", () => {
    it("triggers the rule at the schedule's time in its time zone", () => {
      assert.deepEqual(occurrence, { schedule: "payday", at: PAYDAY });
      assert.deepEqual(
        sandbox.triggers.map(({ ruleId, testMode, done }) => ({ ruleId, testMode, done })),
        [{ ruleId: "ru_12345", testMode: false, done: true }],
      );
    });

    it("moves exactly the expected cents", () => {
      assert.deepEqual(
        sandbox.transfers.map(({ from, to, cents }) => ({ from, to, cents })),
        [
          { from: "Main Operating Pod", to: "Rent Pod", cents: 150_000 },
          { from: "Main Operating Pod", to: "Bills Pod", cents: 20_000 },
          { from: "Main Operating Pod", to: "Savings Pod", cents: 260_000 },
        ],
      );
      const balances = sandbox.accounts().map(({ name, balance }) => [name, balance.known && balance.cents]);
      assert.deepEqual(Object.fromEntries(balances), {
        "Main Operating Pod": 1_004_277,
        "Rent Pod": 150_000,
        "Bills Pod": 32_055,
        "Savings Pod": 1_060_000,
        "Client Payments Account": 1_020_050,
        "Chase Credit Card": 13_790,
      });
      assert.equal(sandbox.sequence.totalCents(), totalBefore);
    });

    it("keeps Sequence's request id with every transfer and in the log", () => {
      const [trigger] = sandbox.triggers;
      assert.match(String(trigger?.requestId), /^[0-9a-f-]{36}$/);
      for (const { requestId } of sandbox.transfers) assert.equal(requestId, trigger?.requestId);
      const [executed, ...more] = logged(sandbox, "occurrence.executed");
      assert.equal(executed?.sequenceRequestId, trigger?.requestId);
      assert.deepEqual(more, []);
    });

    it("sends nobody a mail and gives up nothing", () => {
      assert.deepEqual(mails(sandbox), []);
      assert.deepEqual(logged(sandbox, "occurrence.failed"), []);
    });
  });

  describe("asked with a URL that isn't right", () => {
    /** All that a caller can tell apart; date and request id differ between any two answers. */
    const tellTale = ({ status, headers, body }: RawAnswer) => ({
      status,
      headers: headers.map(([name, value]) => (/^(date|apigw-requestid)$/i.test(name) ? name : `${name}: ${value}`)),
      body,
    });

    it("answers every one as HTTP API answers an unknown route, to the byte", async () => {
      const rent = urlOf(sandbox, "rent");
      const { origin } = new URL(rent);
      const unknownRoute = tellTale(await ask(`${origin}/no-such-route`));
      assert.equal(unknownRoute.status, 404);
      assert.equal(unknownRoute.body, '{"message":"Not Found"}');

      for (const [what, url] of Object.entries(wrongUrls(urlsOf(sandbox)))) {
        assert.deepEqual(tellTale(await ask(url)), unknownRoute, what);
        // The stage's throttle tells a known route from an unknown one, but no token from another.
        await pass(sandbox, 1_000);
      }
      assert.deepEqual(tellTale(await ask(rent, { method: "PUT" })), unknownRoute, "another method");
    });
  });
});
