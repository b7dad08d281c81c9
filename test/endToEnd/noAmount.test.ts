import assert from "node:assert/strict";
import { join } from "node:path";
import { Sandbox } from "../../sandbox";
import {
  arnOf,
  ask,
  failures,
  header,
  logged,
  MINUTE_MS,
  mails,
  PAYDAY,
  pass,
  programs,
  START,
  startQuickstart,
  triggerCalls,
  urlOf,
} from "./support";

const SECRET = "aws:secretsmanager/secret:Secret";

/** Asks for an amount that can't be had, and checks all that holds for every such answer. */
async function refused(sandbox: Sandbox, amount: string, code: string): Promise<void> {
  const linesBefore = logged(sandbox, "amount.failed").length;
  const answer = await ask(urlOf(sandbox, amount));
  assert.equal(answer.status, 503);
  assert.equal(header(answer, "content-type"), "application/json");
  assert.ok(!answer.body.includes("amountInCents"));
  const { error } = JSON.parse(answer.body);
  assert.equal(error.code, code);
  const [line, ...more] = logged(sandbox, "amount.failed").slice(linesBefore);
  assert.deepEqual(more, []);
  assert.deepEqual(
    [line?.level, line?.amount, line?.code, line?.awsRequestId],
    ["error", amount, code, error.requestId],
  );
  const reason = (line?.error as { message?: string } | undefined)?.message;
  assert.ok(reason && reason.length > 10, `the log gives no reason: ${JSON.stringify(line)}`);
}

describe("An amount that can't be known", () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startQuickstart();
  });
  after(() => sandbox?.stop());

  it("is skipped by the rule, which transfers the rest and no guess", async () => {
    sandbox.setBalance("Bills Pod", { unknown: "the bank does not answer" });
    await sandbox.runUntilTriggered();
    assert.deepEqual(
      sandbox.transfers.map(({ to, cents }) => [to, cents]),
      [
        ["Rent Pod", 150_000],
        ["Savings Pod", 280_000],
      ],
    );
    assert.deepEqual(
      sandbox.triggers[0]?.actions.map(({ status, reason }) => [status, reason]),
      [
        ["transferred", undefined],
        ["skipped", "no amount: answered 503"],
        ["transferred", undefined],
      ],
    );
  });
});

describe("A program that leaves its secrets to the operator", () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await Sandbox.start({ directory: join(programs, "operator-secrets"), startAt: START });
  });
  after(() => sandbox?.stop());
  beforeEach(() => pass(sandbox, 5_000));

  it("answers 503 until the access token is filled in, then the amount", async () => {
    const secret = arnOf(sandbox, SECRET, "-access-token");
    await refused(sandbox, "excess", "ACCESS_TOKEN_UNAVAILABLE");
    for (const unreadable of ["{", '{"other":"field"}', '{"accessToken":7}', '{"accessToken":""}', " \n"]) {
      sandbox.fillSecret(secret, unreadable);
      await refused(sandbox, "excess", "ACCESS_TOKEN_UNAVAILABLE");
      await pass(sandbox, 60_000);
    }
    sandbox.fillSecret(secret, '{"accessToken":"the-token-of-the-operator"}');
    await pass(sandbox, 60_000);
    assert.equal((await ask(urlOf(sandbox, "excess"))).body, '{"amountInCents":400000}');
  });

  it("triggers nothing without the API secret, tells a person, and goes on by itself once it is there", async () => {
    await sandbox.clock.advanceTo(PAYDAY);
    await sandbox.idle();
    await pass(sandbox, 10 * MINUTE_MS);
    assert.deepEqual(triggerCalls(sandbox), []);
    assert.deepEqual(sandbox.transfers, []);
    const subjects = mails(sandbox).map(({ subject }) => subject);
    assert.equal(
      subjects.filter((each) => each === "Sequence: payday of 2026-12-01T14:00:00Z waits for you").length,
      1,
    );

    sandbox.fillSecret(arnOf(sandbox, SECRET, "-access-token"), '{"accessToken":"the-token-of-the-operator"}');
    const secret = arnOf(sandbox, SECRET, "-api-secrets-to-fill");
    sandbox.fillSecret(secret, '{"ru_9":"the-api-secret-of-the-operator"}');
    await pass(sandbox, 20 * MINUTE_MS);
    assert.deepEqual(
      sandbox.triggers.map(({ actions }) => actions.map(({ amountInCents }) => amountInCents)),
      [[400_000]],
    );
    assert.deepEqual(failures(sandbox), []);
  });
});
