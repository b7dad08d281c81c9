import { shown } from "../agreements/shown";

/** What an abbreviation most likely stands for. It is a fixed offset or ambiguous, and AWS refuses it or never shifts it. */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  ET: "America/New_York",
  EST: "America/New_York",
  EDT: "America/New_York",
  EST5EDT: "America/New_York",
  CT: "America/Chicago",
  CST: "America/Chicago",
  CDT: "America/Chicago",
  CST6CDT: "America/Chicago",
  MT: "America/Denver",
  MST: "America/Denver",
  MDT: "America/Denver",
  MST7MDT: "America/Denver",
  PT: "America/Los_Angeles",
  PST: "America/Los_Angeles",
  PDT: "America/Los_Angeles",
  PST8PDT: "America/Los_Angeles",
  AKST: "America/Anchorage",
  HST: "Pacific/Honolulu",
  BST: "Europe/London",
  GMT: "UTC",
  Z: "UTC",
  WET: "Europe/Lisbon",
  CET: "Europe/Berlin",
  CEST: "Europe/Berlin",
  MET: "Europe/Berlin",
  EET: "Europe/Helsinki",
  IST: "Asia/Kolkata",
  JST: "Asia/Tokyo",
  AEST: "Australia/Sydney",
  AEDT: "Australia/Sydney",
};

/** Whether `name` is an IANA time zone in the spelling that AWS takes: `UTC`, or `Area/City`. */
export function isTimeZone(name: string): boolean {
  return timeZoneProblem(name) === undefined;
}

/** What is wrong with `name` as a time zone, with the name that is probably meant. Reads on from "the time zone". */
export function timeZoneProblem(name: string): string | undefined {
  if (wellSpelt.has(name)) return undefined;
  const suggestion = suggest(name);
  const problem = `is ${shown(name)}; it must be an IANA name such as America/New_York, or UTC`;
  if (suggestion && suggestion !== name) return `${problem}: write "${suggestion}"`;
  if (!name.includes("/") || !isKnown(name)) return problem;
  wellSpelt.add(name);
  return undefined;
}

/** Names that have been found in order: asking Intl costs a millisecond. */
const wellSpelt = new Set(["UTC"]);

/** The well-spelt name for `name`, `name` itself included; undefined if nothing is close. */
function suggest(name: string): string | undefined {
  const abbreviated = ABBREVIATIONS[name.toUpperCase()];
  if (abbreviated && !name.includes("/")) return abbreviated;
  const spelt = name.trim().replace(/\s+/g, "_");
  const lower = spelt.toLowerCase();
  if (lower === "utc") return "UTC";
  const zones = Intl.supportedValuesOf("timeZone");
  const same = zones.find((zone) => zone.toLowerCase() === lower);
  if (same) return same;
  // An alias such as US/Eastern or Asia/Kolkata: known to Intl in any spelling, and to AWS in the right one.
  if (isKnown(spelt)) return isWellSpelt(spelt) ? spelt : canonicalName(spelt);
  return zones.find((zone) => zone.toLowerCase().endsWith(`/${lower}`));
}

function isWellSpelt(name: string): boolean {
  return (
    name.includes("/") &&
    name.split("/").every((part) => /^[A-Z]/.test(part) && (part.length < 4 || /[a-z\d]/.test(part)))
  );
}

function isKnown(name: string): boolean {
  // Intl takes offsets such as +05:00 too; AWS doesn't.
  return /^[A-Za-z]/.test(name) && canonicalName(name) !== undefined;
}

function canonicalName(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
