import assert from "node:assert/strict";
import fc from "fast-check";
import { type AccountList, findAccount } from "../../../lambda/client";
import { readAccounts } from "../../../lambda/client/accounts";
import { clientOf, errorOf, fixture, json, ScriptedServer, TOKEN, text, thrownBy } from "./support";

const pod = { id: "1", name: "Bills Pod", type: "Pod", balance: { amountInDollars: 12.34, error: null } };

function read(accounts: unknown[], rest: object = {}): AccountList {
  return { ...readAccounts({ data: { accounts, ...rest } }, (words) => words), attempts: 1 };
}

function balanceOf(balance: unknown): string | number {
  const [account] = read([{ ...pod, balance }]).accounts;
  assert.ok(account, "the account is missing");
  return account.balance.known ? account.balance.cents : account.balance.reason;
}

describe("getAccounts", () => {
  let server: ScriptedServer;
  before(async () => {
    server = await ScriptedServer.start();
  });
  after(() => server.stop());

  it("sends what Sequence's page says and gives its accounts in cents", async () => {
    server.answers(json(200, fixture("accounts-200")));
    const list = await clientOf(server).client.getAccounts();
    assert.deepEqual(list, {
      accounts: [
        { id: "5579244", name: "Main Operating Pod", type: "Pod", balance: { known: true, cents: 2_534_277 } },
        {
          id: "5579245",
          name: "Client Payments Account",
          type: "Income Source",
          balance: { known: true, cents: 1_020_050 },
        },
        {
          id: "QDBZQjj1lohgeqVWJlnmf5lA4g83ZGCwl3Qx4",
          name: "Chase Credit Card",
          type: "Account",
          balance: { known: true, cents: 13_790 },
        },
      ],
      errors: [],
      malformed: [],
      requestId: "f1a2b3c4-56d7-890e-fgh1-XXXXXXXXXXXX",
      attempts: 1,
    });
    const [request] = server.received;
    assert.equal(request?.method, "POST");
    assert.equal(request?.url, "/accounts");
    assert.equal(request?.body, "{}");
    assert.equal(request?.headers["x-sequence-access-token"], `Bearer ${TOKEN}`);
    assert.equal(request?.headers["content-type"], "application/json");
    assert.equal(request?.headers["x-sequence-signature"], undefined);
    assert.equal(request?.headers["idempotency-key"], undefined);
  });

  it("says what to do about a token that Sequence doesn't take", async () => {
    server.answers(json(401, fixture("accounts-401")));
    const error = await errorOf(clientOf(server).client.getAccounts());
    assert.equal(error.code, "INVALID_ACCESS_TOKEN");
    assert.equal(error.status, 401);
    assert.equal(error.retryable, false);
    assert.equal(error.outcome, "not-executed");
    assert.match(error.message, /INVALID_ACCESS_TOKEN: Unauthorized.*Check that the access token is right/);
  });

  it("doesn't take an answer without a list of accounts for an empty one", async () => {
    for (const body of [
      {},
      [],
      null,
      "text",
      5,
      { data: null },
      { data: { accounts: null } },
      { data: { accounts: {} } },
    ]) {
      server.answers(json(200, body));
      const error = await errorOf(clientOf(server).client.getAccounts());
      assert.equal(error.code, "MALFORMED_ANSWER");
      assert.equal(error.status, 200);
      assert.equal(error.retryable, false);
      assert.equal(error.outcome, "not-executed");
      assert.match(error.message, /no list data\.accounts/);
    }
  });

  it("asks again after an answer that is not JSON", async () => {
    server.answers(text(200, "<html>Just a moment…</html>"), json(200, fixture("accounts-200")));
    const list = await clientOf(server).client.getAccounts();
    assert.equal(list.attempts, 2);
    assert.equal(list.accounts.length, 3);
  });

  it("uses the configured path", async () => {
    server.answers(json(200, fixture("accounts-200")));
    await clientOf(server, { accountsPath: "/remote-api/accounts" }).client.getAccounts();
    assert.equal(server.received[0]?.url, "/remote-api/accounts");
  });

  it("takes the token out of what Sequence reports", async () => {
    const errors = [`bad ${TOKEN}`];
    const accounts = [
      { ...pod, balance: { amountInDollars: null, error: TOKEN } },
      { id: TOKEN, name: 5 },
    ];
    server.answers(json(200, { requestId: TOKEN, data: { accounts, errors } }));
    const list = await clientOf(server).client.getAccounts();
    assert.ok(!JSON.stringify(list).includes(TOKEN));
  });

  it("finds one account", async () => {
    server.answers(json(200, fixture("accounts-200")));
    const { client } = clientOf(server);
    assert.equal((await client.account("Chase Credit Card")).balance.known, true);
    assert.equal((await client.account("5579244")).name, "Main Operating Pod");
    const error = await errorOf(client.account("chase credit card"));
    assert.equal(error.code, "NO_SUCH_ACCOUNT");
    assert.equal(error.status, 200);
    assert.equal(error.requestId, "f1a2b3c4-56d7-890e-fgh1-XXXXXXXXXXXX");
    assert.equal((await errorOf(client.account(""))).code, "INVALID_ARGUMENT");
  });
});

