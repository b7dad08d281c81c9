import assert from "node:assert/strict";
import { createLogger } from "../../lambda/log";
import { SecretCache, type SecretCacheOptions, SecretError } from "../../lambda/secrets";

const ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:token-AbCdEf";
const fill = (field: string) => `npx sequence-remote-api fill-secret ${ARN} ${field}`;
const FIELD = "accessToken";

/** A cache on a Secrets Manager of which the test says what it answers, with a clock that the test moves. */
function cacheOn(text: string | Error, options: SecretCacheOptions = {}) {
  const state = { text, reads: 0, seconds: 0, hold: undefined as Promise<void> | undefined };
  const lines: string[] = [];
  const cache = new SecretCache({
    fetch: async () => {
      state.reads++;
      const { text } = state;
      await state.hold;
      if (text instanceof Error) throw text;
      return text;
    },
    now: () => state.seconds * 1000,
    logger: createLogger({}, (line) => lines.push(line)),
    ...options,
  });
  const source = cache.credential(ARN, FIELD);
  const refresh = (rejected: string) => (source.refresh as (rejected: string) => Promise<string>)(rejected);
  return { state, cache, source, refresh, lines };
}

function awsError(name: string, message = name): Error {
  return Object.assign(new Error(message), { name, $metadata: { requestId: "aws-1", httpStatusCode: 400 } });
}

