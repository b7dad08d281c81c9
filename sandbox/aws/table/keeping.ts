import { isObject } from "./values";

/** What a table is declared with beside its key: for people who ask. */
export interface Keeping {
  /** The attribute of the time at which an item may go; undefined if nothing goes. */
  readonly expiresBy: string | undefined;
  /** Whether it could be restored as it was at any second. */
  readonly isRecoverable: boolean;
}

export function keepingOf({ ttl, pointInTimeRecovery }: Record<string, unknown>): Keeping {
  const isOn = isObject(ttl) && ttl.enabled === true;
  return {
    expiresBy: isOn ? String(ttl.attributeName) : undefined,
    isRecoverable: isObject(pointInTimeRecovery) && pointInTimeRecovery.enabled === true,
  };
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html */
export function timeToLive({ expiresBy }: Keeping) {
  const TimeToLiveStatus = expiresBy === undefined ? "DISABLED" : "ENABLED";
  return {
    TimeToLiveDescription: { TimeToLiveStatus, ...(expiresBy === undefined ? {} : { AttributeName: expiresBy }) },
  };
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html */
export function continuousBackups({ isRecoverable }: Keeping) {
  const PointInTimeRecoveryStatus = isRecoverable ? "ENABLED" : "DISABLED";
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus },
    },
  };
}
