import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { CredentialSource } from "../../../lambda/client";
import { type Answer, accepted, broken, clientOf, errorOf, fixture, json, ScriptedServer } from "./support";

const OLD = "sec_old_0123456789abcdef";
const NEW = "sec_new_fedcba9876543210";

/** A source that remembers what it was asked. */
function source(value: string, fresh?: () => Promise<string>) {
  const asked: string[] = [];
  const credential: CredentialSource = {
    async get() {
      asked.push("get");
      return value;
    },
    ...(fresh && {
      refresh(rejected: string) {
        asked.push(`refresh ${rejected}`);
        return fresh();
      },
    }),
  };
  return { credential, asked };
}

describe("a credential that is rotated while the client is in use", () => {
  let server: ScriptedServer;
  before(async () => {
    server = await ScriptedServer.start();
  });
  after(() => server.stop());

  const onlyNew: Answer = (response, request) => {
    const right = request.headers["x-sequence-signature"] === `Bearer ${NEW}`;
    (right ? accepted : json(401, fixture("trigger-401")))(response, request);
  };
  const trigger = (apiSecret: string | CredentialSource, options: object = {}) =>
    clientOf(server, options).client.triggerRule("ru_1", { apiSecret, payload: { note: "n" } });

  it("is read afresh after a 401, and the call is made again with the same key and bytes", async () => {
    server.answers(onlyNew);
    const { credential, asked } = source(OLD, async () => NEW);
    const { client, waits } = clientOf(server);
    const receipt = await client.triggerRule("ru_1", { apiSecret: credential, payload: { note: "n" } });
    assert.equal(receipt.attempts, 2);
    assert.deepEqual(asked, ["get", `refresh ${OLD}`]);
    assert.deepEqual(waits, [], "without a wait");
    const [first, second] = server.received;
    assert.equal(first?.headers["x-sequence-signature"], `Bearer ${OLD}`);
    assert.equal(second?.headers["x-sequence-signature"], `Bearer ${NEW}`);
    assert.equal(second?.body, first?.body);
    assert.equal(second?.headers["idempotency-key"], first?.headers["idempotency-key"]);
  });

  it("is read afresh even if only one try is allowed", async () => {
    server.answers(onlyNew);
    assert.equal((await trigger(source(OLD, async () => NEW).credential, { maxAttempts: 1 })).attempts, 2);
  });

  it("fails the call when it is the same, without a second request", async () => {
    for (const same of [OLD, `Bearer ${OLD}`]) {
      server.answers(onlyNew);
      const { credential, asked } = source(OLD, async () => same);
      const error = await errorOf(trigger(credential));
      assert.equal(error.code, "INVALID_API_SECRET");
      assert.equal(error.retryable, false);
      assert.equal(error.outcome, "not-executed");
      assert.equal(server.received.length, 1);
      assert.deepEqual(asked, ["get", `refresh ${OLD}`]);
    }
  });

  it("is read afresh only once in a call", async () => {
    server.answers(json(401, fixture("trigger-401")));
    let reads = 0;
    const { credential, asked } = source(OLD, async () => `${NEW}-${reads++}`);
    const error = await errorOf(trigger(credential));
    assert.equal(error.attempts, 2);
    assert.equal(asked.length, 2);
    assert.equal(error.outcome, "not-executed");
  });

  it("can't be read afresh when it is text or its source has no refresh", async () => {
    for (const credential of [OLD, source(OLD).credential]) {
      server.answers(onlyNew);
      assert.equal((await errorOf(trigger(credential))).attempts, 1);
    }
  });

  it("is used by the tries that follow", async () => {
    server.answers(broken(), onlyNew, broken(), broken(), onlyNew);
    const receipt = await trigger(source(OLD, async () => NEW).credential);
    assert.equal(receipt.attempts, 5);
    assert.deepEqual(
      server.received.map(({ headers }) => headers["x-sequence-signature"]),
      [OLD, OLD, NEW, NEW, NEW].map((value) => `Bearer ${value}`),
    );
  });

  it("is given to refresh as the source gave it", async () => {
    server.answers(onlyNew);
    const { credential, asked } = source(`Bearer ${OLD}`, async () => NEW);
    await trigger(credential);
    assert.deepEqual(asked, ["get", `refresh Bearer ${OLD}`]);
  });

  it("still says 401 when it can't be read afresh, and that it may be tried again", async () => {
    server.answers(onlyNew);
    const refresh = async () => {
      throw new Error(`Secrets Manager is down, had ${OLD}`);
    };
    const error = await errorOf(trigger(source(OLD, refresh).credential));
    assert.equal(error.code, "INVALID_API_SECRET");
    assert.equal(error.status, 401);
    assert.equal(error.retryable, true);
    assert.equal(error.outcome, "not-executed");
    assert.match(error.message, /the apiSecret could not be read afresh/);
    assert.equal((error.cause as Error).message, "Secrets Manager is down, had [redacted]");
  });

  it("still says 401 when the fresh value can't be used, which is not shown", async () => {
    server.answers(onlyNew);
    const error = await errorOf(trigger(source(OLD, async () => `${NEW}\r\nx: y`).credential));
    assert.equal(error.status, 401);
    assert.ok(!inspect(error, { depth: 10, showHidden: true }).includes(NEW));
  });

  it("is not read afresh for longer than the deadline, nor after the signal", async () => {
    server.answers(onlyNew);
    const hanging = source(OLD, () => new Promise(() => {}));
    const error = await errorOf(trigger(hanging.credential, { deadlineMs: 1000 }));
    assert.equal(error.status, 401);
    const controller = new AbortController();
    const aborting = source(OLD, () => {
      controller.abort();
      return new Promise(() => {});
    });
    const { client } = clientOf(server);
    const aborted = await errorOf(
      client.triggerRule("ru_1", { apiSecret: aborting.credential, signal: controller.signal }),
    );
    assert.equal(aborted.code, "ABORTED");
    assert.equal(aborted.outcome, "not-executed");
  });

  it("is the access token too", async () => {
    server.answers(json(401, fixture("accounts-401")), json(200, fixture("accounts-200")));
    const { client } = clientOf(server, { accessToken: source(OLD, async () => NEW).credential });
    assert.equal((await client.getAccounts()).attempts, 2);
    assert.deepEqual(
      server.received.map(({ headers }) => headers["x-sequence-access-token"]),
      [`Bearer ${OLD}`, `Bearer ${NEW}`],
    );
  });
});

