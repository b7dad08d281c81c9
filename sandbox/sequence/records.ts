/** A request to the simulator, as it came and as it was answered. Holds no credential: headers are left out. */
export interface CallRecord {
  /** The sandbox's time, milliseconds since the epoch. */
  readonly at: number;
  readonly endpoint: "trigger" | "accounts";
  /** One of the endpoint's two paths, with or without `/remote-api`. */
  readonly path: string;
  /** As it stands in the path; of a trigger call only. */
  readonly ruleId?: string;
  readonly idempotencyKey?: string;
  /** Exactly as it was sent. */
  readonly body: string;
  /** The status of the answer; `none` if there was none; absent until then. */
  status?: number | "none";
}

/** A trigger that was accepted, and what came of it. */
export interface TriggerRecord {
  readonly requestId: string;
  readonly ruleId: string;
  /** The sandbox's time, milliseconds since the epoch. */
  readonly at: number;
  readonly idempotencyKey?: string;
  readonly testMode: boolean;
  /** One for each of the rule's actions so far; none for a rule in test mode. */
  readonly actions: ActionRecord[];
  /** All actions are through. */
  done: boolean;
}

/** What became of one of a rule's actions. Accounts are named by their names. */
export interface ActionRecord {
  readonly from: string;
  readonly to: string;
  /** The stack output that holds the amount's URL (never the URL); absent if the amount is a constant. */
  readonly output?: string;
  /**
   * `transferred`; `zero`: the amount is 0, so there is nothing to do; `skipped`: no valid amount; `refused`: the amount is
   * below the smallest transfer or not there.
   */
  readonly status: "transferred" | "zero" | "skipped" | "refused";
  readonly amountInCents?: number;
  /** Of a transferred one. */
  readonly transfer?: TransferRecord;
  /** Of a skipped or refused one. */
  readonly reason?: string;
  /** Of a skipped one whose answer was an error of the amount function: its code, and the id of its log lines. */
  readonly code?: string;
  readonly awsRequestId?: string;
  /** The HTTP API's id of the question. */
  readonly apiRequestId?: string;
}

export interface TransferRecord {
  readonly id: string;
  readonly requestId: string;
  readonly ruleId: string;
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly cents: number;
}

/** One question for an amount, and its answer. */
export interface AmountAsked {
  readonly at: number;
  readonly requestId: string;
  readonly ruleId: string;
  /** The stack output that holds the URL. */
  readonly output: string;
  readonly amountInCents?: number;
  /** The HTTP API's id of the request. */
  readonly apiRequestId?: string;
  /** Why there is no amount. */
  readonly reason?: string;
  /** Of an answer that was an error of the amount function: its code, and the id of its log lines. */
  readonly code?: string;
  readonly awsRequestId?: string;
}
