import assert from "node:assert/strict";
import fc from "fast-check";
import { nextOccurrence, occurrencesBetween } from "../../../lambda/schedule";

const iso = (instant: number) => new Date(instant).toISOString();

function between(expression: string, timezone: string, from: string, to: string): string[] {
  return [...occurrencesBetween({ expression, timezone }, Date.parse(from), Date.parse(to))].map(iso);
}

describe("occurrences of a schedule", () => {
  it("follow the wall clock of New York through the year", () => {
    assert.deepEqual(
      between("cron(0 9 1,15 * ? *)", "America/New_York", "2026-02-20T00:00:00Z", "2026-04-01T23:59:59Z"),
      ["2026-03-01T14:00:00.000Z", "2026-03-15T13:00:00.000Z", "2026-04-01T13:00:00.000Z"],
    );
  });

  // Changes of the clocks, from the tz database: instant, zone.
  // New York 2026-03-08 02:00 -> 03:00, 2026-11-01 02:00 -> 01:00; 2027-03-14, 2027-11-07.
  it("skip a local time that New York's clocks skip", () => {
    assert.deepEqual(
      between("cron(30 2 * * ? *)", "America/New_York", "2026-03-07T00:00:00Z", "2026-03-10T00:00:00Z"),
      ["2026-03-07T07:30:00.000Z", "2026-03-09T06:30:00.000Z"],
    );
    assert.deepEqual(
      between("cron(30 2 * * ? *)", "America/New_York", "2027-03-13T00:00:00Z", "2027-03-16T00:00:00Z"),
      ["2027-03-13T07:30:00.000Z", "2027-03-15T06:30:00.000Z"],
    );
  });

  it("run once, the first time, when New York's clocks show a local time twice", () => {
    assert.deepEqual(
      between("cron(0/30 1 * * ? *)", "America/New_York", "2026-11-01T04:00:00Z", "2026-11-01T12:00:00Z"),
      ["2026-11-01T05:00:00.000Z", "2026-11-01T05:30:00.000Z"],
    );
    assert.deepEqual(
      between("cron(30 1 * * ? *)", "America/New_York", "2027-11-07T00:00:00Z", "2027-11-08T12:00:00Z"),
      ["2027-11-07T05:30:00.000Z", "2027-11-08T06:30:00.000Z"],
    );
  });

  it("run at the first and the last minute around a gap", () => {
    assert.deepEqual(
      between("cron(0,59 1-3 8 3 ? *)", "America/New_York", "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z"),
      ["2026-03-08T06:00:00.000Z", "2026-03-08T06:59:00.000Z", "2026-03-08T07:00:00.000Z", "2026-03-08T07:59:00.000Z"],
    );
  });

  it("skip and run once in Berlin", () => {
    assert.deepEqual(between("cron(30 2 * * ? *)", "Europe/Berlin", "2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z"), [
      "2026-03-28T01:30:00.000Z",
      "2026-03-30T00:30:00.000Z",
    ]);
    assert.deepEqual(between("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z"), [
      "2026-10-25T00:30:00.000Z",
      "2026-10-26T01:30:00.000Z",
    ]);
  });

  it("know that Lord Howe's clocks move by half an hour", () => {
    // 2026-10-04 02:00 -> 02:30 (offset 10:30 -> 11), 2026-04-05 02:00 -> 01:30.
    assert.deepEqual(
      between("cron(0/15 2 4 10 ? *)", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", "2026-10-05T00:00:00Z"),
      ["2026-10-03T15:30:00.000Z", "2026-10-03T15:45:00.000Z"],
    );
    assert.deepEqual(
      between("cron(45 1 5 4 ? *)", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", "2026-04-06T00:00:00Z"),
      ["2026-04-04T14:45:00.000Z"],
    );
  });

  it("know that Apia skipped a whole day", () => {
    assert.deepEqual(between("cron(0 9 * * ? *)", "Pacific/Apia", "2011-12-29T00:00:00Z", "2012-01-01T00:00:00Z"), [
      "2011-12-29T19:00:00.000Z",
      "2011-12-30T19:00:00.000Z",
      "2011-12-31T19:00:00.000Z",
    ]);
  });

  it("take the range's end and not its start", () => {
    assert.deepEqual(between("cron(0 9 * * ? *)", "UTC", "2026-05-01T09:00:00Z", "2026-05-02T09:00:00Z"), [
      "2026-05-02T09:00:00.000Z",
    ]);
  });

  it("keep to the start and end dates, both included", () => {
    const schedule = {
      expression: "cron(0 9 * * ? *)",
      timezone: "UTC",
      startDate: "2026-05-02T09:00:00Z",
      endDate: "2026-05-04T09:00:00Z",
    };
    const days = [...occurrencesBetween(schedule, 0, Date.parse("2027-01-01T00:00:00Z"))].map((at) =>
      iso(at).slice(0, 10),
    );
    assert.deepEqual(days, ["2026-05-02", "2026-05-03", "2026-05-04"]);
    assert.equal(nextOccurrence(schedule, Date.parse("2026-05-04T09:00:00Z")), undefined);
  });

  it("are computed one by one, however many there are", () => {
    const everyMinute = { expression: "cron(* * * * ? *)", timezone: "UTC" };
    const [first] = occurrencesBetween(everyMinute, 0, Date.parse("2199-01-01T00:00:00Z"));
    assert.equal(first, 60_000);
  });

  it("end when the years do", () => {
    const schedule = { expression: "cron(0 9 1 1 ? 2026-2027)", timezone: "America/New_York" };
    assert.equal(nextOccurrence(schedule, Date.parse("2026-06-01T00:00:00Z")), Date.parse("2027-01-01T14:00:00Z"));
    assert.equal(nextOccurrence(schedule, Date.parse("2027-06-01T00:00:00Z")), undefined);
    assert.equal(nextOccurrence({ expression: "cron(0 9 30 2 ? *)", timezone: "UTC" }, 0), undefined);
  });

  it("refuse an unknown time zone and a date that is none", () => {
    assert.throws(
      () => nextOccurrence({ expression: "cron(0 9 * * ? *)", timezone: "Mars/Olympus" }, 0),
      /^ScheduleError: the time zone is "Mars\/Olympus"; it must be/,
    );
    assert.throws(
      () => nextOccurrence({ expression: "cron(0 9 * * ? *)", timezone: "UTC", startDate: "soon" }, 0),
      /the date is "soon"; it must be ISO 8601/,
    );
  });

  const days: [string, string, string[]][] = [
    ["L", "the last day of the month", ["2026-01-31", "2026-02-28", "2026-03-31"]],
    ["LW", "the last weekday of the month", ["2026-01-30", "2026-02-27", "2026-03-31"]],
    ["15W", "the weekday nearest to the 15th", ["2026-01-15", "2026-02-16", "2026-03-16"]],
    ["1W", "the first weekday of the month, never one of the month before", ["2026-01-01", "2026-02-02", "2026-03-02"]],
    ["28W", "the weekday nearest to the 28th", ["2026-01-28", "2026-02-27", "2026-03-27"]],
    [
      "1-3/2",
      "every second day of a range",
      ["2026-01-01", "2026-01-03", "2026-02-01", "2026-02-03", "2026-03-01", "2026-03-03"],
    ],
    ["28/2", "every second day from the 28th", ["2026-01-28", "2026-01-30", "2026-02-28", "2026-03-28", "2026-03-30"]],
  ];
  for (const [field, meaning, expected] of days)
    it(`take day-of-month ${field} as ${meaning}`, () => {
      const found = between(`cron(0 0 ${field} * ? *)`, "UTC", "2025-12-31T12:00:00Z", "2026-03-31T23:00:00Z");
      assert.deepEqual(
        found.map((at) => at.slice(0, 10)),
        expected,
      );
    });

  const weekdays: [string, string, string[]][] = [
    ["1", "Sunday", ["2026-02-01", "2026-02-08", "2026-02-15", "2026-02-22"]],
    ["SAT", "Saturday", ["2026-02-07", "2026-02-14", "2026-02-21", "2026-02-28"]],
    ["6L", "the last Friday", ["2026-02-27"]],
    ["SUNL", "the last Sunday", ["2026-02-22"]],
    ["3#2", "the second Tuesday", ["2026-02-10"]],
    ["FRI#1", "the first Friday", ["2026-02-06"]],
    ["2#5", "the fifth Monday, which February hasn't", []],
    [
      "TUE-WED",
      "a range",
      ["2026-02-03", "2026-02-04", "2026-02-10", "2026-02-11", "2026-02-17", "2026-02-18", "2026-02-24", "2026-02-25"],
    ],
    [
      "1,7",
      "a list",
      ["2026-02-01", "2026-02-07", "2026-02-08", "2026-02-14", "2026-02-15", "2026-02-21", "2026-02-22", "2026-02-28"],
    ],
  ];
  for (const [field, meaning, expected] of weekdays)
    it(`take day-of-week ${field} as ${meaning}`, () => {
      const found = between(`cron(0 0 ? * ${field} *)`, "UTC", "2026-01-31T12:00:00Z", "2026-02-28T23:00:00Z");
      assert.deepEqual(
        found.map((at) => at.slice(0, 10)),
        expected,
      );
    });

  it("are those of a minute-by-minute search", () => {
    const zones = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC", "Asia/Kolkata"];
    const starts = ["2026-03-07T12:00:00Z", "2026-10-31T12:00:00Z", "2026-10-03T06:00:00Z", "2026-03-28T12:00:00Z"];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom(...starts),
        fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 3 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 24 }),
        (timezone, start, minutes, hours) => {
          const from = Date.parse(start);
          const to = from + 2 * 86_400_000;
          const schedule = { expression: `cron(${minutes.join(",")} ${hours.join(",")} * * ? *)`, timezone };
          assert.deepEqual([...occurrencesBetween(schedule, from, to)], bySearch(minutes, hours, timezone, from, to));
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe("special days", () => {
  const year = fc.integer({ min: 2020, max: 2060 });
  const month = fc.integer({ min: 1, max: 12 });
  const days = (expression: string) =>
    [...occurrencesBetween({ expression, timezone: "UTC" }, 0, Date.UTC(2070, 0, 1))].map((at) => iso(at).slice(8, 10));

  /** The days of a month with their weekdays, 1-7 for Sunday to Saturday. */
  function calendar(y: number, m: number): { day: number; weekday: number }[] {
    const count = new Date(Date.UTC(y, m, 0)).getUTCDate();
    return Array.from({ length: count }, (_, i) => ({
      day: i + 1,
      weekday: new Date(Date.UTC(y, m - 1, i + 1)).getUTCDay() + 1,
    }));
  }
  const isWorkday = ({ weekday }: { weekday: number }) => weekday >= 2 && weekday <= 6;
  const two = (list: { day: number }[]) => list.map(({ day }) => String(day).padStart(2, "0"));

  it("are those of a calendar: L, LW, nL, n#k, nW", () => {
    fc.assert(
      fc.property(
        year,
        month,
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 28 }),
        (y, m, weekday, nth, day) => {
          const all = calendar(y, m);
          const same = all.filter((one) => one.weekday === weekday);
          const nearest = all.filter(isWorkday).sort((a, b) => Math.abs(a.day - day) - Math.abs(b.day - day));
          assert.deepEqual(days(`cron(0 0 L ${m} ? ${y})`), two(all.slice(-1)));
          assert.deepEqual(days(`cron(0 0 LW ${m} ? ${y})`), two(all.filter(isWorkday).slice(-1)));
          assert.deepEqual(days(`cron(0 0 ? ${m} ${weekday}L ${y})`), two(same.slice(-1)));
          assert.deepEqual(days(`cron(0 0 ? ${m} ${weekday}#${nth} ${y})`), two(same.slice(nth - 1, nth)));
          assert.deepEqual(days(`cron(0 0 ${day}W ${m} ? ${y})`), two(nearest.slice(0, 1)));
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** The oracle: looks at the clock on the wall every minute, and takes each wall time the first time it is seen. */
function bySearch(minutes: number[], hours: number[], timezone: string, from: number, to: number): number[] {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "short" });
  const seen = new Set<string>();
  const found: number[] = [];
  for (let instant = from - 3 * 3_600_000; instant <= to; instant += 60_000) {
    const shown = format.format(instant);
    const [hour, minute] = shown.slice(11).split(":").map(Number);
    if (!hours.includes(hour as number) || !minutes.includes(minute as number) || seen.has(shown)) continue;
    seen.add(shown);
    if (instant > from) found.push(instant);
  }
  return found;
}
