import assert from "node:assert/strict";
import { isTimeZone, timeZoneProblem } from "../../../lambda/schedule";

describe("isTimeZone", () => {
  for (const name of [
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Port-au-Prince",
    "America/Argentina/Buenos_Aires",
    "Africa/Dar_es_Salaam",
    "Asia/Kolkata",
    "Asia/Calcutta",
    "Europe/Kyiv",
    "Etc/UTC",
    "US/Eastern",
  ])
    it(`takes ${name}`, () => assert.equal(timeZoneProblem(name), undefined));

  const refused: [string, RegExp][] = [
    ["EST", /^is "EST"; it must be an IANA name such as .*: write "America\/New_York"/],
    ["EST5EDT", /write "America\/New_York"/],
    ["pst", /write "America\/Los_Angeles"/],
    ["CET", /write "Europe\/Berlin"/],
    ["GMT", /write "UTC"/],
    ["utc", /write "UTC"/],
    ["america/new_york", /write "America\/New_York"/],
    ["America/New York", /write "America\/New_York"/],
    [" Europe/Berlin", /write "Europe\/Berlin"/],
    ["EUROPE/BERLIN", /write "Europe\/Berlin"/],
    ["us/eastern", /write "America\/New_York"/],
    ["Berlin", /write "Europe\/Berlin"/],
    ["new york", /write "America\/New_York"/],
    ["Japan", /write "Asia\/Tokyo"/],
    ["Mars/Olympus", /^is "Mars\/Olympus"; it must be an IANA name such as America\/New_York, or UTC$/],
    ["+05:30", /^is "\+05:30"; it must be an IANA name .* UTC$/],
    ["", /^is ""; it must be an IANA name .* UTC$/],
    ["__proto__", /it must be an IANA name .* UTC$/],
    ["constructor", /it must be an IANA name .* UTC$/],
  ];
  for (const [name, message] of refused)
    it(`refuses "${name}"`, () => {
      assert.equal(isTimeZone(name), false);
      assert.match(timeZoneProblem(name) ?? "", message);
    });
});
