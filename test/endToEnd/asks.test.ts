import assert from "node:assert/strict";
import { join } from "node:path";
import { Sandbox } from "../../sandbox";
import {
  ask,
  failures,
  HOUR_MS,
  logged,
  MINUTE_MS,
  mails,
  PAYDAY,
  pass,
  programs,
  triggerCalls,
  urlOf,
} from "./support";

const program = join(programs, "expected-amounts");
const namesOf = (lines: Record<string, unknown>[]) => lines.map((line) => Object.keys(line.amounts as object).join());
const calledRules = (sandbox: Sandbox) => sandbox.sequence.triggers.map(({ ruleId }) => ruleId).sort();

describe("Rules that say what they ask for", () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await Sandbox.start({ directory: program, startAt: PAYDAY - MINUTE_MS });
  });
  afterEach(() => sandbox?.stop());

  it("move the rent at nine, and the buffer once at ten when its balance is known", async () => {
    sandbox.sequence.setBalance("Bills", { unknown: "the bank does not answer" });
    await pass(sandbox, 2 * MINUTE_MS);
    const moved = () => sandbox.sequence.transfers.map(({ to, cents }) => `${to} ${cents}`).sort();
    assert.deepEqual(moved(), ["Rent 150000", "Savings 10000"]);
    assert.deepEqual(calledRules(sandbox), ["ru_rent", "ru_savings"]);

    await pass(sandbox, HOUR_MS - 2 * MINUTE_MS);
    assert.deepEqual(calledRules(sandbox), ["ru_rent", "ru_savings"]);
    sandbox.sequence.setBalance("Bills", { cents: 12_055 });
    await pass(sandbox, HOUR_MS);
    assert.deepEqual(moved(), ["Bills 20000", "Rent 150000", "Savings 10000"]);
    assert.equal(triggerCalls(sandbox).length, 3);
    assert.deepEqual([failures(sandbox), mails(sandbox)], [[], []]);
    assert.equal(logged(sandbox, "amount.failed").length, 0, "Sequence met no error");
  });

  it("wait for what only a person can mend, mail it at once, and give it up at the age limit", async () => {
    sandbox.sequence.fault({ endpoint: "accounts", status: 401, times: 1_000 });
    await pass(sandbox, 10 * MINUTE_MS);
    assert.deepEqual(calledRules(sandbox), ["ru_rent", "ru_savings"]);
    assert.deepEqual(
      mails(sandbox)
        .map(({ subject }) => subject)
        .sort(),
      [
        "Sequence: buffer of 2026-12-01T14:00:00Z waits for you",
        "Sequence: savings of 2026-12-01T14:00:00Z - an amount can't be answered",
      ],
    );
    await pass(sandbox, 6 * HOUR_MS);
    assert.deepEqual(
      failures(sandbox).map(({ trigger, executed, code, attempts }) => [trigger, executed, code, attempts]),
      [["buffer", "no", "AMOUNT_NOT_KNOWN", 0]],
    );
    assert.equal(triggerCalls(sandbox).length, 2);
  });

  it("wait for the time that Sequence asks for when it is asked for balances too often", async () => {
    sandbox.sequence.fault({ endpoint: "accounts", status: 429, headers: { "retry-after": "1800" }, times: 2 });
    await pass(sandbox, 29 * MINUTE_MS);
    const checksOf = (name: string) => namesOf(logged(sandbox, "amount.checked")).filter((each) => each === name);
    assert.equal(checksOf("buffer").length, 1);
    await pass(sandbox, 30 * MINUTE_MS);
    assert.equal(checksOf("buffer").length, 2);
    assert.ok(calledRules(sandbox).includes("ru_buffer"));
  });

  it("are pointed out by the next daily check if nobody pasted their URL, once, and never for what was asked", async () => {
    await pass(sandbox, 20 * HOUR_MS);
    const told = () => mails(sandbox).filter(({ subject }) => subject.includes("not asked for"));
    assert.deepEqual(
      told().map(({ subject }) => subject),
      ["Sequence: savings - amounts were not asked for"],
    );
    assert.match(
      told()[0]?.message ?? "",
      /^Sequence accepted savings on 1 December and has not asked for savings\. That is normal if the rule's condition wasn't met; else look/,
    );
    await pass(sandbox, 24 * HOUR_MS);
    assert.equal(told().length, 1);
    assert.deepEqual(logged(sandbox, "asked.notChecked"), []);
  });

  it("can't be checked from the internet: a request for it needs its token, and gets an answer or none", async () => {
    const url = urlOf(sandbox, "rent");
    const wrong = url.replace(/[\w-]{43}$/, "x".repeat(43));
    const check = JSON.stringify({ check: ["rent", "buffer", "savings"] });
    for (const target of [wrong, `${wrong}?check=rent`, new URL("/", url).href, url.replace(/\/[\w-]{43}$/, "/check")])
      assert.equal((await ask(target, { body: check })).status, 404, "a check was let in");
    assert.equal((await ask(url, { body: check })).body, '{"amountInCents":150000}');
    assert.deepEqual(logged(sandbox, "amount.checked"), []);
  });
});
