import assert from "node:assert/strict";
import fc from "fast-check";
import {
  daysAround,
  firesWeekly,
  happensAt,
  isDayOf,
  isOccurrence,
  nextOccurrence,
  occurrencesBetween,
  type Schedule,
} from "../../../lambda/schedule";

const at = (instant: number) => new Date(instant).toISOString().replace(":00.000Z", "Z");
const between = (schedule: Schedule, from: string, to: string) =>
  [...occurrencesBetween(schedule, Date.parse(from), Date.parse(to))].map(at);
const paycheck: Schedule = {
  expression: "cron(0 9 ? * FRI *)",
  timezone: "America/New_York",
  everyWeeks: 2,
  from: "2027-01-08",
};

describe("every other week", () => {
  it("begins at its first day, and stays at nine through both changes of the clocks", () => {
    assert.deepEqual(between(paycheck, "2026-11-01T00:00:00Z", "2027-02-06T00:00:00Z"), [
      "2027-01-08T14:00Z",
      "2027-01-22T14:00Z",
      "2027-02-05T14:00Z",
    ]);
    // The clocks go forward on 14 March and back on 7 November.
    assert.deepEqual(between(paycheck, "2027-03-01T00:00:00Z", "2027-03-31T00:00:00Z"), [
      "2027-03-05T14:00Z",
      "2027-03-19T13:00Z",
    ]);
    assert.deepEqual(between(paycheck, "2027-10-25T00:00:00Z", "2027-11-30T00:00:00Z"), [
      "2027-10-29T13:00Z",
      "2027-11-12T14:00Z",
      "2027-11-26T14:00Z",
    ]);
  });

  it("goes on over the end of a year, also of one with 53 weeks", () => {
    assert.deepEqual(between({ ...paycheck, from: "2026-12-18" }, "2026-12-01T00:00:00Z", "2027-01-31T00:00:00Z"), [
      "2026-12-18T14:00Z",
      "2027-01-01T14:00Z",
      "2027-01-15T14:00Z",
      "2027-01-29T14:00Z",
    ]);
  });

  it("counts the days of its own zone, which are others in UTC", () => {
    const late: Schedule = { ...paycheck, expression: "cron(0 20 ? * FRI *)" };
    assert.deepEqual(between(late, "2027-01-01T00:00:00Z", "2027-01-24T00:00:00Z"), [
      "2027-01-09T01:00Z",
      "2027-01-23T01:00Z",
    ]);
    const early: Schedule = {
      ...paycheck,
      expression: "cron(0 1 ? * SAT *)",
      timezone: "Pacific/Kiritimati",
      from: "2027-01-09",
    };
    assert.deepEqual(between(early, "2027-01-01T00:00:00Z", "2027-01-24T00:00:00Z"), [
      "2027-01-08T11:00Z",
      "2027-01-22T11:00Z",
    ]);
  });

  it("is each second, third or fourth week of the weekly ones, whatever the zone and the hour", () => {
    const zones = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Auckland", "America/St_Johns"];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 4, max: 23 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 2, max: 4 }),
        (timezone, hour, weekday, everyWeeks) => {
          const weekly = { expression: `cron(30 ${hour} ? * ${weekday} *)`, timezone };
          const [start, end] = ["2026-12-24T12:00:00Z", "2029-01-15T00:00:00Z"];
          const all = between(weekly, start, end);
          const local = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, dateStyle: "short" });
          const from = local.format(Date.parse(all[1] as string));
          const expected = all.filter((_, index) => index >= 1 && (index - 1) % everyWeeks === 0);
          assert.deepEqual(between({ ...weekly, everyWeeks, from }, start, end), expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("knows the next one, and no other week's time", () => {
    assert.equal(at(nextOccurrence(paycheck, Date.parse("2027-01-08T14:00:00Z")) ?? 0), "2027-01-22T14:00Z");
    assert.equal(at(nextOccurrence(paycheck, 0) ?? 0), "2027-01-08T14:00Z");
    assert.ok(isOccurrence(paycheck, "2027-01-22T14:00:00Z"));
    assert.ok(!isOccurrence(paycheck, "2027-01-15T14:00:00Z"));
  });

  it("is possible for a cron of one weekday, in every month and year", () => {
    for (const expression of ["cron(0 9 ? * FRI *)", "cron(0/30 9-17 ? 1-12 6 *)"]) assert.ok(firesWeekly(expression));
    for (const days of ["? * MON,FRI *", "? * 6#2 *", "? * 6L *", "? 1-6 FRI *", "? * FRI 2027", "1 * ? *", "* * ? *"])
      assert.ok(!firesWeekly(`cron(0 9 ${days})`), days);
  });
});

describe("days that are skipped", () => {
  const payday: Schedule = { expression: "cron(0 9,17 1,15 * ? *)", timezone: "America/New_York" };

  it("are left out with all their times, and no others", () => {
    const schedule = { ...payday, skipDates: ["2027-01-01", "2027-02-14"] };
    assert.deepEqual(between(schedule, "2027-01-01T00:00:00Z", "2027-02-16T00:00:00Z"), [
      "2027-01-15T14:00Z",
      "2027-01-15T22:00Z",
      "2027-02-01T14:00Z",
      "2027-02-01T22:00Z",
      "2027-02-15T14:00Z",
      "2027-02-15T22:00Z",
    ]);
  });

  it("are left out of every other week too, whose count goes on", () => {
    assert.deepEqual(
      between({ ...paycheck, skipDates: ["2027-01-22"] }, "2027-01-01T00:00:00Z", "2027-02-20T00:00:00Z"),
      ["2027-01-08T14:00Z", "2027-02-05T14:00Z", "2027-02-19T14:00Z"],
    );
  });

  it("can be asked for by date, with the days around it", () => {
    assert.ok(isDayOf(payday, "2027-01-15"));
    assert.ok(!isDayOf(payday, "2027-01-14"));
    assert.deepEqual(daysAround(payday, "2027-01-04"), ["2027-01-01", "2027-01-15"]);
    assert.deepEqual(daysAround(paycheck, "2027-01-15"), ["2027-01-08", "2027-01-22"]);
    assert.deepEqual(daysAround({ ...payday, expression: "cron(0 9 1 1 ? 1980)" }, "2027-01-04"), []);
  });
});

describe("what Scheduler fires", () => {
  it("happens unless its day is left out", () => {
    assert.ok(happensAt(paycheck, Date.parse("2027-01-22T14:00:00Z")));
    assert.ok(!happensAt(paycheck, Date.parse("2027-01-15T14:00:00Z")));
    assert.ok(!happensAt(paycheck, Date.parse("2027-01-01T14:00:00Z")));
    assert.ok(!happensAt({ ...paycheck, skipDates: ["2027-01-22"] }, Date.parse("2027-01-22T14:00:00Z")));
  });

  it("belongs to the day that is meant when AWS and Node.js disagree by an hour about the zone", () => {
    const midnight: Schedule = {
      expression: "cron(0 0 ? * SAT *)",
      timezone: "UTC",
      everyWeeks: 2,
      from: "2027-01-09",
    };
    for (const shift of [-3_600_000, 3_600_000]) {
      assert.ok(happensAt(midnight, Date.parse("2027-01-09T00:00:00Z") + shift));
      assert.ok(!happensAt(midnight, Date.parse("2027-01-16T00:00:00Z") + shift));
      const skipping = { ...midnight, skipDates: ["2027-01-09"] };
      assert.ok(!happensAt(skipping, Date.parse("2027-01-09T00:00:00Z") + shift));
    }
  });
});
