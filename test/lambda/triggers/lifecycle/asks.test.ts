import assert from "node:assert/strict";
import type { CheckedAmounts } from "../../../../lambda/agreements/amountCheck";
import { type FailureMessage, failureBody } from "../../../../lambda/agreements/failureMessage";
import type { TriggerFunctionConfig } from "../../../../lambda/agreements/triggerConfig";
import type { MailText } from "../../../../lambda/triggers/ports";
import {
  aConfig,
  byHand,
  HOUR,
  MINUTE,
  noAnswer,
  receipt,
  scheduled,
  throwing,
  tooMany,
  World,
  wrongSecret,
} from "../world";

const known: CheckedAmounts = { rent: { cents: 150_000 }, buffer: { cents: 20_000 } };
const unknown = { code: "BALANCE_UNKNOWN", reason: "the balance is not known", repair: false };
const notFound = { code: "ACCOUNT_NOT_FOUND", reason: "there is no such account", repair: true };

/** A payday whose rule asks for rent and buffer, and waits for what is in `holdUntilKnown`. */
function asking(holdUntilKnown?: readonly string[], settings: Partial<TriggerFunctionConfig> = {}) {
  const { payday } = aConfig().triggers;
  const spec = { ...payday, asks: ["rent", "buffer"], ...(holdUntilKnown ? { holdUntilKnown } : {}) };
  const world = new World({ ...settings, triggers: { payday: spec as never } });
  world.remainingMs = 60_000;
  const checks: (readonly string[])[] = [];
  const limits: number[] = [];
  let answer: CheckedAmounts | Error = known;
  world.check = (names, limitMs) => {
    checks.push(names);
    limits.push(limitMs);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const says = (next: CheckedAmounts | Error) => {
    answer = next;
  };
  return { world, checks, limits, says };
}

describe("a trigger that says what its rule asks for", () => {
  it("computes it once before the claim, and keeps what was expected", async () => {
    const { world, checks } = asking();
    world.check = ((check) => (names: readonly string[], limitMs: number) => {
      assert.equal(world.ledger.items.size, 0);
      return check?.(names, limitMs) as CheckedAmounts;
    })(world.check);
    assert.equal(await world.handle(scheduled()), "done");
    assert.deepEqual(checks, [["rent", "buffer"]]);
    const { state, expected, attempts } = world.ledger.only();
    assert.deepEqual([state, expected, attempts], ["executed", "rent 1,500.00, buffer 200.00", 1]);
    assert.deepEqual(world.mails, []);
  });

  it("shows in the receipt what was expected", async () => {
    const { world } = asking(undefined, { notifyOnSuccess: true });
    await world.handle(scheduled());
    assert.match(world.mails[0]?.text ?? "", /expected before the first try: rent 1,500.00, buffer 200.00/);
  });

  it("holds nothing back, whatever it finds", async () => {
    for (const answer of [{ ...known, buffer: unknown }, new Error("Rate exceeded")]) {
      const { world, says } = asking();
      says(answer);
      assert.equal(await world.handle(scheduled()), "done");
      assert.equal(world.calls.length, 1);
      assert.deepEqual(world.mails, []);
      const expected = answer instanceof Error ? undefined : "rent 1,500.00, buffer not known";
      assert.equal(world.ledger.only().expected, expected);
    }
  });

  it("mails at once what only a person can mend, and is triggered all the same", async () => {
    const { world, says } = asking(["rent"]);
    says({ ...known, buffer: notFound });
    await world.handle(scheduled());
    assert.equal(world.calls.length, 1);
    assert.deepEqual(
      world.mails.map(({ subject }) => subject),
      ["Sequence: payday of 2026-12-01T14:00:00Z - an amount can't be answered"],
    );
    assert.match(
      world.mails[0]?.text ?? "",
      /buffer can't be answered \(ACCOUNT_NOT_FOUND: there is no such account\)/,
    );
  });

  it("mails a refused API secret too, after such a mail", async () => {
    const { world, says } = asking();
    says({ ...known, buffer: notFound });
    world.answer = throwing(wrongSecret());
    await world.handle(scheduled());
    assert.equal(world.mails.length, 2);
    assert.match(world.mails[1]?.text ?? "", /INVALID_API_SECRET/);
  });

  it("leaves the call at least 30 seconds, and the check no more than 16", async () => {
    const { world, limits } = asking();
    await world.handle(scheduled());
    world.ledger.items.clear();
    world.remainingMs = 45_000;
    await world.handle(scheduled());
    assert.deepEqual(limits, [16_000, 9_000]);
    world.ledger.items.clear();
    world.remainingMs = 36_500;
    await world.handle(scheduled());
    assert.equal(limits.length, 2);
    assert.equal(world.calls.length, 3);
  });

  it("isn't checked in a dry run, and as usual after it", async () => {
    const { world, checks } = asking(["buffer"], { dryRun: true });
    await world.handle(scheduled());
    assert.equal(checks.length, 0);
    world.config = { ...world.config, dryRun: false };
    await world.handle(scheduled());
    assert.equal(checks.length, 1);
    assert.equal(world.ledger.only().state, "executed");
  });
});

describe("a trigger that waits for an amount", () => {
  it("makes no attempt while the amount is unknown, and one when it is known", async () => {
    const { world, says } = asking(["buffer"]);
    says({ ...known, buffer: unknown });
    assert.equal(await world.handle(scheduled()), "back");
    const { state, attempts, firstTriedAt, lastTriedAt, leaseUntil, owner, code, outcome } = world.ledger.only();
    assert.deepEqual([state, attempts, code, outcome], ["waiting", 0, "AMOUNT_NOT_KNOWN", "not-executed"]);
    assert.deepEqual([firstTriedAt, lastTriedAt, leaseUntil, owner], [undefined, undefined, undefined, undefined]);
    assert.deepEqual(world.calls, []);
    assert.ok(world.count("OccurrenceAgeSeconds") > 0);

    world.now += MINUTE;
    says(known);
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "done");
    assert.equal(world.calls.length, 1);
    assert.equal(world.ledger.only().attempts, 1);
    assert.deepEqual(world.mails, []);
  });

  it("doesn't wait for an amount that it doesn't name", async () => {
    const { world, says } = asking(["rent"]);
    says({ ...known, buffer: unknown });
    assert.equal(await world.handle(scheduled()), "done");
  });

  it("waits when the amount function can't be asked, and when there is no time for it", async () => {
    const { world, says } = asking(["buffer"]);
    says(Object.assign(new Error("Rate Exceeded."), { name: "TooManyRequestsException" }));
    assert.equal(await world.handle(scheduled()), "back");
    assert.match(world.ledger.only().reason ?? "", /TooManyRequestsException: Rate Exceeded/);
    says(known);
    world.remainingMs = 36_500;
    assert.equal(await world.handle(scheduled()), "back");
    assert.deepEqual([world.calls, world.mails], [[], []]);
  });

  it("comes back when Sequence asked for it, if that is later", async () => {
    const { world, says } = asking(["buffer"]);
    says({ rent: { ...unknown, retryAfterMs: HOUR }, buffer: { ...unknown, retryAfterMs: 20 * MINUTE } });
    await world.handle(scheduled());
    assert.deepEqual(world.delays, [1200]);
  });

  it("mails once what only a person can mend", async () => {
    const { world, says } = asking(["buffer"]);
    says({ ...known, buffer: notFound });
    for (const receiveCount of [1, 2, 3]) {
      assert.equal(await world.handle(scheduled(), { receiveCount }), "back");
      world.now += MINUTE;
    }
    assert.deepEqual(
      world.mails.map(({ subject }) => subject),
      ["Sequence: payday of 2026-12-01T14:00:00Z waits for you"],
    );
    assert.match(world.mails[0]?.text ?? "", /looks again by itself until 2026-12-01T20:00:00Z/);
  });

  it("is given up at the age limit, certainly not executed, and says how to run it all the same", async () => {
    const { world, says } = asking(["buffer"]);
    says({ ...known, buffer: unknown });
    await world.handle(scheduled());
    world.now += 6 * HOUR - 40_000;
    assert.equal(await world.handle(scheduled(), { receiveCount: 9 }), "done");
    const [failure] = world.failures;
    assert.deepEqual([failure?.executed, failure?.code, failure?.attempts], ["no", "AMOUNT_NOT_KNOWN", 0]);
    assert.match(failure?.whatToDo ?? "", /"unchecked":true/);
    assert.match(failure?.reason ?? "", /buffer can't be answered \(BALANCE_UNKNOWN/);
    assert.deepEqual(world.calls, []);
    assert.equal(world.ledger.only().told, true);
  });

  it("names 20 of hundreds that can't be answered, so that the ledger, the failure and the mail have room", async () => {
    const { world, says } = asking(["buffer"]);
    const names = Array.from({ length: 500 }, (_, i) => `amount-${i}`);
    const { payday } = world.config.triggers;
    world.config = {
      ...world.config,
      triggers: { payday: { ...payday, asks: names, holdUntilKnown: names } as never },
    };
    says(Object.fromEntries(names.map((name) => [name, { ...notFound, reason: "x".repeat(1_000) }])));
    await world.handle(scheduled());
    world.now += 7 * HOUR;
    await world.handle(scheduled(), { receiveCount: 9 });
    const [item, [failure], [first, second]] = [world.ledger.only(), world.failures, world.mails];
    assert.ok(JSON.stringify(item).length < 100_000, `${JSON.stringify(item).length} bytes`);
    assert.ok(failureBody(failure as FailureMessage).length < 100_000);
    for (const { text } of [first as MailText, second as MailText]) assert.match(text, /x\); and 480 more\./);
    assert.match(second?.text ?? "", /^aws sqs send-message/m);
  });

  it("is given up too if it passes the age limit between two looks", async () => {
    const { world, says } = asking(["buffer"]);
    says({ ...known, buffer: unknown });
    await world.handle(scheduled());
    world.now += 7 * HOUR;
    assert.equal(await world.handle(scheduled()), "done");
    assert.equal(world.failures[0]?.executed, "no");
    assert.match(world.failures[0]?.reason ?? "", /The last failure: buffer can't be answered/);
  });

  it("executes once, however many messages wait for it", async () => {
    const { world, says } = asking(["buffer"]);
    says({ ...known, buffer: unknown });
    for (let time = 0; time < 3; time++) await world.handle(scheduled());
    says(known);
    for (let time = 0; time < 3; time++) await world.handle(scheduled());
    assert.equal(world.calls.length, 1);
  });

  it("isn't looked at again once a request may have been sent, and stays unknown then", async () => {
    const { world, says, checks } = asking(["buffer"]);
    world.answer = throwing(noAnswer());
    await world.handle(scheduled());
    says({ ...known, buffer: unknown });
    world.now += 2 * MINUTE;
    await world.handle(scheduled(), { receiveCount: 2 });
    assert.deepEqual([checks.length, world.calls.length], [1, 2]);
    assert.equal(world.ledger.only().outcome, "unknown");
  });

  it("isn't looked at again after a refusal either", async () => {
    const { world, says, checks } = asking(["buffer"]);
    world.answer = throwing(tooMany());
    await world.handle(scheduled());
    says({ ...known, buffer: unknown });
    world.answer = (call) => receipt(call);
    world.now += 2 * MINUTE;
    assert.equal(await world.handle(scheduled(), { receiveCount: 2 }), "done");
    assert.equal(checks.length, 1);
  });
});

describe("a message by hand of a trigger that waits for an amount", () => {
  it("waits too", async () => {
    const { world, says } = asking(["buffer"]);
    says({ ...known, buffer: unknown });
    assert.equal(await world.handle({ trigger: "payday", occurrence: "once more" }), "back");
    assert.equal(await world.handle(byHand()), "back");
    assert.deepEqual(world.calls, []);
  });

  it('is called for at once with "unchecked": true, of a held and of a failed occurrence', async () => {
    for (const hours of [0, 7]) {
      const { world, says, checks } = asking(["buffer"]);
      says({ ...known, buffer: unknown });
      await world.handle(scheduled());
      world.now += hours * HOUR;
      if (hours > 0) await world.handle(scheduled());
      world.now += MINUTE;
      assert.equal(await world.handle(byHand({ unchecked: true })), "done");
      assert.deepEqual([checks.length, world.calls.length], [1, 1]);
      assert.equal(world.ledger.only().state, "executed");
    }
  });

  it('is called for at once with "unchecked": true, of an extra one', async () => {
    const { world, checks } = asking(["buffer"]);
    await world.handle({ trigger: "payday", occurrence: "once more", unchecked: true });
    assert.deepEqual([checks.length, world.calls.length], [0, 1]);
  });

  it('is refused with any other "unchecked", and so is a schedule\'s', async () => {
    const { world } = asking(["buffer"]);
    for (const unchecked of [false, "true", 1, null]) await world.handle(byHand({ unchecked }));
    await world.handle(scheduled({ unchecked: true }));
    assert.equal(world.calls.length, 0);
    assert.equal(world.failures.length, 5);
    assert.match(world.failures[0]?.reason ?? "", /"unchecked" is false; it must be true, or left out/);
  });
});
