import { instantOf } from "../../../lambda/agreements/instant";
import { shown } from "../../../lambda/agreements/shown";
import { StackError } from "../exit";

/** Whether an instant is within what `--since` and `--until` say, both included. A date without a time is a day in the zone of each trigger. */
export function within(since: string | undefined, until: string | undefined): (at: number, zone: string) => boolean {
  const from = since === undefined ? undefined : boundOf("--since", since);
  const to = until === undefined ? undefined : boundOf("--until", until);
  return (at, zone) => (!from || from(at, zone) >= 0) && (!to || to(at, zone) <= 0);
}

/** Negative before, 0 at, positive after what was typed. */
function boundOf(option: string, typed: string): (at: number, zone: string) => number {
  const instant = instantOf(typed);
  if (instant !== undefined) return (at) => at - instant;
  const isDate = /^\d{4}-\d\d-\d\d$/.test(typed) && instantOf(`${typed}T00:00:00Z`) !== undefined;
  if (isDate) return (at, zone) => dateIn(at, zone).localeCompare(typed);
  throw new StackError(
    "usage",
    `${option} is ${shown(typed)}; it must be a date such as 2026-12-01, in the zone of each trigger, or a time with a zone such as 2026-12-01T14:00:00Z`,
  );
}

/** `2026-12-01`: the Swedish form is ISO 8601. */
function dateIn(at: number, zone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: zone }).format(at);
}
