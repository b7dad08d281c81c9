import type { RunningSandbox } from "../../../sandbox";
import type { OccurrencesView } from "../../shared/types";
import { lookupIn, occurrenceId } from "../lookup";

const MOST = 200;

/** The occurrences whose trigger, rule, time, result or reason has every word of the query; the newest first. */
export function occurrences(sandbox: RunningSandbox, query: string, result: string | undefined): OccurrencesView {
  const lookup = lookupIn(sandbox);
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = lookup.reports.filter((report) => {
    if (result && report.result !== result) return false;
    const text = `${occurrenceId(report)} ${report.ruleId} ${report.result} ${report.reasons.join(" ")}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return {
    total: lookup.reports.length,
    matching: matching.length,
    items: matching
      .slice(-MOST)
      .reverse()
      .map((report) => lookup.occurrence(report)),
  };
}
