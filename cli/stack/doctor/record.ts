import type { LiveStack } from "../find/live";
import { type Finding, note } from "./finding";

const MOST_NAMED = 5;

/** During an update, and after one that broke off, the record is neither of the old deployment nor of the new one. */
export function recordFindings({ unfinished }: LiveStack): Finding[] {
  if (unfinished.length === 0) return [];
  const more = unfinished.length > MOST_NAMED ? ` and ${unfinished.length - MOST_NAMED} more` : "";
  return [
    note(
      "record",
      `an update runs, or one broke off, at ${unfinished.slice(0, MOST_NAMED).join(", ")}${more}: what is told to differ may be of this`,
      'wait for its end and look again; if none runs, "pulumi up --refresh" finishes it',
    ),
  ];
}
