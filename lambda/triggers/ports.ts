import type { CheckedAmounts } from "../agreements/amountCheck";
import type { FailureMessage, ReturnedFailure } from "../agreements/failureMessage";
import type { TriggerMetric } from "../agreements/metrics";
import type { TriggerFunctionConfig } from "../agreements/triggerConfig";
import type { CredentialSource, JsonObject, TriggerReceipt } from "../client/types";
import type { Logger } from "../log";
import type { CheckRecord } from "./check/record";
import type { LedgerReader } from "./history";
import type { LedgerItem } from "./lifecycle/ledgerItem";

/** A queue that messages come from. */
export interface WorkQueue {
  /** Its last two parts are the account and the queue's name. */
  readonly url: string;
  /** Keeps the message away for `delaySeconds` (0 to 43,200). */
  putBack(receiptHandle: string, delaySeconds: number): Promise<void>;
}

/** Where failures wait for a person. */
export interface FailureQueue {
  send(message: FailureMessage | ReturnedFailure): Promise<void>;
}

/** The ledger's table. A read sees every earlier write. */
export interface Ledger {
  read(key: string): Promise<LedgerItem | undefined>;
  /** Writes the whole item if its version follows the stored one's. False if another writer was faster. */
  write(item: LedgerItem): Promise<boolean>;
  readCheck(): Promise<CheckRecord | undefined>;
  /** Writes the record like an item. */
  writeCheck(record: CheckRecord): Promise<boolean>;
  /** A note of `ledgerNotes`. */
  readNote(name: string): Promise<Note | undefined>;
  /** Writes a note like an item. */
  writeNote(name: string, note: Note): Promise<boolean>;
}

/** What the table keeps beside occurrences. One that a person put there may have no version. */
export interface Note {
  readonly version: number;
  readonly [attribute: string]: string | number | boolean;
}

export interface MailText {
  /** ASCII, under 100 characters, as SNS demands. */
  readonly subject: string;
  readonly text: string;
}

export interface Mail {
  send(mail: MailText): Promise<void>;
}

/** What Scheduler says of a schedule, as far as the daily check compares it. */
export interface DeployedSchedule {
  readonly enabled: boolean;
  readonly expression: string;
  readonly timezone: string;
  /** Milliseconds since the epoch. */
  readonly startsAt: number | undefined;
  readonly endsAt: number | undefined;
  /** When it was made or last changed, milliseconds since the epoch. */
  readonly changedAt: number | undefined;
  /** The message that it sends. */
  readonly input: string | undefined;
}

export interface Schedules {
  /** Undefined if there is no such schedule. */
  get(name: string): Promise<DeployedSchedule | undefined>;
}

/** The part of `SequenceClient` that is used. */
export interface SequenceCaller {
  triggerRule(
    ruleId: string,
    options: {
      apiSecret: CredentialSource;
      idempotencyKey: string;
      payload: JsonObject;
      maxAttempts: number;
      deadlineMs: number;
      /** With `{ruleId}` in it. Defaults to the function's. */
      triggerPath?: string | undefined;
    },
  ): Promise<TriggerReceipt>;
}

/** The amount function, as far as it tells whether amounts can be answered. */
export interface AmountChecker {
  /** Rejects if nothing is known of them: the function was throttled, say, or isn't deployed yet. */
  check(names: readonly string[], limitMs: number): Promise<CheckedAmounts>;
}

/** The amount function's log. */
export interface AmountLog {
  /**
   * Lines between two times; `amount` is what was asked for, undefined of a check, and `failed` says that the answer was an error. A page
   * may be empty and have a token.
   */
  page(of: { readonly from: number; readonly to: number; readonly token: string | undefined }): Promise<{
    readonly lines: readonly { readonly at: number; readonly amount: string | undefined; readonly failed?: boolean }[];
    readonly token: string | undefined;
  }>;
}

/** The part of `SecretCache` that is used. */
interface Secrets {
  credential(arn: string, field: string): CredentialSource;
}

/** What the trigger handler works with. */
export interface TriggerDeps {
  readonly config: TriggerFunctionConfig;
  readonly ledger: Ledger;
  readonly workQueue: WorkQueue;
  /** Absent if every trigger has a schedule. */
  readonly eventQueue?: WorkQueue;
  readonly failureQueue: FailureQueue;
  /** Absent if there is nobody to write to. */
  readonly mail?: Mail;
  readonly schedules: Schedules;
  readonly sequence: SequenceCaller;
  /** Absent if no trigger says what its rule asks for. */
  readonly amounts?: AmountChecker;
  /** Absent if no trigger expects its rule to ask. */
  readonly amountLog?: AmountLog;
  /** Absent without `digest`. */
  readonly ledgerReader?: LedgerReader;
  readonly secrets: Secrets;
  readonly logger: Logger<TriggerMetric>;
  /** For the command in mails. */
  readonly region?: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** A unique name for a delivery. Defaults to `randomUUID`. */
  readonly newId?: () => string;
}

/** One message, on one of its deliveries. */
export interface Delivery {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** When it was put into the queue, milliseconds since the epoch. */
  readonly sentAt: number;
  /** 1 for the first delivery. */
  readonly receiveCount: number;
  /** How long Lambda lets the function run on. */
  remainingMs(): number;
}

/** Whether a message is done with or comes back. */
export type Verdict = { readonly done: true } | { readonly done: false; readonly retryInMs: number };

export const DONE: Verdict = { done: true };
export const retryIn = (ms: number): Verdict => ({ done: false, retryInMs: ms });