async function failureOf(promise: Promise<unknown>): Promise<SecretError> {
  const error = await promise.then(
    () => assert.fail("it didn't reject"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SecretError, String(error));
  assert.equal(error.secretArn, ARN);
  assert.ok(error.message.includes(ARN));
  return error;
}

describe("a secret's value", () => {
  const texts: [string, string][] = [
    ["is its whole text", "the-value"],
    ["is without the line break that echo leaves", " the-value\r\n"],
    ["is what a JSON object has under the field", '{"accessToken":"the-value","other":"else"}'],
    ["is what formatted JSON has under the field", '\n{\n  "accessToken": " the-value\\n"\n}\n'],
    ["is without a Bearer that was copied along", "Bearer the-value"],
  ];
  for (const [what, text] of texts) it(what, async () => assert.equal(await cacheOn(text).source.get(), "the-value"));

  const unusable: [string, string, string][] = [
    ["an empty secret", "", "SECRET_UNFILLED"],
    ["a secret of white space", " \n", "SECRET_UNFILLED"],
    ["JSON without the field", '{"other":"hidden-value"}', "SECRET_FIELD_MISSING"],
    ["JSON with an empty field", '{"accessToken":" ","other":"hidden-value"}', "SECRET_FIELD_MISSING"],
    ["JSON with a number", '{"accessToken":17,"other":"hidden-value"}', "SECRET_FIELD_MISSING"],
    ["a field that every object has", '{"other":"hidden-value"}', "SECRET_FIELD_MISSING"],
    ["broken JSON", '{"accessToken":"hidden-value"', "SECRET_MALFORMED"],
    ["a space in the value", "hidden value", "SECRET_MALFORMED"],
    ["quotation marks", '"hidden-value"', "SECRET_MALFORMED"],
    ["a line break in the value", "hidden\nvalue", "SECRET_MALFORMED"],
    ["a value that was cut off", "Bearer hidden", "SECRET_MALFORMED"],
    ["a character outside ASCII", "hidden–value", "SECRET_MALFORMED"],
  ];
  for (const [what, text, code] of unusable)
    it(`is refused for ${what}, with the command that fills it and without the value`, async () => {
      const { cache } = cacheOn(text);
      const field = what === "a field that every object has" ? "constructor" : FIELD;
      const error = await failureOf(cache.credential(ARN, field).get());
      assert.equal(error.code, code);
      assert.ok(error.message.includes(fill(field)), error.message);
      assert.doesNotMatch(JSON.stringify(error) + String(error.stack), /hidden/);
    });

  it("that several share is asked for under the field of each", async () => {
    const { cache } = cacheOn("");
    const [one, two] = ["ru_1", "ru_2"].map((field) => failureOf(cache.credential(ARN, field).get()));
    assert.ok((await one)?.message.includes(fill("ru_1")));
    assert.ok((await two)?.message.includes(fill("ru_2")));
  });

  it("is concealed from every log line once it is read", async () => {
    await cacheOn("a-value-to-conceal").source.get();
    const lines: string[] = [];
    createLogger({}, (line) => lines.push(line)).info("x", { text: "has a-value-to-conceal in it" });
    assert.ok(!lines.join().includes("a-value-to-conceal"));
  });

  const awsErrors: [string, Error, string, RegExp][] = [
    [
      "the secret has no value",
      awsError(
        "ResourceNotFoundException",
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
      ),
      "SECRET_UNFILLED",
      /has no value yet.*fill-secret/,
    ],
    [
      "there is no secret",
      awsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret."),
      "SECRET_UNREADABLE",
      /no such secret/,
    ],
    ["the role may not", awsError("AccessDeniedException"), "SECRET_UNREADABLE", /secretsmanager:GetSecretValue/],
    ["it is being deleted", awsError("InvalidRequestException"), "SECRET_UNREADABLE", /marked for deletion/],
    ["the service fails", awsError("InternalServiceError"), "SECRET_UNREADABLE", /InternalServiceError.*tried again/],
  ];
  for (const [what, cause, code, message] of awsErrors)
    it(`can't be read when ${what}, and says what to do`, async () => {
      const error = await failureOf(cacheOn(cause).source.get());
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.equal(error.cause, cause);
    });
});

describe("the secret cache", () => {
  it("reads once until the value expires", async () => {
    const { state, source } = cacheOn("value-one");
    for (const seconds of [0, 100, 299]) {
      state.seconds = seconds;
      assert.equal(await source.get(), "value-one");
    }
    assert.equal(state.reads, 1);
    state.text = "value-two";
    state.seconds = 300;
    assert.equal(await source.get(), "value-two");
    assert.equal(state.reads, 2);
  });

  it("shares one read between concurrent callers and fields of one secret", async () => {
    const { state, source, cache } = cacheOn('{"accessToken":"value-one","ru_1":"value-two"}');
    const values = await Promise.all([source.get(), source.get(), cache.credential(ARN, "ru_1").get()]);
    assert.deepEqual(values, ["value-one", "value-one", "value-two"]);
    assert.equal(state.reads, 1);
  });

  it("keeps different secrets apart", async () => {
    const cache = new SecretCache({ fetch: async (arn) => `value-of-${arn}` });
    assert.equal(await cache.credential("a", FIELD).get(), "value-of-a");
    assert.equal(await cache.credential("b", FIELD).get(), "value-of-b");
  });

  it("uses a value that was read in advance", async () => {
    const { state, cache, source } = cacheOn("value-one");
    cache.prefetch(ARN);
    cache.prefetch(ARN);
    assert.equal(await source.get(), "value-one");
    cache.prefetch(ARN);
    assert.equal(state.reads, 1);
  });

  it("reads again when reading in advance failed, before or after the first use", async () => {
    for (const usedBefore of [true, false]) {
      const { state, cache, source } = cacheOn(awsError("TimeoutError"));
      cache.prefetch(ARN);
      state.text = "value-one";
      if (!usedBefore) await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(await Promise.all([source.get(), source.get()]), ["value-one", "value-one"]);
      assert.equal(state.reads, 2);
    }
  });

  it("tries again at every call while it has no value at all", async () => {
    const { state, source } = cacheOn(awsError("InternalServiceError"));
    await failureOf(source.get());
    state.text = "value-one";
    assert.equal(await source.get(), "value-one");
  });

  it("survives a source that throws at once", async () => {
    let reads = 0;
    const fetch = () => {
      if (reads++ === 0) throw awsError("InternalServiceError");
      return Promise.resolve("value-one");
    };
    const { source } = cacheOn("", { fetch });
    await failureOf(source.get());
    assert.equal(await source.get(), "value-one");
  });

  describe("while Secrets Manager is down", () => {
    it("keeps the last value, says so, and doesn't ask at every call", async () => {
      const { state, source, lines } = cacheOn("value-one");
      await source.get();
      state.text = awsError("InternalServiceError");
      state.seconds = 300;
      for (let call = 0; call < 5; call++) assert.equal(await source.get(), "value-one");
      assert.equal(state.reads, 2);
      assert.match(lines.join(), /secret\.stale/);
      state.seconds = 310;
      await source.get();
      assert.equal(state.reads, 3);
    });

    it("takes the new value as soon as it is back", async () => {
      const { state, source } = cacheOn("value-one");
      await source.get();
      state.text = awsError("InternalServiceError");
      state.seconds = 300;
      await source.get();
      state.text = "value-two";
      state.seconds = 310;
      assert.equal(await source.get(), "value-two");
    });

    it("doesn't keep a value that Sequence refused", async () => {
      const { state, source, refresh } = cacheOn("value-one");
      await source.get();
      state.text = awsError("InternalServiceError");
      assert.equal((await failureOf(refresh("value-one"))).code, "SECRET_UNREADABLE");
      state.seconds = 10;
      assert.equal((await failureOf(source.get())).code, "SECRET_UNREADABLE");
    });
  });

  describe("after a refused value", () => {
    it("reads the new one", async () => {
      const { state, source, refresh } = cacheOn("value-one");
      await source.get();
      state.text = "value-two";
      assert.equal(await refresh("value-one"), "value-two");
      assert.equal(await source.get(), "value-two");
      assert.equal(state.reads, 2);
    });

    it("doesn't read when another caller already has the new one", async () => {
      const { state, source, refresh } = cacheOn("value-one");
      await source.get();
      state.text = "value-two";
      assert.deepEqual(await Promise.all([refresh("value-one"), refresh("value-one")]), ["value-two", "value-two"]);
      assert.equal(await refresh("value-one"), "value-two");
      assert.equal(state.reads, 2);
    });

    it("gives back the same value when there is no other", async () => {
      const { refresh, source } = cacheOn("value-one");
      await source.get();
      assert.equal(await refresh("value-one"), "value-one");
    });

    it("reads at most every ten seconds while there is no other, however often it is refused", async () => {
      const { state, source, refresh } = cacheOn("value-one");
      for (let second = 0; second < 60; second++) {
        state.seconds = second;
        for (let call = 0; call < 10; call++) await refresh(await source.get());
      }
      // One at the first use, one at the first refusal, then one every ten seconds.
      assert.equal(state.reads, 7);
    });

    it("takes the new value within ten seconds of its storage", async () => {
      const { state, source, refresh } = cacheOn("value-one");
      await refresh(await source.get());
      state.text = "value-two";
      state.seconds = 10;
      assert.equal(await source.get(), "value-two");
    });

    it("uses it for its full time again", async () => {
      const { state, source, refresh } = cacheOn("value-one");
      await source.get();
      state.text = "value-two";
      await refresh("value-one");
      state.seconds = 299;
      await source.get();
      assert.equal(state.reads, 2);
    });

    it("forgets the refusal once there was another value", async () => {
      const { state, source, refresh } = cacheOn("value-one");
      await refresh(await source.get());
      for (const [text, seconds] of [
        ["value-two", 10],
        ["value-one", 310],
      ] as const) {
        Object.assign(state, { text, seconds });
        assert.equal(await source.get(), text);
      }
      state.seconds = 609;
      await source.get();
      assert.equal(state.reads, 4);
    });

    it("that it never gave out, reads what there is", async () => {
      const { refresh } = cacheOn("value-one");
      assert.equal(await refresh("zero"), "value-one");
    });
  });

  it("looks again every ten seconds for a field that is missing", async () => {
    const { state, source } = cacheOn('{"other":"x"}');
    for (let call = 0; call < 5; call++) await failureOf(source.get());
    assert.equal(state.reads, 1);
    state.text = '{"accessToken":"value-one"}';
    state.seconds = 10;
    assert.equal(await source.get(), "value-one");
  });

  it("takes its times from its options", async () => {
    const { state, source, refresh } = cacheOn("value-one", { ttlSeconds: 5, minRefetchSeconds: 1 });
    await source.get();
    state.seconds = 5;
    await source.get();
    assert.equal(state.reads, 2);
    await refresh("value-one");
    state.seconds = 6;
    await refresh("value-one");
    assert.equal(state.reads, 4);
  });
});
