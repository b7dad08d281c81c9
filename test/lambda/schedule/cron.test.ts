import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parseCron, ScheduleError } from "../../../lambda/schedule";

describe("parseCron", () => {
  it("writes out lists, ranges, steps and names", () => {
    const cron = parseCron("cron(0/20 8-10 1,15 JAN,MAR-APR ? 2026/100)");
    assert.deepEqual(cron.minutes, [0, 20, 40]);
    assert.deepEqual(cron.hours, [8, 9, 10]);
    assert.deepEqual(cron.dayOfMonth, { kind: "days", days: [1, 15] });
    assert.deepEqual(cron.months, [1, 3, 4]);
    assert.deepEqual(cron.dayOfWeek, { kind: "any" });
    assert.deepEqual(cron.years, [2026, 2126]);
  });

  it("takes weekdays from 1 = Sunday to 7 = Saturday", () => {
    assert.deepEqual(parseCron("cron(0 9 ? * MON-FRI,7 *)").dayOfWeek, { kind: "days", days: [2, 3, 4, 5, 6, 7] });
  });

  it("takes the special days", () => {
    assert.deepEqual(parseCron("cron(0 9 L * ? *)").dayOfMonth, { kind: "last" });
    assert.deepEqual(parseCron("cron(0 9 LW * ? *)").dayOfMonth, { kind: "lastWeekday" });
    assert.deepEqual(parseCron("cron(0 9 15W * ? *)").dayOfMonth, { kind: "nearestWeekday", day: 15 });
    assert.deepEqual(parseCron("cron(0 9 ? * 6L *)").dayOfWeek, { kind: "last", day: 6 });
    assert.deepEqual(parseCron("cron(0 9 ? * FRIL *)").dayOfWeek, { kind: "last", day: 6 });
    assert.deepEqual(parseCron("cron(0 9 ? * TUE#2 *)").dayOfWeek, { kind: "nth", day: 3, nth: 2 });
  });

  it("takes every day written as a range as every day", () => {
    assert.deepEqual(parseCron("cron(0 9 1-31 * ? *)").dayOfMonth, { kind: "any" });
    assert.deepEqual(parseCron("cron(0 9 ? * 1-7 *)").dayOfWeek, { kind: "any" });
  });

  /** Expression, and what the message must say. */
  const refused: [string, RegExp][] = [
    ["", /^the expression is ""; it must be of the form cron\(minutes hours/],
    ["0 9 1,15 * ? *", /Write "cron\(0 9 1,15 \* \? \*\)"/],
    ["cron(0 9 * * *)", /which has 5 fields; it must have six.*Unix cron/],
    ["cron(0 9 * * ? * *)", /has 7 fields/],
    ["cron( 0 9 * * ? *)", /one space between them/],
    ["CRON(0 9 * * ? *)", /it must be of the form cron.*\. Write "cron\(0 9 \* \* \? \*\)"$/],
    ["cron(0 9 * * ? *) ", /it must be of the form cron.*\. Write "cron\(0 9 \* \* \? \*\)"$/],
    ["cron(0 9 * * ? *", /it must be of the form cron.*\. Write "cron\(0 9 \* \* \? \*\)"$/],
    ["Cron 0 9 * * ? *", /it must be of the form cron.*\. Write "cron\(0 9 \* \* \? \*\)"$/],
    ["CRON(0 25 * * ? *)", /it must be of the form cron\([^)]*\): "cron\(0 9 1,15 \* \? \*\)" is/],
    ["cron(60 9 * * ? *)", /^minutes is "60"; it must be made of 0-59/],
    ["cron(-1 9 * * ? *)", /^minutes is "-1"/],
    ["cron(1.5 9 * * ? *)", /^minutes is "1.5"/],
    ["cron(0 24 * * ? *)", /^hours is "24"; it must be made of 0-23/],
    ["cron(0 9 0 * ? *)", /^day-of-month is "0"; it must be made of 1-31/],
    ["cron(0 9 32 * ? *)", /^day-of-month is "32"/],
    ["cron(0 9 1 13 ? *)", /^month is "13"; it must be made of 1-12 or JAN-DEC/],
    ["cron(0 9 1 jan ? *)", /write JAN in capitals/],
    ["cron(0 9 1 JANUARY ? *)", /^month is "JANUARY"/],
    ["cron(0 9 ? * 0 *)", /Sunday is 1 here, not 0/],
    ["cron(0 9 ? * 8 *)", /^day-of-week is "8"; it must be made of 1-7 or SUN-SAT/],
    ["cron(0 9 ? * mon *)", /write MON in capitals/],
    ["cron(0 9 ? * MON/2 *)", /steps are not allowed in this field: write MON,WED,FRI/],
    ["cron(0 9 ? * */2 *)", /write SUN,TUE,THU,SAT/],
    ["cron(0 9 1 * ? 1969)", /^year is "1969"; it must be made of 1970-2199/],
    ["cron(0 9 1 * ? 2200)", /^year is "2200"/],
    ["cron(0 9 * * * *)", /"; exactly one of them must be \?/],
    ["cron(0 9 ? * ? *)", /"; exactly one of them must be \?/],
    ["cron(0 9 1 * MON *)", /"; exactly one of them must be \?/],
    ["cron(? 9 1 * ? *)", /^minutes is "\?"; it must be .*\? stands alone, in one of the two day fields/],
    ["cron(0 9 1,? * ? *)", /^day-of-month is "1,\?"/],
    ["cron(0 9 1,* * ? *)", /write it alone/],
    ["cron(0/30 20-2 ? * MON-FRI *)", /a range goes upwards: write 20,21,22,23,0,1,2 for 20-2$/],
    ["cron(0 18-2 * * ? *)", /a range goes upwards: write 18-23,0-2 for 18-2$/],
    ["cron(0 23-7 * * ? *)", /a range goes upwards: write 23,0-7 for 23-7$/],
    ["cron(0 22-2/2 * * ? *)", /a range goes upwards: write 22,0,2 for 22-2$/],
    ["cron(0 9 ? * FRI-MON *)", /write FRI,SAT,SUN,MON for FRI-MON$/],
    ["cron(0 9 ? * SAT-MON *)", /write SAT,SUN,MON for SAT-MON$/],
    ["cron(0 9 ? * WED,7-1 *)", /write SAT,SUN for 7-1$/],
    ["cron(0 9 1 NOV-FEB ? *)", /write NOV,DEC,JAN,FEB for NOV-FEB$/],
    ["cron(0 9 30-2 * ? *)", /write 30,31,1,2 for 30-2$/],
    ["cron(0 9 1 1 ? 2030-2027)", /write 2027-2030 for 2030-2027$/],
    ["cron(0/0 9 * * ? *)", /a step is a whole number from 1 to 59/],
    ["cron(0/90 9 * * ? *)", /a step is a whole number from 1 to 59/],
    ["cron(/5 9 * * ? *)", /^minutes is "\/5"/],
    ["cron(0/5/5 9 * * ? *)", /^minutes is "0\/5\/5"/],
    ["cron(1-2-3 9 * * ? *)", /^minutes is "1-2-3"/],
    ["cron(1,,2 9 * * ? *)", /^minutes is "1,,2"/],
    ["cron(1, 9 * * ? *)", /^minutes is "1,"/],
    ["cron(0 9 15,L * ? *)", /stand alone.*one trigger for each/],
    ["cron(0 9 L-3 * ? *)", /stand alone/],
    ["cron(0 9 1W,15W * ? *)", /stand alone/],
    ["cron(0 9 0W * ? *)", /^day-of-month is "0W"/],
    ["cron(0 9 W * ? *)", /stand alone/],
    [
      "cron(0 9 29W * ? *)",
      /^day-of-month is "29W"; it must be 1W to 28W, because not every month has day 29.*: write LW for the last weekday/,
    ],
    ["cron(0 9 30W * ? *)", /write LW for the last weekday/],
    ["cron(0 9 31W 1,3 ? *)", /write LW for the last weekday/],
    ["cron(0 10 ? * L *)", /every Saturday.*write SAT for every Saturday, 6L or FRIL for the last Friday/],
    ["cron(0 9 ? * 3#6 *)", /^day-of-week is "3#6"; it must count 1 to 5/],
    ["cron(0 9 ? * 3#0 *)", /a month has 1 to 5/],
    ["cron(0 9 ? * 3#1,6#3 *)", /stand alone/],
    ["cron(0 9 ? * 2L,6L *)", /stand alone/],
    ["rate(5 minutes)", /starts anew whenever.*Write "cron\(0\/5 \* \* \* \? \*\)"/],
    ["rate(1 minute)", /Write "cron\(\* \* \* \* \? \*\)"/],
    ["rate(6 hours)", /Write "cron\(0 0\/6 \* \* \? \*\)"/],
    ["rate(1 hour)", /Write "cron\(0 \* \* \* \? \*\)"/],
    ["rate(1 day)", /Write "cron\(0 9 \* \* \? \*\)" for every day/],
    ["rate(7 days)", /Write "cron\(0 9 \? \* MON \*\)" for every Monday/],
    ["rate(14 days)", /No cron has exactly this rhythm/],
    ["rate(7 minutes)", /No cron has exactly this rhythm/],
    ["rate(0 minutes)", /No cron has exactly this rhythm/],
    ["rate(soon)", /^the expression is "rate\(soon\)"; it must be cron\(\.\.\.\), because rate.*Write cron/],
    ["at(2026-12-24T18:05:00)", /Write "cron\(5 18 24 12 \? 2026\)" with the same time zone/],
    ["at(christmas)", /^the expression is .*; it must be cron.*at\(\.\.\.\) is not supported/],
  ];
  for (const [expression, message] of refused)
    it(`refuses "${expression}"`, () => {
      assert.throws(
        () => parseCron(expression),
        (error) => error instanceof ScheduleError && message.test(error.message),
      );
    });

  it("suggests only expressions that it takes itself", () => {
    for (const [expression] of refused) {
      try {
        parseCron(expression);
      } catch (error) {
        for (const [suggestion] of (error as Error).message.matchAll(/(?<=Write ")cron\([^)]*\)(?=")/g))
          parseCron(suggestion);
      }
    }
  });

  it("suggests for a range that wraps around the values that it takes for them", () => {
    const ranges: [string, (value: string) => string, number, number][] = [
      ["hours", (hours) => `cron(0 ${hours} * * ? *)`, 0, 23],
      ["months", (months) => `cron(0 9 1 ${months} ? *)`, 1, 12],
    ];
    for (const [field, expressionOf, min, max] of ranges)
      for (let from = min + 1; from <= max; from++)
        for (let to = min; to < from; to++) {
          const message = messageOf(() => parseCron(expressionOf(`${from}-${to}`)));
          const suggested = / write (\S+) for /.exec(message)?.[1] ?? "";
          const all = Array.from({ length: max - min + 1 }, (_, i) => min + i);
          assert.deepEqual(
            parseCron(expressionOf(suggested))[field as "hours" | "months"],
            all.filter((value) => value >= from || value <= to),
            message,
          );
        }
  });

  it("takes every expression of the documentation", () => {
    const text = readFileSync(join(__dirname, "../../../docs/schedules.md"), "utf8");
    const expressions = [...text.matchAll(/cron\(\d[^)]*\)/g)].map(([expression]) => expression);
    assert.ok(expressions.length > 10);
    for (const expression of expressions) parseCron(expression);
  });

  it("answers any text with a result or a ScheduleError, soon", () => {
    const text = fc.string({ unit: fc.constantFrom(..."0123456789 ,-*/?LW#MONJAcronatet()"), maxLength: 40 });
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          text.map((inner) => `cron(${inner})`),
          text.map((t) => `rate(${t})`),
        ),
        (expression) => {
          try {
            parseCron(expression);
          } catch (error) {
            assert.ok(error instanceof ScheduleError, String(error));
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}
