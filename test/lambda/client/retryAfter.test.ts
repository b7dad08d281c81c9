import assert from "node:assert/strict";
import fc from "fast-check";
import { LONGEST_RETRY_AFTER_MS, retryAfterMs } from "../../../lambda/client/waiting";

const NOW = Date.UTC(2026, 10, 6, 8, 49, 30);

describe("Retry-After", () => {
  it("is read as seconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3600 }), (seconds) => {
        assert.equal(retryAfterMs(String(seconds), NOW), seconds * 1000);
      }),
    );
  });

  it("is read as an HTTP date", () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 3600 }), (seconds) => {
        const date = new Date(NOW + seconds * 1000).toUTCString();
        assert.equal(retryAfterMs(date, NOW), Math.max(0, seconds * 1000));
      }),
    );
  });

  it("is read in the two obsolete forms of an HTTP date", () => {
    assert.equal(retryAfterMs("Friday, 06-Nov-26 08:49:37 GMT", NOW), 7000);
    assert.equal(retryAfterMs("Fri Nov  6 08:49:37 2026", NOW), 7000);
  });

  it("is at most one hour", () => {
    assert.equal(retryAfterMs("3601", NOW), LONGEST_RETRY_AFTER_MS);
    assert.equal(retryAfterMs("9".repeat(400), NOW), LONGEST_RETRY_AFTER_MS);
    assert.equal(retryAfterMs("Fri, 31 Dec 9999 23:59:59 GMT", NOW), LONGEST_RETRY_AFTER_MS);
  });

  it("is rounded up to whole milliseconds, never to an earlier time", () => {
    assert.equal(retryAfterMs("0.0001", NOW), 1);
  });

  it("is ignored when it can't be read", () => {
    for (const header of [undefined, "", "-5", "soon", "5, 10", "5s", "0x10", "1e3", "2026-11-06", "Fri, nonsense GMT"])
      assert.equal(retryAfterMs(header, NOW), undefined, String(header));
  });

  it("is a wait from 0 to one hour or nothing, whatever the header says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (header) => {
        const wait = retryAfterMs(header, NOW);
        assert.ok(wait === undefined || (Number.isInteger(wait) && wait >= 0 && wait <= LONGEST_RETRY_AFTER_MS));
      }),
      { numRuns: 1000 },
    );
  });
});
