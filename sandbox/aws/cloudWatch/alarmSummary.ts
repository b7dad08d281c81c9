import type { AlarmState } from "./alarmState";

/** An alarm as people and tests see it. */
export interface AlarmSummary {
  readonly name: string;
  /** The name within the program. */
  readonly logicalName: string;
  readonly state: AlarmState;
  /** In CloudWatch's words. */
  readonly reason: string;
  /** Since when it has this state, milliseconds since the epoch. */
  readonly since: number;
}
