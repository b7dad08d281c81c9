import assert from "node:assert/strict";
import type { Sandbox } from "../../sandbox";
import { arnOf, ask, failures, mails, pass, startQuickstart, triggerCalls, urlOf } from "./support";

const SECRET = "aws:secretsmanager/secret:Secret";

describe("A credential replaced while traffic flows", () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await startQuickstart();
  });
  afterEach(() => sandbox?.stop());

  /** Several questions at a time, again and again; the result are all answers but 200 with an amount. */
  async function traffic(): Promise<string[]> {
    const failed: string[] = [];
    for (let round = 0; round < 4; round++) {
      const answers = await Promise.all(
        ["buffer", "excess", "buffer", "rent"].map((name) => ask(urlOf(sandbox, name))),
      );
      for (const { status, body } of answers)
        if (status !== 200 || !/^\{"amountInCents":(150000|20000|430000)\}$/.test(body))
          failed.push(`${status} ${body}`);
      // The throttle's bucket fills again.
      await pass(sandbox, 2_000);
    }
    return failed;
  }

  it("changes no answer when it is the access token: new one stored, old one revoked", async () => {
    const old = sandbox.config.get("sequence-quickstart:accessToken") as string;
    const secret = arnOf(sandbox, SECRET, "-access-token");
    assert.deepEqual(await traffic(), []);

    sandbox.sequence.acceptAccessToken("the-next-access-token");
    const during = traffic();
    sandbox.cloud.secrets.put(secret, '{"accessToken":"the-next-access-token"}');
    assert.deepEqual(await during, []);
    // The functions still have the old one in their memory.
    sandbox.sequence.revokeAccessToken(old);
    assert.deepEqual(await traffic(), []);
    assert.ok(
      sandbox.sequence.calls.some(({ endpoint, status }) => endpoint === "accounts" && status === 401),
      "the old token was refused at least once",
    );
  });

  it("costs no occurrence when it is a rule's API secret", async () => {
    const old = sandbox.config.get("sequence-quickstart:paydaySecret") as string;
    await sandbox.runUntilTriggered();
    sandbox.sequence.acceptApiSecret("ru_12345", "the-next-api-secret");
    sandbox.cloud.secrets.put(arnOf(sandbox, SECRET, "-api-secrets"), '{"ru_12345":"the-next-api-secret"}');
    sandbox.sequence.revokeApiSecret("ru_12345", old);
    await sandbox.runUntilTriggered();
    assert.equal(sandbox.sequence.triggers.length, 2);
    const second = triggerCalls(sandbox).slice(1);
    assert.equal(new Set(second.map(({ idempotencyKey, body }) => `${idempotencyKey} ${body}`)).size, 1);
    assert.equal(second.at(-1)?.status, 200);
    assert.deepEqual(failures(sandbox), []);
    assert.deepEqual(mails(sandbox), []);
  });
});
