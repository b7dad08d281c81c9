/** The three states of an alarm. */
export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** What a period without data counts as. */
export type MissingData = "breaching" | "notBreaching" | "ignore" | "missing";

/** How many datapoints beyond `evaluationPeriods` are looked at where some are missing. */
export const EXTRA_DATAPOINTS = 2;

export interface Rule {
  /** N: so many datapoints are needed for a verdict. */
  readonly evaluationPeriods: number;
  /** M: so many of them must breach. */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: MissingData;
}

/**
 * The state that follows from the latest periods, newest first: whether each breaches, undefined if it has no data. `retain`
 * leaves the alarm as it is.
 *
 * CloudWatch looks at more periods than it needs, and prefers periods with data. Its page shows five periods for an alarm that needs
 * three (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html). It says that the number varies,
 * but not how: we assume two more for every alarm. So an alarm on missing data goes off later than `evaluationPeriods` suggests.
 */
export function stateOf(breaches: readonly (boolean | undefined)[], rule: Rule): AlarmState | "retain" {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = rule;
  const existing = breaches.filter((breach) => breach !== undefined).slice(0, evaluationPeriods);
  const breaching = existing.filter(Boolean).length;
  const missing = evaluationPeriods - existing.length;
  const stateFor = (count: number): AlarmState => (count >= datapointsToAlarm ? "ALARM" : "OK");
  if (missing === 0 || treatMissingData === "notBreaching") return stateFor(breaching);
  if (treatMissingData === "breaching") return stateFor(breaching + missing);
  if (existing.length === 0) return treatMissingData === "ignore" ? "retain" : "INSUFFICIENT_DATA";
  if (breachesEver(breaches, datapointsToAlarm)) return treatMissingData === "ignore" ? "retain" : "ALARM";
  return stateFor(breaching);
}

/**
 * The page's "premature alarm state": all datapoints that exist breach, and the oldest is at least `datapointsToAlarm` periods old.
 * Then the alarm goes off, even if there are fewer datapoints than that.
 */
function breachesEver(breaches: readonly (boolean | undefined)[], datapointsToAlarm: number): boolean {
  return !breaches.includes(false) && breaches.lastIndexOf(true) + 1 >= datapointsToAlarm;
}
