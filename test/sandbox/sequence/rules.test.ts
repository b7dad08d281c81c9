import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import type { ActionSettings } from "../../../sandbox/settings";
import {
  ACCESS_TOKEN,
  API_SECRET,
  type Asked,
  amountServer,
  cleanUp,
  gate,
  RENT,
  START,
  settings,
  startRig,
  until,
} from "./support";

const json =
  (body: string): RequestListener =>
  (_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(body);
  };

async function rigThatAsks(answer: RequestListener) {
  const url = await amountServer(answer);
  return startRig({ amountUrl: () => url });
}

describe("the simulated Sequence: triggered rules", () => {
  afterEach(cleanUp);

  it("asks for the amounts and moves the money, action by action", async () => {
    const outputs: string[] = [];
    const rig = await startRig({
      settings: settings([
        RENT,
        { from: "2", to: "3", amount: { output: "amountUrls.rest" } },
        { from: "1", to: "4", amount: { cents: 5_000 } },
      ]),
      amountUrl: (output) => {
        outputs.push(output);
        return url;
      },
    });
    const url = await amountServer(json('{"amountInCents":25000}'));
    const before = rig.simulator.totalCents();
    const { requestId } = (await rig.trigger({ key: "k" })).json.data;
    await rig.simulator.idle();

    const [trigger] = rig.simulator.triggers;
    const at = trigger?.at ?? 0;
    assert.ok(at >= START);
    const [first, second, third] = rig.simulator.transfers;
    assert.deepEqual(trigger, {
      requestId,
      ruleId: "ru_1",
      at,
      idempotencyKey: "k",
      testMode: false,
      done: true,
      actions: [
        {
          from: "Main",
          to: "Rent",
          output: "amountUrls.rent",
          status: "transferred",
          amountInCents: 25_000,
          transfer: first,
        },
        {
          from: "Rent",
          to: "Income",
          output: "amountUrls.rest",
          status: "transferred",
          amountInCents: 25_000,
          transfer: second,
        },
        { from: "Main", to: "Card", status: "transferred", amountInCents: 5_000, transfer: third },
      ],
    });
    assert.deepEqual(outputs, ["amountUrls.rent", "amountUrls.rest"]);
    assert.deepEqual(
      rig.simulator.accounts().map(({ balance }) => balance),
      [
        { known: true, cents: 2_504_277 },
        { known: true, cents: 0 },
        { known: true, cents: 1_045_050 },
        { known: false, reason: "the bank does not answer" },
      ],
    );
    assert.equal(rig.simulator.totalCents(), before);
  });

  it("answers the trigger before the rule is done", async () => {
    const amount = gate();
    const { trigger, simulator } = await rigThatAsks(async (_request, response) => {
      await amount.opened;
      response.setHeader("content-type", "application/json");
      response.end('{"amountInCents":100}');
    });
    assert.equal((await trigger()).status, 200);
    assert.equal(simulator.triggers[0]?.done, false);
    assert.equal(simulator.transfers.length, 0);
    amount.open();
    await simulator.idle();
    assert.equal(simulator.triggers[0]?.done, true);
    assert.equal(simulator.transfers.length, 1);
  });

  it("keeps the clock from moving on before it is done", async () => {
    const amount = gate();
    const { trigger, simulator, clock } = await rigThatAsks(async (_request, response) => {
      await amount.opened;
      response.setHeader("content-type", "application/json");
      response.end('{"amountInCents":100}');
    });
    await trigger();
    const advanced = clock.advanceTo(START + 3_600_000);
    amount.open();
    await advanced;
    assert.ok((simulator.transfers[0]?.at ?? Infinity) < START + 3_600_000);
  });

  const asked = async (request: Parameters<RequestListener>[0]): Promise<Asked> => {
    let body = "";
    for await (const chunk of request) body += chunk;
    return { method: request.method, headers: request.headers, body };
  };

  it("asks by POST with an empty JSON object, and shows no credential", async () => {
    const questions: Asked[] = [];
    const { trigger, simulator } = await rigThatAsks(async (request, response) => {
      questions.push(await asked(request));
      json('{"amountInCents":100}')(request, response);
    });
    await trigger();
    await simulator.idle();
    const [question] = questions;
    assert.deepEqual([question?.method, question?.body], ["POST", "{}"]);
    assert.equal(question?.headers["content-type"], "application/json");
    assert.doesNotMatch(JSON.stringify(question), new RegExp(`${API_SECRET}|${ACCESS_TOKEN}`));
  });

  it("asks without a body, with an odd one, and twice, as its mode has it", async () => {
    const questions: Asked[] = [];
    const { trigger, simulator } = await rigThatAsks(async (request, response) => {
      questions.push(await asked(request));
      json(`{"amountInCents":${questions.length * 100}}`)(request, response);
    });
    simulator.modes.amountRequest.body = null;
    simulator.modes.amountRequest.contentType = null;
    await trigger();
    await simulator.idle();
    assert.deepEqual([questions[0]?.body, questions[0]?.headers["content-type"]], ["", undefined]);

    Object.assign(simulator.modes.amountRequest, { body: "<odd/>", contentType: "text/xml", times: 2 });
    await trigger();
    await simulator.idle();
    assert.deepEqual([questions[1]?.body, questions[2]?.headers["content-type"]], ["<odd/>", "text/xml"]);
    assert.deepEqual(
      simulator.transfers.map(({ cents }) => cents),
      [100, 300],
    );
    assert.deepEqual(
      simulator.amountsAsked.map(({ amountInCents }) => amountInCents),
      [100, 200, 300],
    );
  });

  const invalid: [string, RequestListener, RegExp][] = [
    ["503", (_, response) => response.writeHead(503).end('{"amountInCents":100}'), /answered 503$/],
    [
      "201",
      (_, response) => response.writeHead(201, { "content-type": "application/json" }).end('{"amountInCents":100}'),
      /201/,
    ],
    ["a redirect", (_, response) => response.writeHead(302, { location: "/" }).end(), /answered 302/],
    [
      "another content type",
      (_, response) => response.writeHead(200, { "content-type": "text/plain" }).end('{"amountInCents":100}'),
      /Content-Type/,
    ],
    ["no content type", (_, response) => response.end('{"amountInCents":100}'), /Content-Type/],
    ["no JSON", json("{"), /not JSON/],
    ["null", json("null"), /non-negative integer/],
    ["no amount", json("{}"), /non-negative integer/],
    ["a text", json('{"amountInCents":"100"}'), /non-negative integer/],
    ["a fraction", json('{"amountInCents":100.5}'), /non-negative integer/],
    ["a negative", json('{"amountInCents":-100}'), /non-negative integer/],
    ["minus zero", json('{"amountInCents":-0}'), /non-negative integer/],
    ["an inexact number", json('{"amountInCents":9007199254740993}'), /non-negative integer/],
    ["too much text", json(" ".repeat(70_000)), /more than 65536 bytes/],
    ["a closed socket", (request) => request.socket.destroy(), /no answer: ECONNRESET/],
    [
      "half an answer",
      (_, response) =>
        response
          .writeHead(200, { "content-type": "application/json", "content-length": 99 })
          .write('{"amount', () => response.destroy()),
      /no answer: ECONNRESET/,
    ],
  ];
  for (const [what, answer, reason] of invalid)
    it(`skips an action whose amount is answered with ${what}, and goes on with the next`, async () => {
      const url = await amountServer(answer);
      const actions: ActionSettings[] = [RENT, { from: "1", to: "2", amount: { cents: 200 } }];
      const { trigger, simulator, journal } = await startRig({ settings: settings(actions), amountUrl: () => url });
      await trigger();
      await simulator.idle();
      const [skipped, made] = simulator.triggers[0]?.actions ?? [];
      assert.equal(skipped?.status, "skipped");
      assert.match(skipped?.reason ?? "", reason);
      assert.equal(made?.status, "transferred");
      assert.deepEqual(
        simulator.transfers.map(({ cents }) => cents),
        [200],
      );
      assert.match(simulator.amountsAsked[0]?.reason ?? "", reason);
      assert.ok(journal.entries.some(({ kind }) => kind === "sequence.transferRefused"));
    });

  it("gives up on an amount that takes longer than its time", async () => {
    const { trigger, simulator } = await rigThatAsks(() => {});
    simulator.modes.amountRequest.timeoutMs = 50;
    await trigger();
    await simulator.idle();
    assert.equal(simulator.triggers[0]?.actions[0]?.reason, "no amount: no answer within 50 ms");
  });

  for (const url of [
    "https://127.0.0.1:1/",
    "http://example.com/",
    "http://127.0.0.1.example.com/",
    "http://127.example.com/",
    "http://10.0.0.1/",
    "file:///etc/hosts",
    "no URL",
  ])
    it(`does not ask ${url}, which is not http on this machine`, async () => {
      const { trigger, simulator } = await startRig({ amountUrl: () => url });
      await trigger();
      await simulator.idle();
      assert.match(simulator.triggers[0]?.actions[0]?.reason ?? "", /the sandbox calls nothing else/);
    });

  it("asks localhost by its name", async () => {
    const url = await amountServer(json('{"amountInCents":100}'));
    const { trigger, simulator } = await startRig({ amountUrl: () => url.replace("127.0.0.1", "localhost") });
    await trigger();
    await simulator.idle();
    assert.equal(simulator.transfers.length, 1);
  });

  it("skips an action whose output there isn't, and keeps the error to itself", async () => {
    const { trigger, simulator, journal } = await startRig({
      amountUrl: () => {
        throw new Error("only http://127.0.0.1/the-token-of-the-url");
      },
    });
    await trigger();
    await simulator.idle();
    assert.match(simulator.triggers[0]?.actions[0]?.reason ?? "", /no stack output "amountUrls.rent" that holds a URL/);
    assert.doesNotMatch(JSON.stringify(journal.entries), /the-token-of-the-url/);
  });

  it("makes no transfer of 0", async () => {
    const { trigger, simulator, journal } = await rigThatAsks(json('{"amountInCents":0}'));
    await trigger();
    await simulator.idle();
    assert.deepEqual(simulator.triggers[0]?.actions, [
      { from: "Main", to: "Rent", output: "amountUrls.rent", status: "zero", amountInCents: 0 },
    ]);
    assert.ok(!journal.entries.some(({ kind }) => kind === "sequence.transferRefused"));
  });

  const refused: [string, ActionSettings, string][] = [
    [
      "below a dollar",
      { from: "1", to: "2", amount: { cents: 99 } },
      "below the smallest transfer: 99 cents, at least 100 are needed",
    ],
    [
      "above the balance",
      { from: "3", to: "2", amount: { cents: 1_020_051 } },
      "insufficient funds: 1020051 cents wanted, 1020050 cents in Income",
    ],
    [
      "from an unknown balance",
      { from: "4", to: "2", amount: { cents: 100 } },
      "insufficient funds: the balance of Card is unknown",
    ],
  ];
  for (const [what, action, reason] of refused)
    it(`refuses a transfer ${what} and goes on with the next`, async () => {
      const actions: ActionSettings[] = [action, { from: "1", to: "4", amount: { cents: 100 } }];
      const { trigger, simulator, journal } = await startRig({ settings: settings(actions) });
      const { requestId } = (await trigger()).json.data;
      await simulator.idle();
      const [first, second] = simulator.triggers[0]?.actions ?? [];
      assert.deepEqual([first?.status, first?.reason, second?.status], ["refused", reason, "transferred"]);
      const entry = journal.entries.find(({ kind }) => kind === "sequence.transferRefused");
      assert.deepEqual([entry?.requestId, entry?.reason], [requestId, reason]);
    });

  it("moves the whole balance", async () => {
    const actions: ActionSettings[] = [{ from: "3", to: "2", amount: { cents: 1_020_050 } }];
    const { trigger, simulator } = await startRig({ settings: settings(actions) });
    await trigger();
    await simulator.idle();
    assert.deepEqual(simulator.accounts()[2]?.balance, { known: true, cents: 0 });
  });

  it("reports lost money when idle, whoever waits", async () => {
    const { trigger, simulator } = await startRig();
    const { book } = simulator as unknown as { book: { entries: { cents: number }[] } };
    (book.entries[1] as { cents: number }).cents = 1;
    await trigger();
    await assert.rejects(simulator.idle(), /lost or made money/);
  });

  it("ends with the simulator, though an amount is still being asked", async () => {
    const { trigger, simulator } = await rigThatAsks(() => {});
    await trigger();
    await until(() => simulator.triggers.length === 1);
    await simulator.stop();
    assert.equal(simulator.triggers[0]?.actions[0]?.reason, "no amount: the sandbox was stopped");
  });

  it("writes the journal without credentials, tokens or URLs", async () => {
    const { trigger, accounts, simulator, journal } = await startRig();
    await accounts();
    await trigger({ key: "k" });
    await trigger({ key: "k" });
    await trigger({ signature: "Bearer wrong-secret" });
    await trigger({ path: `/rules/${API_SECRET}/trigger` });
    await simulator.idle();
    const kinds = journal.entries.map(({ kind }) => kind).sort();
    assert.deepEqual(kinds, [
      "sequence.accountsRead",
      "sequence.amountAsked",
      "sequence.duplicate",
      "sequence.finished",
      "sequence.refused",
      "sequence.refused",
      "sequence.transfer",
      "sequence.triggered",
    ]);
    const text = JSON.stringify([journal.entries, simulator.triggers, simulator.amountsAsked, simulator.transfers]);
    for (const secret of [API_SECRET, ACCESS_TOKEN, "wrong-secret", "the-token-of-the-url", "http:"])
      assert.ok(!text.includes(secret), secret);
  });
});
