import assert from "node:assert/strict";
import { type ScheduleArgs, scheduleProblems } from "../../../provider/plan/schedule";

const payday: ScheduleArgs = { schedule: "cron(0 9 1,15 * ? *)", timezone: "America/New_York" };
const check = (args: Partial<ScheduleArgs>) => scheduleProblems("triggers.payday", { ...payday, ...args });

const listed = (count: number, first = 1) => Array.from({ length: count }, (_, index) => first + index).join(",");
const [days, months, years] = [listed(28), "JAN,FEB,MAR,APR,MAY,JUN,JUL,AUG,SEP,OCT,NOV,DEC", listed(25, 2026)];

describe("scheduleProblems", () => {
  const accepted: [string, Partial<ScheduleArgs>][] = [
    ["a payday", {}],
    ["the last day of the month", { schedule: "cron(0 9 L * ? *)" }],
    ["day 31 in months that have it", { schedule: "cron(0 9 31 1,7 ? *)" }],
    ["years that are over", { schedule: "cron(0 9 1 1 ? 1999)" }],
    ["dates that are over", { startDate: "2001-01-01T00:00:00Z", endDate: "2002-01-01T00:00:00Z" }],
    ["days that months lack, when that is allowed", { schedule: "cron(0 9 31 * ? *)", allowSkipped: true }],
    ["times that DST skips, when that is allowed", { schedule: "cron(30 2 * * ? *)", allowSkipped: true }],
    ["times that DST skips elsewhere", { schedule: "cron(30 2 * * ? *)", timezone: "America/Phoenix" }],
  ];
  for (const [title, args] of accepted) it(`takes ${title}`, () => assert.deepEqual(check(args), []));

  const refused: [string, Partial<ScheduleArgs>, [string, RegExp][]][] = [
    ["a grammar error", { schedule: "cron(0 25 * * ? *)" }, [["schedule", /^hours is "25"; it must be made of 0-23/]]],
    [
      "more characters than EventBridge Scheduler takes",
      { schedule: `cron(0 9 ${days} ${months} ? ${years})` },
      [["schedule", /^has 259 characters; it must have at most 256, .*: write ranges and steps, or make several/]],
    ],
    ["rate", { schedule: "rate(1 day)" }, [["schedule", /Write "cron\(0 9 \* \* \? \*\)"/]]],
    ["at", { schedule: "at(2027-01-01T09:00:00)" }, [["schedule", /Write "cron\(0 9 1 1 \? 2027\)"/]]],
    ["a schedule that is no text", { schedule: 5 }, [["schedule", /^is 5; it must be an expression/]]],
    [
      "a date that never comes",
      { schedule: "cron(0 9 30 2 ? *)" },
      [["schedule", /never happens; it must have a date that exists/]],
    ],
    [
      "a date that never comes, even if skipping is allowed",
      { schedule: "cron(0 9 30 2 ? *)", allowSkipped: true },
      [["schedule", /never happens/]],
    ],
    ["an abbreviated time zone", { timezone: "EST" }, [["timezone", /write "America\/New_York"/]]],
    ["a time zone that is no text", { timezone: undefined }, [["timezone", /^is missing; it must be an IANA name/]]],
    [
      "everything at once",
      { schedule: "x", timezone: "y", startDate: "z" },
      [
        ["schedule", /^the expression is "x"; it must be of the form/],
        ["timezone", /^is "y"; it must be an IANA name/],
        ["startDate", /ISO 8601/],
      ],
    ],
    [
      "day 31",
      { schedule: "cron(0 9 31 * ? *)" },
      [
        [
          "schedule",
          /has day 31, which FEB, APR, JUN, SEP, NOV do not always have.*write "cron\(0 9 L \* \? \*\)", or set allowSkipped/,
        ],
      ],
    ],
    [
      "a wrong day in a wrong time zone and with wrong dates",
      { schedule: "cron(0 9 31 * ? *)", timezone: "EST", startDate: "z" },
      [
        ["schedule", /has day 31/],
        ["timezone", /write "America\/New_York"/],
        ["startDate", /ISO 8601/],
      ],
    ],
    [
      "a time that DST skips, with wrong dates",
      { schedule: "cron(30 2 * * ? *)", endDate: "z" },
      [
        ["schedule", /hits local times that don't exist/],
        ["endDate", /ISO 8601/],
      ],
    ],
    [
      "day 29 of February",
      { schedule: "cron(0 9 29 2 ? *)" },
      [["schedule", /day 29, which FEB does not always have/]],
    ],
    [
      "the weekday nearest to the 31st, even if skipping is allowed",
      { schedule: "cron(0 9 31W * ? *)", allowSkipped: true },
      [["schedule", /^day-of-month is "31W"; it must be 1W to 28W, .*: write LW for the last weekday of the month/]],
    ],
    [
      "a list with day 30",
      { schedule: "cron(0 9 15,30 * ? *)" },
      [["schedule", /day 30, which FEB.*a trigger of its own with L/]],
    ],
    [
      "a time that DST skips",
      { schedule: "cron(30 2 * * ? *)" },
      [["schedule", /don't exist in America\/New_York.*: 2024-03-10 at 02:30 and 14 more times until 2038/]],
    ],
    [
      "a time that DST skips once",
      { schedule: "cron(30 2 8 3 ? 2026)", endDate: "2027-01-01T00:00:00Z" },
      [["schedule", /2026-03-08 at 02:30\. Nothing would happen then/]],
    ],
    [
      "only a time that DST skips, even if skipping is allowed",
      { schedule: "cron(30 2 8 3 ? 2026)", allowSkipped: true },
      [["schedule", /never happens between startDate \(none\) and endDate \(none\)/]],
    ],
    [
      "dates without an occurrence between them",
      { startDate: "2027-01-02T00:00:00Z", endDate: "2027-01-10T00:00:00Z" },
      [["schedule", /never happens between startDate \(2027-01-02T00:00:00Z\)/]],
    ],
    [
      "an end before the start",
      { startDate: "2027-02-01T00:00:00Z", endDate: "2027-01-01T00:00:00Z" },
      [["endDate", /must be after startDate/]],
    ],
  ];
  for (const [title, args, expected] of refused)
    it(`refuses ${title}`, () => {
      const problems = check(args);
      assert.deepEqual(
        problems.map(({ path }) => path),
        expected.map(([property]) => `triggers.payday.${property}`),
      );
      for (const [index, [, message]] of expected.entries()) assert.match(problems[index]?.reason ?? "", message);
    });

  it("suggests only expressions that it takes itself", () => {
    for (const [, args] of refused)
      for (const { reason } of check(args))
        for (const [schedule] of reason.matchAll(/(?<=[Ww]rite ")cron\([^)]*\)(?=")/g))
          assert.deepEqual(check({ schedule }), []);
  });
});
