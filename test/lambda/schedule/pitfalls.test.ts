import assert from "node:assert/strict";
import fc from "fast-check";
import { everOccurs, shortMonths, skippedLocalTimes } from "../../../lambda/schedule";
import { offsetAt } from "../../../lambda/schedule/wallTime";

describe("everOccurs", () => {
  it("is false for dates that no month has", () => {
    assert.equal(everOccurs("cron(0 9 30 2 ? *)"), false);
    assert.equal(everOccurs("cron(0 9 31 4,6 ? *)"), false);
    assert.equal(everOccurs("cron(0 9 29 2 ? 2027)"), false);
    assert.equal(everOccurs("cron(0 9 ? 2 2#5 2026)"), false);
  });

  it("is true for rare dates and for years that are over", () => {
    assert.equal(everOccurs("cron(0 9 29 2 ? *)"), true);
    assert.equal(everOccurs("cron(0 9 1 1 ? 1970)"), true);
    assert.equal(everOccurs("cron(59 23 31 12 ? 2199)"), true);
  });
});

describe("shortMonths", () => {
  it("names the days and the months that lack them", () => {
    assert.deepEqual(shortMonths("cron(0 9 1,31 * ? *)"), { days: [31], months: [2, 4, 6, 9, 11] });
    assert.deepEqual(shortMonths("cron(0 9 15,30 * ? *)"), { days: [30], months: [2] });
    assert.deepEqual(shortMonths("cron(0 9 29 * ? *)"), { days: [29], months: [2] });
  });

  it("says nothing if every month of the expression has the days", () => {
    assert.equal(shortMonths("cron(0 9 31 1,3,5 ? *)"), undefined);
    assert.equal(shortMonths("cron(0 9 28 * ? *)"), undefined);
    assert.equal(shortMonths("cron(0 9 L * ? *)"), undefined);
    assert.equal(shortMonths("cron(0 9 28W * ? *)"), undefined);
    assert.equal(shortMonths("cron(0 9 * * ? *)"), undefined);
    assert.equal(shortMonths("cron(0 9 1-31 * ? *)"), undefined);
    assert.equal(shortMonths("cron(0 9 ? * 6L *)"), undefined);
  });
});

describe("skippedLocalTimes", () => {
  it("finds New York's missing half past two, once a year", () => {
    const skipped = skippedLocalTimes("cron(30 2 * * ? *)", "America/New_York");
    assert.equal(skipped.length, 15);
    assert.deepEqual(skipped.slice(2, 4), ["2026-03-08T02:30", "2027-03-14T02:30"]);
  });

  it("finds Lord Howe's missing half hour", () => {
    assert.equal(skippedLocalTimes("cron(15 2 * * ? *)", "Australia/Lord_Howe")[2], "2026-10-04T02:15");
    assert.deepEqual(skippedLocalTimes("cron(30 2 * * ? *)", "Australia/Lord_Howe"), []);
  });

  it("takes the first skipped minute in and the first existing one out", () => {
    assert.notDeepEqual(skippedLocalTimes("cron(0 2 * * ? *)", "America/New_York"), []);
    assert.deepEqual(skippedLocalTimes("cron(59 1 * * ? *)", "America/New_York"), []);
    assert.deepEqual(skippedLocalTimes("cron(0 3 * * ? *)", "America/New_York"), []);
  });

  it("finds midnight in zones that change their clocks at midnight", () => {
    assert.notDeepEqual(skippedLocalTimes("cron(0 0 * * ? *)", "Africa/Cairo"), []);
  });

  it("finds nothing where dates avoid the changes, or where there are none", () => {
    assert.deepEqual(skippedLocalTimes("cron(30 2 * 7 ? *)", "America/New_York"), []);
    assert.deepEqual(skippedLocalTimes("cron(30 2 ? * MON *)", "America/New_York"), []);
    assert.deepEqual(skippedLocalTimes("cron(30 2 * * ? *)", "UTC"), []);
    assert.deepEqual(skippedLocalTimes("cron(30 2 * * ? *)", "America/Phoenix"), []);
  });

  it("finds a day of the month that is a change of the clocks only in some years", () => {
    assert.deepEqual(skippedLocalTimes("cron(30 2 8 * ? *)", "America/New_York"), [
      "2026-03-08T02:30",
      "2037-03-08T02:30",
    ]);
  });

  /** The local time at which each change forward begins, found by looking at every day. */
  function changesForward(timezone: string): string[] {
    const found: string[] = [];
    for (let day = Date.UTC(2024, 0, 1); day < Date.UTC(2039, 0, 1); day += 86_400_000) {
      const [before, after] = [offsetAt(day, timezone), offsetAt(day + 86_400_000, timezone)];
      if (after <= before) continue;
      let minute = day;
      while (offsetAt(minute, timezone) === before) minute += 60_000;
      found.push(new Date(minute + before).toISOString().slice(0, 16));
    }
    return found;
  }

  it("finds in any zone what looking at every day finds", () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf("timeZone"));
    fc.assert(
      fc.property(zones, (zone) => {
        assert.deepEqual(skippedLocalTimes("cron(* * * * ? *)", zone), changesForward(zone));
      }),
      // These change their clocks most often: back and forward again for a month, or by two hours.
      { numRuns: 15, examples: [["Africa/Casablanca"], ["Asia/Gaza"], ["Antarctica/Troll"]] },
    );
  });
});
