import assert from "node:assert/strict";
import fc from "fast-check";
import { matchesArn, matchesResourceArn, matchesWildcard } from "../../../../sandbox/aws/iam/wildcard";

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

  it("don't reach past a colon in a condition, but for the last part", () => {
    assert.equal(matchesArn("arn:aws:sqs:*:work", "arn:aws:sqs:us-east-1:1:work"), false);
    assert.equal(matchesArn("arn:aws:lambda:*:*:*", "arn:aws:lambda:us-east-1:1:function:name"), true);
    assert.equal(matchesArn("*", "arn:aws:sqs:us-east-1:1:work"), false);
  });

  describe("in a resource", () => {
    const logStream = "arn:aws:logs:us-east-1:1:log-group:/aws/lambda/payday:log-stream:a";
    const queue = "arn:aws:sqs:us-east-1:1:work";
    const table: [string, string, boolean | "unclear"][] = [
      [queue, queue, true],
      ["arn:aws:sqs:us-east-1:1:*", queue, true],
      ["arn:aws:sqs:*:*:work", queue, true],
      ["arn:aws:sqs:us-*-1:?:w*k", queue, true],
      ["arn:aws:sqs:*:*:other", queue, false],
      ["arn:aws:sqs:us-east-1:1:work?", queue, false],
      ["arn:*", queue, true],
      ["arn:aws:sqs:us-*", queue, true],
      ["arn:aws:sqs:*:work", queue, "unclear"],
      ["arn:aws:sqs:us*:work", queue, "unclear"],
      ["arn:aws:*:1:work", queue, "unclear"],
      ["arn:aws:sqs:us-east-1?1:work", queue, "unclear"],
      ["arn:aws:logs:us-east-1:1:log-group:/aws/lambda/payday:*", logStream, true],
      ["arn:aws:logs:*:*:*", logStream, true],
      ["arn:aws:logs:us-east-1:1:log-group:/aws/lambda/*:*", logStream, true],
      ["arn:aws:logs:us-east-1:1:log-group:/aws/lambda/*:a", logStream, "unclear"],
      ["arn:aws:logs:us-east-1:1:log-group:/aws/lambda/*day", logStream, false],
      ["arn:aws:logs:us-east-1:1:log*a", logStream, "unclear"],
    ];
    for (const [pattern, arn, expected] of table)
      it(`${pattern} and ${arn.split(":").pop()}: ${expected}`, () => {
        assert.equal(matchesResourceArn(pattern, arn), expected);
      });
  });
});
