import type { AlarmState, MissingData } from "./alarmState";
import { type AlarmDeclaration, comparisons } from "./declaration";

/** One period of an alarm's metric. */
export interface Period {
  /** Milliseconds since the epoch. */
  readonly start: number;
  /** The alarm's statistic over the period; undefined if there was no data. */
  readonly value: number | undefined;
}

/** CloudWatch names that many of the datapoints. */
const MOST_NAMED = 5;

/** What a missing datapoint is said to have been treated as, where it counted as one. */
const FILLINGS: Readonly<Partial<Record<MissingData, string>>> = {
  notBreaching: "NonBreaching",
  breaching: "Breaching",
};

/** Why an alarm has the state, in CloudWatch's words. `periods` are the latest, newest first. */
export function changeReason(declaration: AlarmDeclaration, periods: readonly Period[], state: AlarmState): string {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData, comparison, threshold } = declaration;
  const { words, breaches } = comparisons[comparison];
  const existing = periods.filter((period) => period.value !== undefined).slice(0, evaluationPeriods);
  if (existing.length === 0) return noDataReason(evaluationPeriods, treatMissingData, state);
  const named = existing.filter(({ value }) => breaches(value as number, threshold) === (state === "ALARM"));
  const missing = FILLINGS[treatMissingData] ? evaluationPeriods - existing.length : 0;
  const filled =
    missing > 0
      ? ` and ${count(missing, "missing datapoint")} ${were(missing)} treated as [${FILLINGS[treatMissingData]}]`
      : "";
  if (named.length === 0)
    return `Threshold Crossed: ${count(existing.length, "datapoint")} ${listed(existing)}${filled} for a threshold of ${decimal(threshold)}.`;
  const not = state === "ALARM" ? "" : "not ";
  return `Threshold Crossed: ${named.length} out of the last ${count(evaluationPeriods, "datapoint")} ${listed(named)} ${were(named.length)} ${not}${words} the threshold (${decimal(threshold)})${filled} (minimum ${count(datapointsToAlarm, "datapoint")} for OK -> ALARM transition).`;
}

function noDataReason(periods: number, treatMissingData: MissingData, state: AlarmState): string {
  if (state === "INSUFFICIENT_DATA")
    return `Insufficient Data: ${count(periods, "datapoint")} ${were(periods)} unknown.`;
  return `Threshold Crossed: no datapoints were received for ${count(periods, "period")} and ${count(periods, "missing datapoint")} ${were(periods)} treated as [${FILLINGS[treatMissingData]}].`;
}

/** A number as CloudWatch writes it. */
export function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function listed(periods: readonly Period[]): string {
  const shown = periods.slice(0, MOST_NAMED).map(({ start, value }) => `${decimal(value ?? 0)} (${shortTime(start)})`);
  return `[${shown.join(", ")}${periods.length > MOST_NAMED ? ", ..." : ""}]`;
}

/** Day, month and year with two digits each, in UTC. */
function shortTime(instant: number): string {
  const [date = "", time = ""] = new Date(instant).toISOString().slice(2, 19).split("T");
  return `${date.split("-").reverse().join("/")} ${time}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function were(number: number): string {
  return number === 1 ? "was" : "were";
}