describe("a balance", () => {
  it("is known when Sequence gives a whole number of cents", () => {
    assert.equal(balanceOf({ amountInDollars: 0, error: null }), 0);
    assert.equal(balanceOf({ amountInDollars: -5.01 }), -501);
    assert.equal(balanceOf({ amountInDollars: 25342.77, error: null, currency: "USD" }), 2_534_277);
  });

  it("is unknown with its reason, never 0, in all other cases", () => {
    assert.equal(balanceOf(null), "Sequence gave no balance");
    assert.equal(balanceOf(undefined), "Sequence gave no balance");
    assert.equal(balanceOf(5), "the balance is 5");
    assert.equal(balanceOf([]), "the balance is a list");
    assert.equal(balanceOf({}), "the amount is missing, not a number");
    assert.equal(balanceOf({ amountInDollars: null, error: null }), "Sequence gave no amount");
    assert.equal(balanceOf({ amountInDollars: "5.00", error: null }), 'the amount is "5.00", not a number');
    assert.equal(balanceOf({ amountInDollars: 1.234, error: null }), "the amount 1.234 is not a whole number of cents");
  });

  it("is unknown when an error stands beside an amount, even one without words", () => {
    assert.equal(balanceOf({ amountInDollars: 5, error: "stale" }), 'Sequence reports "stale"');
    assert.equal(balanceOf({ amountInDollars: 5, error: "" }), 'Sequence reports ""');
    assert.equal(balanceOf({ amountInDollars: 5, error: { code: 1 } }), 'Sequence reports {"code":1}');
  });
});

describe("the list of accounts", () => {
  it("keeps the good ones and reports the malformed ones by their place", () => {
    const list = read([null, pod, { ...pod, id: 5 }, "x", { ...pod, name: "" }, { ...pod, type: undefined }]);
    assert.deepEqual(
      list.accounts.map(({ name }) => name),
      ["Bills Pod"],
    );
    assert.deepEqual(list.malformed, [
      { index: 0, reason: "it is null, not an object" },
      { index: 2, reason: "its id is 5, not text" },
      { index: 3, reason: 'it is "x", not an object' },
      { index: 4, reason: 'its name is "", not text' },
      { index: 5, reason: "its type is missing, not text" },
    ]);
  });

  it("passes unknown types, extra fields and duplicates", () => {
    const list = read([{ ...pod, type: "Crypto Wallet", extra: 1 }, pod, pod]);
    assert.equal(list.accounts.length, 3);
    assert.equal(list.accounts[0]?.type, "Crypto Wallet");
    assert.deepEqual(list.malformed, []);
  });

  it("carries Sequence's global errors, whatever their form", () => {
    assert.deepEqual(read([], { errors: ["a", { code: 1 }, null] }).errors, ["a", '{"code":1}', "null"]);
    assert.deepEqual(read([], { errors: "broken" }).errors, ["broken"]);
    assert.deepEqual(read([], { errors: null }).errors, []);
    assert.deepEqual(read([]).errors, []);
  });

  it("accounts for every entry of any answer, and knows only safe integers", () => {
    const entry = fc.oneof(
      fc.jsonValue(),
      fc.record({ id: fc.string(), name: fc.string(), type: fc.string(), balance: fc.jsonValue() }),
      fc.record({
        id: fc.string({ minLength: 1 }),
        name: fc.string({ minLength: 1 }),
        type: fc.constant("Pod"),
        balance: fc.record({ amountInDollars: fc.jsonValue(), error: fc.oneof(fc.constant(null), fc.jsonValue()) }),
      }),
    );
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const { accounts, malformed } = read(entries);
        assert.equal(accounts.length + malformed.length, entries.length);
        for (const { balance } of accounts)
          assert.ok(balance.known ? Number.isSafeInteger(balance.cents) : balance.reason !== "");
      }),
      { numRuns: 300 },
    );
  });
});

describe("findAccount", () => {
  it("prefers an id to a name", () => {
    const list = read([
      { ...pod, id: "A", name: "B" },
      { ...pod, id: "B", name: "C" },
    ]);
    assert.equal(findAccount(list, "B").id, "B");
  });

  it("takes only the exact name", () => {
    const list = read([pod]);
    assert.equal(findAccount(list, "Bills Pod").id, "1");
    for (const name of ["bills pod", "Bills Pod ", "Bills", "toString", ""])
      assert.equal(thrownBy(() => findAccount(list, name)).code, "NO_SUCH_ACCOUNT");
  });

  it("lists what there is when there is none", () => {
    const error = thrownBy(() => findAccount(read([pod, { ...pod, id: "2", name: "Rent" }]), "Rnt"));
    assert.match(
      error.message,
      /"Rnt"; did you mean "Rent"\? There are: "Bills Pod" \(id "1", Pod\), "Rent" \(id "2", Pod\)\./,
    );
    assert.equal(error.outcome, "not-executed");
    assert.match(thrownBy(() => findAccount(read([]), "x")).message, /There are: none\./);
  });

  it("says why the account may be missing", () => {
    const error = thrownBy(() => findAccount(read([null], { errors: ["bank down"] }), "x"));
    assert.match(
      error.message,
      /It may be missing because Sequence reports "bank down"; entry 0 of the answer can't be read/,
    );
  });

  it("lists the candidates when several have the name or the id", () => {
    const twins = read([pod, { ...pod, id: "2" }]);
    const error = thrownBy(() => findAccount(twins, "Bills Pod"));
    assert.equal(error.code, "AMBIGUOUS_ACCOUNT");
    assert.match(error.message, /2 accounts have the name "Bills Pod": .*"1".*"2".*Name the one you mean by its id/);
    assert.match(thrownBy(() => findAccount(read([pod, pod]), "1")).message, /2 accounts have the id "1"/);
  });

  it("lists at most fifty", () => {
    const many = read(Array.from({ length: 60 }, (_, index) => ({ ...pod, id: String(index) })));
    assert.match(thrownBy(() => findAccount(many, "x")).message, /and 10 more\.$/);
  });
});
