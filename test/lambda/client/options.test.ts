import assert from "node:assert/strict";
import { inspect } from "node:util";
import { SequenceClient, type SequenceClientOptions } from "../../../lambda/client";
import { errorOf, SECRET, TOKEN, thrownBy } from "./support";

function refused(options: unknown): string {
  const error = thrownBy(() => new SequenceClient(options as SequenceClientOptions));
  assert.equal(error.code, "INVALID_ARGUMENT");
  assert.equal(error.outcome, "not-executed");
  assert.equal(error.attempts, 0);
  return error.message;
}

describe("the options of a client", () => {
  it("may all be left out", () => {
    assert.doesNotThrow(() => new SequenceClient());
  });

  it("are refused under another name, so that a mistyped one isn't ignored", () => {
    assert.match(refused({ timeout: 5 }), /"timeout" is no option; it must be one of accessToken, baseUrl/);
    assert.equal(refused(null), "SequenceClient: options is null; it must be an object");
  });

  it("are not shown when the credential is given in their place", async () => {
    assert.equal(refused(TOKEN), "SequenceClient: options is a string; it must be an object");
    const error = await errorOf(new SequenceClient().triggerRule("ru_1", SECRET as unknown as { apiSecret: string }));
    assert.equal(error.message, "triggerRule: options is a string; it must be an object");
  });

  it("are refused when a number is out of its range", () => {
    for (const name of ["maxAttempts", "timeoutMs", "deadlineMs", "maxAnswerBytes"])
      for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "5", 2 ** 40])
        assert.match(
          refused({ [name]: value }),
          new RegExp(`${name} is \\S+; it must be a whole number of \\w+ from 1 to \\d+(: write 5 without quotes)?$`),
        );
  });

  it("are refused when a function is none", () => {
    for (const name of ["transport", "sleep", "random", "now", "onAttempt"])
      assert.match(refused({ [name]: 5 }), new RegExp(`${name} is no function; it must be one`));
  });

  it("are refused with an access token that no header can carry, which is not shown", () => {
    for (const accessToken of [
      "",
      "Bearer ",
      "Bearer",
      `${TOKEN}\r\nx: y`,
      `${TOKEN}\n`,
      `${TOKEN} `,
      `${TOKEN}é`,
      "x".repeat(5000),
    ]) {
      const message = refused({ accessToken });
      assert.match(message, /accessToken (is empty|contains a|has 5000 characters)/);
      assert.ok(!message.includes(TOKEN));
    }
    for (const accessToken of [5, null, {}, { get: 5 }, { get: () => "", refresh: 5 }])
      assert.match(refused({ accessToken }), /accessToken is .*; it must be text or an object with get\(\)/);
  });

  it("are not seen when the client is printed", () => {
    const client = new SequenceClient({ accessToken: TOKEN });
    assert.ok(!inspect(client, { depth: 10, showHidden: true }).includes(TOKEN));
    assert.ok(!JSON.stringify(client).includes(TOKEN));
  });
});

describe("the options of a call", () => {
  const client = new SequenceClient({
    transport: async () => assert.fail("nothing may be sent"),
    accessToken: TOKEN,
  });
  const trigger = async (options: unknown) => {
    const error = await errorOf(client.triggerRule("ru_1", options as { apiSecret: string }));
    assert.equal(error.outcome, "not-executed");
    assert.equal(error.attempts, 0);
    assert.ok(!inspect(error).includes(SECRET));
    return error;
  };

  it("are refused under another name", async () => {
    const error = await trigger({ apiSecret: SECRET, idempotencykey: "a" });
    assert.equal(error.code, "INVALID_ARGUMENT");
    assert.match(error.message, /"idempotencykey" is no option; it must be one of .*idempotencyKey/);
    assert.match((await errorOf(client.getAccounts({ timeout: 1 } as object))).message, /"timeout" is no option/);
    assert.match((await trigger(undefined)).message, /options is missing; it must be an object/);
  });

  it("are refused when they are not what they must be", async () => {
    assert.match((await trigger({})).message, /apiSecret is missing; it must be text or an object/);
    assert.match(
      (await trigger({ apiSecret: SECRET, signal: {} })).message,
      /signal is an object; it must be an AbortSignal/,
    );
    assert.match(
      (await trigger({ apiSecret: SECRET, deadlineMs: Number.NaN })).message,
      /deadlineMs is NaN; it must be a number/,
    );
    assert.match(
      (await trigger({ apiSecret: SECRET, deadlineMs: "5" })).message,
      /deadlineMs is "5"; it must be a number/,
    );
    assert.match(
      (await trigger({ apiSecret: SECRET, maxAttempts: 0 })).message,
      /maxAttempts is 0; it must be a whole number of tries/,
    );
  });

  it("send nothing with no time left, and say that it may be tried again", async () => {
    for (const deadlineMs of [0, -5]) {
      const error = await trigger({ apiSecret: SECRET, deadlineMs });
      assert.equal(error.code, "TIMEOUT");
      assert.equal(error.retryable, true);
    }
  });

  it("send nothing with a signal that has fired already", async () => {
    const error = await trigger({ apiSecret: SECRET, signal: AbortSignal.abort() });
    assert.equal(error.code, "ABORTED");
    assert.equal(error.retryable, false);
  });

  it("are refused with a secret that no header can carry, which is not shown", async () => {
    for (const apiSecret of [
      "",
      " ",
      "Bearer ",
      `${SECRET}\r\nx: y`,
      `\n${SECRET}`,
      `${SECRET}\u0000`,
      `${SECRET} x`,
    ]) {
      const error = await trigger({ apiSecret });
      assert.equal(error.code, "NO_CREDENTIAL");
      assert.equal(error.retryable, false);
      assert.match(error.message, /the apiSecret (is empty|contains a)/);
    }
  });

  it("are refused with a credential that is too short to be one, and nothing in the error is taken out for it", async () => {
    for (const short of ["t", "Bearer t", "1234567"]) {
      const error = await trigger({ apiSecret: short });
      assert.equal(error.code, "NO_CREDENTIAL");
      assert.equal(error.outcome, "not-executed");
      assert.match(
        error.message,
        /^triggerRule ru_1: the apiSecret is too short, \d of at least 8 characters: copy the/,
      );
      assert.throws(() => new SequenceClient({ accessToken: short }), /the accessToken is too short/);
    }
    const source = { get: async () => "t" };
    const error = await errorOf(new SequenceClient({ accessToken: source }).getAccounts());
    assert.match(error.message, /^getAccounts: the accessToken is too short, 1 of at least 8 characters/);
  });

  it("need an access token for the accounts", async () => {
    const error = await errorOf(new SequenceClient().getAccounts());
    assert.equal(error.code, "NO_CREDENTIAL");
    assert.match(error.message, /made without an accessToken/);
  });
});
