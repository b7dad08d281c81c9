import assert from "node:assert/strict";
import fc from "fast-check";
import { matchesArn, matchesWildcard } from "../../../../sandbox/cloud/iam/wildcard";

describe("wildcards", () => {
  it("match like the regular expression that they stand for", () => {
    const text = fc.array(fc.constantFrom("a", "b", ".", "*", "?"), { maxLength: 8 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, text, (pattern, value) => {
        const source = pattern.replaceAll(".", "\\.").replaceAll("*", "[^]*").replaceAll("?", "[^]");
        assert.equal(matchesWildcard(pattern, value), new RegExp(`^${source}$`).test(value));
      }),
      { numRuns: 2_000, seed: 7 },
    );
  });

  it("take no exponential time", () => {
    assert.equal(matchesWildcard("*a".repeat(60), "a".repeat(59)), false);
  });

  it("don't reach past a colon of an ARN, but for the last part", () => {
    assert.equal(matchesArn("arn:aws:sqs:*:work", "arn:aws:sqs:us-east-1:1:work"), false);
    assert.equal(matchesArn("arn:aws:lambda:*:*:*", "arn:aws:lambda:us-east-1:1:function:name"), true);
    assert.equal(matchesArn("*", "arn:aws:sqs:us-east-1:1:work"), false);
  });
});