describe("a source of credentials that fails", () => {
  const unused = { url: "https://api.example" };
  const transport = async () => assert.fail("nothing may be sent");
  const { client } = clientOf(unused, { transport });

  it("fails the call before anything is sent, and says that it may be tried again", async () => {
    const get = async (): Promise<string> => {
      throw Object.assign(new Error("no secret at arn:…: fill it"), { code: "Unfilled" });
    };
    const error = await errorOf(client.triggerRule("ru_1", { apiSecret: { get } }));
    assert.equal(error.code, "NO_CREDENTIAL");
    assert.equal(error.attempts, 0);
    assert.equal(error.retryable, true);
    assert.equal(error.outcome, "not-executed");
    assert.match(error.message, /^triggerRule ru_1: no secret at arn:…: fill it\. The rule was not executed\.$/);
    assert.equal((error.cause as { code?: string }).code, "Unfilled");
  });

  it("fails the call when it throws no error, or before it gives a promise", async () => {
    for (const get of [
      () => Promise.reject("text"),
      () => {
        throw new Error("at once");
      },
    ])
      assert.equal((await errorOf(client.triggerRule("ru_1", { apiSecret: { get } }))).code, "NO_CREDENTIAL");
  });

  it("fails the call when it gives something that no header can carry", async () => {
    for (const value of ["", "\n", 12345678, null, undefined, { secret: OLD }]) {
      const get = async () => value as string;
      const error = await errorOf(client.triggerRule("ru_1", { apiSecret: { get } }));
      assert.equal(error.code, "NO_CREDENTIAL");
      assert.doesNotMatch(inspect(error, { depth: 10 }), new RegExp(`${OLD}|12345678`));
    }
  });

  it("is not waited for longer than the deadline, nor after the signal", async () => {
    const get = () => new Promise<string>(() => {});
    const late = await errorOf(client.triggerRule("ru_1", { apiSecret: { get }, deadlineMs: 50 }));
    assert.equal(late.code, "TIMEOUT");
    assert.equal(late.outcome, "not-executed");
    assert.match(late.message, /the apiSecret was not read in time/);
    const controller = new AbortController();
    const ended = errorOf(client.triggerRule("ru_1", { apiSecret: { get }, signal: controller.signal }));
    controller.abort();
    assert.equal((await ended).code, "ABORTED");
  });
});
