import assert from "node:assert/strict";
import fc from "fast-check";
import { SequenceClient } from "../../../lambda/client";
import { Endpoint } from "../../../lambda/client/endpoint";
import { thrownBy } from "./support";

const TRIGGER_PATH = "/remote-api/rules/{ruleId}/trigger";

function endpoint(baseUrl = "https://api.getsequence.io", triggerPath = TRIGGER_PATH): Endpoint {
  return new Endpoint(baseUrl, triggerPath, "/accounts");
}

describe("the base URL", () => {
  it("may be https anywhere and http on loopback", () => {
    for (const baseUrl of [
      "https://api.getsequence.io",
      "https://proxy.example:8443/sequence/",
      "http://127.0.0.1:3000",
      "http://127.8.9.10",
      "http://127.1",
      "http://[::1]:3000",
      "http://localhost:3000",
      "HTTP://LOCALHOST",
    ])
      assert.doesNotThrow(() => new SequenceClient({ baseUrl }), baseUrl);
  });

  it("is refused with http elsewhere, and with any other scheme", () => {
    for (const baseUrl of [
      "http://api.getsequence.io",
      "http://127.0.0.1.evil.example",
      "http://localhost.evil.example",
      "http://128.0.0.1",
      "http://0.0.0.0",
      "ftp://localhost",
      "file:///etc/passwd",
    ]) {
      const error = thrownBy(() => new SequenceClient({ baseUrl }));
      assert.equal(error.code, "INVALID_ARGUMENT");
      assert.match(error.message, /begins with (http|ftp|file):\/\/; it must begin with https:\/\//);
    }
  });

  it("is refused with a password in it, which is not shown", () => {
    const error = thrownBy(() => new SequenceClient({ baseUrl: "https://user:hunter2@api.getsequence.io" }));
    assert.match(error.message, /has a user name or password \(user:password@\) in it; it must have none/);
    assert.ok(!error.message.includes("hunter2"));
  });

  it("is refused when it is no URL, or goes on after its path", () => {
    for (const baseUrl of ["", "api.getsequence.io", "https://", "https://a.example/?x=1", "https://a.example/#x"])
      assert.equal(thrownBy(() => new SequenceClient({ baseUrl })).code, "INVALID_ARGUMENT", baseUrl);
    assert.equal(thrownBy(() => new SequenceClient({ baseUrl: 5 as unknown as string })).code, "INVALID_ARGUMENT");
  });

  it("keeps a path of its own in front of every call", () => {
    const own = endpoint("https://proxy.example/sequence/");
    assert.equal(own.accounts(), "https://proxy.example/sequence/accounts");
    assert.equal(own.trigger("ru_1").url, "https://proxy.example/sequence/remote-api/rules/ru_1/trigger");
    const url = "https://proxy.example/sequence/rules/ru_1/trigger";
    assert.deepEqual(own.trigger(url), { ruleId: "ru_1", url });
  });
});

describe("the paths", () => {
  it("are refused when they lead elsewhere or name no rule", () => {
    for (const triggerPath of [
      "rules/{ruleId}",
      "/rules/trigger",
      "/{ruleId}/{ruleId}",
      "/../{ruleId}",
      "/{ruleId}?a=b",
    ])
      assert.equal(thrownBy(() => new SequenceClient({ triggerPath })).code, "INVALID_ARGUMENT", triggerPath);
    for (const accountsPath of ["", "accounts", "//evil.example\\", "/a b", "/./accounts"])
      assert.equal(thrownBy(() => new SequenceClient({ accountsPath })).code, "INVALID_ARGUMENT", accountsPath);
  });
});

describe("a rule", () => {
  it("is named by its id, which is escaped and stays on the origin and in its place of the path", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), (id) => {
        let target: { ruleId: string; url: string };
        try {
          target = endpoint().trigger(id);
        } catch {
          return;
        }
        const url = new URL(target.url);
        assert.equal(url.origin, "https://api.getsequence.io");
        assert.match(url.pathname, /^\/remote-api\/rules\/[^/]+\/trigger$/);
        assert.equal(url.search + url.hash, "");
        if (!id.includes("://")) assert.equal(decodeURIComponent(url.pathname.split("/")[3] ?? ""), id);
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps $ signs in its id", () => {
    assert.equal(
      endpoint().trigger("a$&b$$").url,
      "https://api.getsequence.io/remote-api/rules/a%24%26b%24%24/trigger",
    );
  });

  it("is refused with an id that is empty, has spaces, or would leave the path", () => {
    for (const id of ["", ".", "..", "ru 1", "ru_1\n", "x".repeat(201), "\ud800"]) {
      const error = thrownBy(() => endpoint().trigger(id));
      assert.equal(error.code, "INVALID_ARGUMENT");
      assert.equal(error.outcome, "not-executed");
    }
    assert.match(thrownBy(() => endpoint().trigger(5)).message, /is 5; it must be text/);
  });

  it("is named by the whole trigger URL, in both forms that Sequence uses", () => {
    for (const url of [
      "https://api.getsequence.io/remote-api/rules/ru_12345/trigger",
      "https://api.getsequence.io/rules/ru_12345/trigger",
    ]) {
      assert.deepEqual(endpoint().trigger(url), { ruleId: "ru_12345", url });
      assert.deepEqual(endpoint().trigger(` ${url}/\n`), { ruleId: "ru_12345", url });
    }
  });

  it("is named by a URL in the configured form", () => {
    const url = "https://api.getsequence.io/v2/ru_1:run";
    assert.deepEqual(endpoint("https://api.getsequence.io", "/v2/{ruleId}:run").trigger(url), { ruleId: "ru_1", url });
  });

  it("is refused with a URL on another origin: the secret must not go there", () => {
    for (const url of [
      "https://evil.example/remote-api/rules/ru_1/trigger",
      "https://api.getsequence.io.evil.example/rules/ru_1/trigger",
      "https://api.getsequence.io:8443/rules/ru_1/trigger",
    ])
      assert.match(
        thrownBy(() => endpoint().trigger(url)).message,
        /it must be on https:\/\/api\.getsequence\.io, because this client sends credentials nowhere else/,
      );
    assert.equal(
      thrownBy(() => endpoint().trigger("http://api.getsequence.io/rules/a/trigger")).code,
      "INVALID_ARGUMENT",
    );
  });

  it("is refused with a URL that has a password, a query or another path", () => {
    for (const url of [
      "https://user:hunter2@api.getsequence.io/rules/ru_1/trigger",
      "https://api.getsequence.io/rules/ru_1/trigger?secret=hunter2",
      "https://api.getsequence.io/rules/ru_1/trigger#hunter2",
      "https://api.getsequence.io/accounts",
      "https://api.getsequence.io/rules//trigger",
      "https://api.getsequence.io/rules/a/b/trigger",
      "https://api.getsequence.io/rules/%2e%2e/trigger",
      "https://api.getsequence.io/rules/%zz/trigger",
      "https://",
    ]) {
      const error = thrownBy(() => endpoint().trigger(url));
      assert.equal(error.code, "INVALID_ARGUMENT", url);
      assert.ok(!error.message.includes("hunter2"));
    }
  });
});
