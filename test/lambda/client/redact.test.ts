import assert from "node:assert/strict";
import fc from "fast-check";
import { readAccounts } from "../../../lambda/client/accounts";
import { Redactor } from "../../../lambda/client/redact";

function redactorOf(...credentials: string[]): Redactor {
  const redactor = new Redactor();
  for (const credential of credentials) redactor.add(credential);
  return redactor;
}

/** What a header can carry, and long enough to be a credential. */
const credentials = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 12, maxLength: 80 })
  .map((codes) => String.fromCharCode(...codes));

/** The forms in which servers, proxies and libraries echo a value. */
const encodings: Record<string, (value: string) => string> = {
  "as it is": (value) => value,
  "in upper case": (value) => value.toUpperCase(),
  "behind Bearer": (value) => `Bearer ${value}`,
  "URL-encoded": encodeURIComponent,
  "as a form field": (value) => new URLSearchParams({ v: value }).toString().slice(2),
  "URL-encoded in lower case": (value) => encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase()),
  "in JSON": (value) => JSON.stringify({ value }),
  "in JSON in JSON": (value) => JSON.stringify({ value: JSON.stringify({ value }) }),
  "in JSON that is safe in HTML": (value) =>
    JSON.stringify(value).replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`),
  "in HTML": (value) =>
    value.replace(
      /[&<>"']/g,
      (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" })[character] ?? "",
    ),
  "in hex": (value) => Buffer.from(value).toString("hex"),
};

describe("redaction", () => {
  for (const [name, encode] of Object.entries(encodings)) {
    it(`takes a credential out of text that has it ${name}`, () => {
      fc.assert(
        fc.property(credentials, fc.string(), fc.string(), (credential, before, after) => {
          const echoed = encode(credential);
          const redacted = redactorOf(credential).redact(`${before} ${echoed} ${after}`);
          assert.ok(!redacted.includes(echoed), redacted);
          assert.ok(!redacted.includes(credential), redacted);
          assert.ok(redacted.includes("[redacted]"));
        }),
        { numRuns: 200 },
      );
    });
  }

  it("takes a credential out of base64 wherever in the encoded text it stands", () => {
    fc.assert(
      fc.property(credentials, fc.string(), fc.string(), fc.boolean(), (credential, before, after, forUrls) => {
        const encoded = Buffer.from(before + credential + after).toString(forUrls ? "base64url" : "base64");
        const redacted = redactorOf(credential).redact(encoded);
        assert.ok(redacted.includes("[redacted]"), redacted);
        assert.ok(!Buffer.from(redacted.replace("[redacted]", ""), "base64").toString().includes(credential));
      }),
      { numRuns: 300 },
    );
  });

  it("takes out all credentials that it was told of, also one that begins with another", () => {
    const redactor = redactorOf("secret-one", "secret-one-and-more", "other-secret");
    assert.equal(redactor.redact("secret-one-and-more/secret-one/other-secret"), "[redacted]/[redacted]/[redacted]");
  });

  it("treats a credential as text, not as a pattern", () => {
    assert.equal(redactorOf("a.*+?^$}{()|[]\\/-b").redact("x a.*+?^$}{()|[]\\/-b x"), "x [redacted] x");
    assert.equal(redactorOf("aaa.bbb").redact("aaaxbbb"), "aaaxbbb");
  });

  it("leaves text alone without a credential in it", () => {
    fc.assert(fc.property(fc.string(), (text) => assert.equal(new Redactor().redact(text), text)));
    assert.equal(redactorOf("").redact("text"), "text");
  });

  it("leaves text alone whose letters happen to be in what is too short for a credential", () => {
    const redactor = redactorOf("t", "get", "Acc", "account");
    assert.equal(redactor.redact("getAccounts: 401 Unauthorized"), "getAccounts: 401 Unauthorized");
    assert.equal(redactorOf("accounts").redact("getAccounts"), "get[redacted]");
  });

  it("never shows a part of a credential at the end of an excerpt", () => {
    fc.assert(
      fc.property(credentials, fc.nat(700), fc.nat(20), (credential, before, length) => {
        const text = "·".repeat(before) + `${credential} `.repeat(30);
        const excerpt = redactorOf(credential).excerpt(text, 200 + length);
        for (let start = 0; start + 6 <= credential.length; start++)
          assert.ok(!excerpt.includes(credential.slice(start, start + 6)), excerpt);
      }),
      { numRuns: 300 },
    );
  });

  it("makes an excerpt of one line", () => {
    assert.equal(
      redactorOf(SECRET).excerpt(`<html>\r\n\t<b>no\u0000 ${SECRET}</b>`, 100),
      "<html> <b>no [redacted]</b>",
    );
    assert.equal(redactorOf(SECRET).excerpt("x".repeat(1000), 10), `${"x".repeat(10)}…`);
  });

  it("copes with megabytes of near misses", () => {
    const credential = "a".repeat(60);
    const text = `${"a".repeat(59)}b`.repeat(20_000);
    assert.equal(redactorOf(credential).redact(text), text);
  });
});

const SECRET = "sec_0123456789";

describe("what is told of an accounts answer", () => {
  const credential = "credential-of-forty-characters-0123456789";
  const redactor = new Redactor();
  redactor.add(credential);
  /** The credential lies where a message ends after so many characters. */
  const across = (characters: number) => `${"x".repeat(characters - 20)}${credential}`;
  const answers: Record<string, object> = {
    "an entry that is text": { accounts: [across(80)] },
    "a name that is empty beside it": { accounts: [{ id: "1", name: "", type: across(80) }] },
    "a balance that is text": { accounts: [{ id: "1", name: "n", type: "Pod", balance: across(80) }] },
    "an amount that is text": {
      accounts: [{ id: "1", name: "n", type: "Pod", balance: { amountInDollars: across(80) } }],
    },
    "an error of a balance": { accounts: [{ id: "1", name: "n", type: "Pod", balance: { error: across(199) } }] },
    "an error of the answer": { accounts: [], errors: [across(1000)] },
    "an error that is an object": { accounts: [], errors: [{ text: across(190) }] },
  };
  for (const [title, data] of Object.entries(answers))
    it(`has no half of a credential where it is cut: ${title}`, () => {
      const { errors, malformed, accounts } = readAccounts({ data }, redactor.redact);
      const told = JSON.stringify([errors, malformed, accounts.map(({ balance }) => balance)]);
      assert.ok(!told.includes(credential.slice(0, 12)), told);
    });
});
