import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import type { AmountContext, CustomAmount } from "../../../lambda/amounts/context";
import {
  ACCESS_TOKEN,
  accountsAnswer,
  assertError,
  centsOf,
  handlerOn,
  type SequenceServer,
  startSequence,
} from "./fixtures";

describe("the amount handler reads accounts", () => {
  let sequence: SequenceServer;
  beforeEach(async () => {
    sequence = await startSequence();
  });
  afterEach(() => sequence.close());
  const topUp = { kind: "TopUp", account: "Bills Pod", targetCents: 50_000 } as const;

  it("once for each request, and gives no request the answer to another", async () => {
    let balance = 0;
    sequence.answer((_, response) => {
      balance += 10_000;
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(accountsAnswer([{ name: "Bills Pod", cents: balance }]));
    });
    const { ask } = handlerOn(sequence, { bills: topUp });
    const answers = await Promise.all([ask("bills"), ask("bills"), ask("bills")]);
    assert.deepEqual(answers.map(centsOf).sort(), [20_000, 30_000, 40_000]);
    assert.equal(sequence.requests.length, 3);
  });

  it("anew after a custom amount that goes on reading when its time is over", async () => {
    const answerWith = (to: ServerResponse, cents: number) =>
      to.writeHead(200, { "content-type": "application/json" }).end(accountsAnswer([{ name: "Bills Pod", cents }]));
    let earlier: ServerResponse | undefined;
    const arrived = new Promise<void>((resolve) => {
      sequence.answer((_, response) => {
        earlier = response;
        resolve();
      });
    });
    let refused: Promise<void> = Promise.resolve();
    const custom: CustomAmount = ({ accounts, signal }) => {
      signal.addEventListener("abort", () => {
        refused = accounts.list().then(
          () => {},
          () => {},
        );
      });
      return new Promise(() => {});
    };
    const { ask } = handlerOn(
      sequence,
      { payroll: { kind: "Custom" }, excess: { kind: "Sweep", account: "Bills Pod", floorCents: 0 } },
      { customAmount: () => custom },
    );
    assertError(await ask("payroll", {}, 1_000), 503, "AMOUNT_TIMEOUT");
    await Promise.race([arrived, refused]);
    sequence.answer((_, response) => answerWith(response, 10_000));
    const excess = ask("excess");
    if (earlier) answerWith(earlier, 99_900);
    assert.equal(centsOf(await excess), 10_000);
  });

  it("no more once the request has been answered, by whichever way a custom amount goes on", async () => {
    sequence.answer(() => {});
    const left: Promise<unknown>[] = [];
    let context: AmountContext | undefined;
    const custom: CustomAmount = (given) => {
      context = given;
      left.push(given.accounts.list(), given.client.getAccounts());
      return 100;
    };
    const { ask } = handlerOn(sequence, { payroll: { kind: "Custom" } }, { customAmount: () => custom });
    assert.equal(centsOf(await ask("payroll")), 100);
    for (const read of left) await assert.rejects(read);
    const requests = sequence.requests.length;
    await assert.rejects(Promise.resolve(context?.accounts.find("Bills Pod")));
    await assert.rejects(Promise.resolve(context?.client.getAccounts()));
    assert.equal(sequence.requests.length, requests);
  });

  it("anew for every later request", async () => {
    const { ask } = handlerOn(sequence, { bills: topUp });
    for (const cents of [0, 20_000]) {
      sequence.accounts([{ name: "Bills Pod", cents }]);
      assert.equal(centsOf(await ask("bills")), 50_000 - cents);
    }
  });

  it("anew after a request that ran out of time, even if its answer arrives then", async () => {
    const { ask } = handlerOn(sequence, { bills: topUp });
    let late: (() => void) | undefined;
    sequence.answer((_, response) => {
      late = () =>
        response
          .writeHead(200, { "content-type": "application/json" })
          .end(accountsAnswer([{ name: "Bills Pod", cents: 40_000 }]));
    });
    assert.equal((await ask("bills", {}, 600)).statusCode, 503);
    sequence.accounts([{ name: "Bills Pod", cents: 0 }]);
    late?.();
    assert.equal(centsOf(await ask("bills")), 50_000);
  });

  it("with the access token in its header", async () => {
    sequence.accounts([{ name: "Bills Pod", cents: 0 }]);
    await handlerOn(sequence, { bills: topUp }).ask("bills");
    assert.equal(sequence.requests[0]?.authorization, `Bearer ${ACCESS_TOKEN}`);
  });
});
