import assert from "node:assert/strict";
import { AccountBook } from "../../../sandbox/sequence/accountBook";
import { ACCESS_TOKEN, API_SECRET, cleanUp, settings, startRig } from "./support";

describe("the simulated Sequence: accounts", () => {
  afterEach(cleanUp);

  it("answers in the form of Sequence's page, at both paths", async () => {
    const { accounts, trigger } = await startRig();
    const { status, json } = await accounts();
    assert.equal(status, 200);
    assert.match(json.requestId, /^[0-9a-f-]{36}$/);
    assert.deepEqual(json, {
      message: "OK",
      requestId: json.requestId,
      data: {
        accounts: [
          { id: "1", name: "Main", balance: { amountInDollars: 25342.77, error: null }, type: "Pod" },
          { id: "2", name: "Rent", balance: { amountInDollars: 0, error: null }, type: "Pod" },
          { id: "3", name: "Income", balance: { amountInDollars: 10200.5, error: null }, type: "Income Source" },
          {
            id: "4",
            name: "Card",
            balance: { amountInDollars: null, error: "the bank does not answer" },
            type: "Account",
          },
        ],
        errors: [],
      },
    });
    // The token goes into another header than a rule's secret.
    assert.equal((await trigger({ path: "/remote-api/accounts", signature: `Bearer ${ACCESS_TOKEN}` })).status, 401);
  });

  it("refuses a missing, wrong or revoked token with 401, and takes an added one", async () => {
    const { accounts, simulator } = await startRig();
    for (const token of ["", "wrong", API_SECRET]) {
      const { status, json } = await accounts(token);
      assert.deepEqual([status, json], [401, { code: "INVALID_ACCESS_TOKEN", message: "Unauthorized" }]);
    }
    simulator.acceptAccessToken("new-token");
    simulator.revokeAccessToken(ACCESS_TOKEN);
    assert.equal((await accounts()).status, 401);
    assert.equal((await accounts("new-token")).status, 200);
  });

  it("accepts no token at all if the settings have none", async () => {
    const { accessToken: _, ...none } = settings();
    const { accounts } = await startRig({ settings: none });
    assert.equal((await accounts("undefined")).status, 401);
  });

  it("can have null for an unknown balance, and global errors", async () => {
    const { accounts, simulator } = await startRig({
      modes: { unknownBalance: "null", accountErrors: ["one bank is down"] },
    });
    simulator.setBalance("Main", { unknown: "no answer" });
    const { data } = (await accounts()).json;
    assert.deepEqual(
      data.accounts.map((account: { balance: unknown }) => account.balance),
      [null, { amountInDollars: 0, error: null }, { amountInDollars: 10200.5, error: null }, null],
    );
    assert.deepEqual(data.errors, ["one bank is down"]);
  });

  it("prints dollars from which every cent can be read back", () => {
    const book = new AccountBook(settings().accounts);
    for (let cents = 1; cents < 20_000_000; cents += 7_919) {
      book.setBalance("Main", { cents });
      assert.equal(Math.round(Number(JSON.stringify(cents / 100)) * 100), cents);
    }
  });

  it("keeps an account's money while its balance is unknown", async () => {
    const { simulator } = await startRig();
    const total = simulator.totalCents();
    simulator.setBalance("1", { unknown: "no answer" });
    assert.equal(simulator.totalCents(), total);
    assert.deepEqual(simulator.accounts()[0]?.balance, { known: false, reason: "no answer" });
    simulator.setBalance("Main", { cents: 100 });
    assert.equal(simulator.totalCents(), total - 2_534_277 + 100);
  });

  it("takes only whole cents for accounts that there are", async () => {
    const { simulator } = await startRig();
    assert.throws(() => simulator.setBalance("Main", { cents: 1.5 }), /whole number of cents; it is 1.5/);
    assert.throws(
      () => simulator.setBalance("Mian", { cents: 1 }),
      /no account "Mian". Known: Main, Rent, Income, Card/,
    );
  });

  it("throws at a transfer that would not be one, and when money was lost", () => {
    const book = new AccountBook(settings().accounts);
    for (const cents of [0, -100, 1.5, Number.NaN])
      assert.throws(() => book.transfer("1", "2", cents), /positive whole/);
    // No transfer can do this: the test reaches into the book.
    const entries = (book as unknown as { entries: { cents: number }[] }).entries;
    (entries[0] as { cents: number }).cents += 1;
    assert.throws(
      () => book.transfer("1", "2", 100),
      /lost or made money: 3554328 cents in all accounts instead of 3554327/,
    );
  });
});
