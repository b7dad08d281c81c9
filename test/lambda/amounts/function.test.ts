import assert from "node:assert/strict";
import type { AmountSpec } from "../../../lambda/agreements/amountKinds";
import { bundledFunction, withSecret } from "./bundledFunction";
import { ACCESS_TOKEN, configOf, eventFor, TOKEN } from "./fixtures";

describe("the bundled amount function", () => {
  const bundled = bundledFunction();
  const { run } = bundled;
  const bills: AmountSpec = { kind: "TopUp", account: "Bills Pod", targetCents: 50_000 };
  const rent: AmountSpec = { kind: "Fixed", cents: 150_000 };

  it("answers from Sequence's accounts with the token of its secret, which no line shows", async () => {
    bundled.sequence().accounts([{ name: "Bills Pod", cents: 0 }]);
    const { answers, log } = await run({
      config: configOf({ bills }),
      events: [eventFor("bills"), eventFor("bills")],
      environment: withSecret,
    });
    assert.deepEqual(
      answers.map(({ body }) => body),
      ['{"amountInCents":50000}', '{"amountInCents":50000}'],
    );
    assert.equal(bundled.sequence().requests[0]?.path, "/remote-api/accounts");
    assert.equal(bundled.sequence().requests[0]?.authorization, `Bearer ${ACCESS_TOKEN}`);
    assert.equal(bundled.secretReads(), 1);
    for (const line of log.trim().split("\n")) JSON.parse(line);
    for (const credential of [ACCESS_TOKEN, TOKEN]) assert.ok(!log.includes(credential));
  });

  it("begins to read the secret before the first request", async () => {
    const environment = { ...withSecret, WAIT_MS: "15000" };
    await run({ config: configOf({ bills }), environment, killAtSecretRead: true });
    assert.equal(bundled.secretReads(), 1);
  });

  it("connects to Sequence while it reads the secret", async () => {
    bundled.sequence().accounts([{ name: "Bills Pod", cents: 0 }]);
    const { answers } = await run({
      config: configOf({ bills }),
      events: [eventFor("bills")],
      environment: withSecret,
      secretAfter: bundled.sequence().connected,
    });
    assert.equal(answers[0]?.body, '{"amountInCents":50000}');
  });

  it("reads no secret for fixed amounts", async () => {
    const { answers } = await run({
      config: configOf({ rent }),
      events: [eventFor("rent")],
      environment: { ...withSecret, WAIT_MS: "500" },
    });
    assert.equal(answers[0]?.body, '{"amountInCents":150000}');
    assert.equal(bundled.secretReads(), 0);
  });

  it("needs no secret for fixed amounts", async () => {
    const { answers } = await run({ config: configOf({ rent, bills }), events: [eventFor("rent"), eventFor("bills")] });
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [200, 503],
    );
  });

  it("logs every failed try of a call", async () => {
    let tries = 0;
    bundled.sequence().answer((_, response) => {
      const body = JSON.stringify({ code: "UNEXPECTED_ERROR", message: "x", requestId: `seq-${++tries}` });
      response.writeHead(500, { "content-type": "application/json" }).end(body);
    });
    const { answers, log } = await run({
      config: configOf({ bills }),
      events: [eventFor("bills")],
      environment: withSecret,
    });
    assert.equal(answers[0]?.statusCode, 503);
    assert.match(log, /"event":"sequence\.attempt".*"attempt":1.*"sequenceRequestId":"seq-1"/);
  });

  const defective: [string, unknown, RegExp][] = [
    ["that isn't there", undefined, /function\.defective.*ENOENT/],
    [
      "that is defective",
      { ...configOf({ rent }), amounts: { rent: { kind: "Fixed", cents: 1 } } },
      /amounts\.rent\.cents is 1/,
    ],
  ];
  for (const [what, config, message] of defective)
    it(`doesn't start with a config.json ${what}, and says why`, async () => {
      const { exitCode, log, answers } = await run({ config, events: [eventFor("rent")] });
      assert.notEqual(exitCode, 0);
      assert.match(log, message);
      assert.equal(answers.length, 0);
    });
});
