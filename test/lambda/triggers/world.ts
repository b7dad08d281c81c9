import type { CheckedAmounts } from "../../../lambda/agreements/amountCheck";
import type { FailureMessage } from "../../../lambda/agreements/failureMessage";
import type { TriggerFunctionConfig, TriggerSchedule } from "../../../lambda/agreements/triggerConfig";
import type { WorkMessage } from "../../../lambda/agreements/workMessage";
import { SequenceError, type SequenceErrorDetails } from "../../../lambda/client";
import type { JsonObject, TriggerReceipt } from "../../../lambda/client/types";
import type { Logger } from "../../../lambda/log";
import { SecretError } from "../../../lambda/secrets";
import type { CheckRecord } from "../../../lambda/triggers/check/record";
import { createTriggerHandler, type QueueResponse } from "../../../lambda/triggers/handler";
import type { LedgerItem } from "../../../lambda/triggers/lifecycle/ledgerItem";
import type {
  AmountLog,
  DeployedSchedule,
  Ledger,
  MailText,
  Note,
  SequenceCaller,
  TriggerDeps,
  WorkQueue,
} from "../../../lambda/triggers/ports";

export const WORK_QUEUE = "arn:aws:sqs:us-east-1:123456789012:work";
export const EVENT_QUEUE = "arn:aws:sqs:us-east-1:123456789012:events";
export const PAYDAY_TIME = "2026-12-01T14:00:00Z";
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

const PAYDAY_SCHEDULE: TriggerSchedule = {
  name: "payday",
  expression: "cron(0 14 * * ? *)",
  timezone: "UTC",
  enabled: true,
};

/** A trigger at 14:00 UTC every day, and what goes with it. */
export function aConfig(changes: Partial<TriggerFunctionConfig> = {}): TriggerFunctionConfig {
  return {
    version: 1,
    triggers: {
      payday: {
        ruleId: "ru_1",
        apiSecretArn: "arn:secret:payday",
        schedule: PAYDAY_SCHEDULE,
      },
    },
    maxAgeMinutes: 360,
    dryRun: false,
    notifyOnSuccess: false,
    ...changes,
  };
}

/** The same with a trigger that events set off, of the same rule unless it is given another. */
export function aConfigWithEvents(
  changes: Partial<TriggerFunctionConfig> = {},
  ruleId = "ru_1",
): TriggerFunctionConfig {
  const config = aConfig(changes);
  const invoice = { ruleId, apiSecretArn: "arn:secret:invoice", payload: { by: "default" } };
  return { ...config, triggers: { ...config.triggers, invoice } };
}

/** The ledger as DynamoDB keeps it: each write compares versions and sets in one step. */
class MemoryLedger implements Ledger {
  readonly items = new Map<string, LedgerItem>();
  check: CheckRecord | undefined;
  readonly notes = new Map<string, Note>();
  /** Called before every access; what it throws is what the access throws. */
  before: (operation: "read" | "write", item?: LedgerItem) => void | Promise<void> = () => {};
  /** Called after every write took place: what it throws is an answer that got lost. */
  after: (item: LedgerItem) => void | Promise<void> = () => {};

  async read(key: string): Promise<LedgerItem | undefined> {
    await this.before("read");
    return this.items.get(key);
  }

  async write(item: LedgerItem): Promise<boolean> {
    await this.before("write", item);
    if ((this.items.get(item.key)?.version ?? 0) !== item.version - 1) return false;
    this.items.set(item.key, item);
    await this.after(item);
    return true;
  }

  async readCheck(): Promise<CheckRecord | undefined> {
    await this.before("read");
    return this.check;
  }

  async writeCheck(record: CheckRecord): Promise<boolean> {
    await this.before("write");
    if ((this.check?.version ?? 0) !== record.version - 1) return false;
    this.check = record;
    return true;
  }

  async readNote(name: string): Promise<Note | undefined> {
    await this.before("read");
    return this.notes.get(name);
  }

  async writeNote(name: string, note: Note): Promise<boolean> {
    await this.before("write");
    if ((this.notes.get(name)?.version ?? 0) !== note.version - 1) return false;
    this.notes.set(name, note);
    return true;
  }

  async *all(): AsyncGenerator<LedgerItem> {
    await this.before("read");
    yield* this.items.values();
  }

  only(): LedgerItem {
    const items = [...this.items.values()];
    if (items.length !== 1) throw new Error(`${items.length} items in the ledger`);
    return items[0] as LedgerItem;
  }
}

export interface SequenceCall {
  readonly ruleId: string;
  readonly key: string;
  readonly body: string;
  readonly deadlineMs: number;
  readonly maxAttempts: number;
}

export function receipt(call: { ruleId: string; key: string }, changes: Partial<TriggerReceipt> = {}): TriggerReceipt {
  const { ruleId, key } = call;
  const message = `Rule with id ${ruleId} has been triggered`;
  return { ruleId, requestId: "req_1", message, testMode: false, attempts: 1, idempotencyKey: key, ...changes };
}

export function refusal(details: Partial<SequenceErrorDetails> & Pick<SequenceErrorDetails, "code">): SequenceError {
  return new SequenceError(`triggerRule ru_1: ${details.code}`, { outcome: "not-executed", attempts: 1, ...details });
}

export const tooMany = (retryAfterMs?: number) =>
  refusal({ code: "TOO_MANY_REQUESTS", status: 429, retryable: true, retryAfterMs });
export const noAnswer = () => refusal({ code: "TIMEOUT", retryable: true, outcome: "unknown" });
export const invalidRequest = () => refusal({ code: "INVALID_REQUEST", status: 400 });
export const wrongSecret = () => refusal({ code: "INVALID_API_SECRET", status: 401, requestId: "req_401" });
export const unfilledSecret = () =>
  refusal({
    code: "NO_CREDENTIAL",
    attempts: 0,
    retryable: true,
    cause: Object.assign(new Error("Secret arn:secret:payday has no value yet. Fill it"), { code: "SECRET_UNFILLED" }),
  });

/** Everything around the handler, in memory, with a clock that tests move. */
export class World {
  now = Date.parse(PAYDAY_TIME) + 20_000;
  config: TriggerFunctionConfig;
  readonly ledger = new MemoryLedger();
  readonly calls: SequenceCall[] = [];
  readonly failures: FailureMessage[] = [];
  readonly mails: MailText[] = [];
  readonly delays: number[] = [];
  /** To which queues. */
  readonly putBackTo: string[] = [];
  readonly metrics: { name: string; value: number }[] = [];
  readonly events: { level: string; event: string; fields: object }[] = [];
  readonly schedules = new Map<string, DeployedSchedule | Error>();
  /** What Sequence does with a call. */
  answer: (call: SequenceCall) => TriggerReceipt | Promise<TriggerReceipt> = (call) => receipt(call);
  /** Secrets that can't be used, by ARN. */
  readonly badSecrets = new Set<string>();
  /** What the amount function says of amounts; undefined: there is none. */
  check: ((names: readonly string[], limitMs: number) => CheckedAmounts | Promise<CheckedAmounts>) | undefined;
  /** The amount function's log, a page an entry; undefined: there is none. */
  logPages: (() => Awaited<ReturnType<AmountLog["page"]>>["lines"][]) | undefined;
  failureQueueError: Error | undefined;
  mailError: Error | undefined;
  putBackError: Error | undefined;
  remainingMs = 30_000;
  random = 0;
  hasTopic = true;

  constructor(config: Partial<TriggerFunctionConfig> = {}) {
    this.config = aConfig(config);
  }

  /** A handler of its own, as a new process of the function has. */
  handler(): ReturnType<typeof createTriggerHandler> {
    return createTriggerHandler(this.deps());
  }

  deps(): TriggerDeps {
    return {
      config: this.config,
      ledger: this.ledger,
      ...(this.config.digest ? { ledgerReader: this.ledger } : {}),
      workQueue: this.queue("work"),
      ...(this.takesEvents ? { eventQueue: this.queue("events") } : {}),
      failureQueue: {
        send: async (message) => {
          if (this.failureQueueError) throw this.failureQueueError;
          this.failures.push(message as FailureMessage);
        },
      },
      ...(this.hasTopic ? { mail: { send: async (mail: MailText) => this.receive(mail) } } : {}),
      schedules: {
        get: async (name) => {
          const found = this.schedules.get(name);
          if (found instanceof Error) throw found;
          return found;
        },
      },
      sequence: { triggerRule: (ruleId, options) => this.call(ruleId, options) },
      ...(this.logPages ? { amountLog: { page: async (of) => this.logPage(of) } } : {}),
      ...(this.check ? { amounts: { check: async (names, limitMs) => this.check?.(names, limitMs) ?? {} } } : {}),
      secrets: {
        credential: (arn, field) => ({
          get: async () => {
            if (this.badSecrets.has(arn))
              throw new SecretError("SECRET_UNFILLED", arn, `Secret ${arn} has no value yet.`);
            return `secret of ${field}`;
          },
        }),
      },
      logger: this.logger(),
      region: "us-east-1",
      now: () => this.now,
      random: () => this.random,
      sleep: async () => {},
    };
  }

  /** Delivers one message to `handler`; the answer says whether it is done with. */
  async handle(
    message: WorkMessage | string | object,
    options: {
      receiveCount?: number;
      sentAt?: number;
      handler?: ReturnType<typeof createTriggerHandler>;
      queue?: string;
    } = {},
  ): Promise<"done" | "back"> {
    const handler = options.handler ?? this.handler();
    const response: QueueResponse = await handler(
      {
        Records: [
          {
            messageId: "m-1",
            receiptHandle: "r-1",
            body: typeof message === "string" ? message : JSON.stringify(message),
            eventSourceARN: options.queue ?? WORK_QUEUE,
            attributes: {
              SentTimestamp: String(options.sentAt ?? this.now),
              ApproximateReceiveCount: String(options.receiveCount ?? 1),
            },
          },
        ],
      },
      { awsRequestId: "aws-1", getRemainingTimeInMillis: () => this.remainingMs },
    );
    return response.batchItemFailures.length === 0 ? "done" : "back";
  }

  /** Switches the stop switch on, as a person does with the AWS CLI. */
  pause(): void {
    this.ledger.notes.set("pause", { version: 0 });
  }

  resume(): void {
    this.ledger.notes.delete("pause");
  }

  /** The sum of a metric. */
  count(name: string): number {
    return this.metrics.filter((metric) => metric.name === name).reduce((sum, { value }) => sum + value, 0);
  }

  private async call(ruleId: string, options: Parameters<SequenceCaller["triggerRule"]>[1]): Promise<TriggerReceipt> {
    const { idempotencyKey: key, payload, deadlineMs, maxAttempts } = options;
    const call = { ruleId, key, body: JSON.stringify(payload satisfies JsonObject), deadlineMs, maxAttempts };
    this.calls.push(call);
    return this.answer(call);
  }

  private logPage({ from, to, token }: Parameters<AmountLog["page"]>[0]): Awaited<ReturnType<AmountLog["page"]>> {
    const pages = this.logPages?.() ?? [];
    const index = Number(token ?? 0);
    const lines = (pages[index] ?? []).filter(({ at }) => at >= from && at < to);
    return { lines, token: index + 1 < pages.length ? String(index + 1) : undefined };
  }

  private queue(name: string): WorkQueue {
    return {
      url: `https://sqs.us-east-1.amazonaws.com/123456789012/${name}`,
      putBack: async (_handle, seconds) => {
        this.delays.push(seconds);
        this.putBackTo.push(name);
        if (this.putBackError) throw this.putBackError;
      },
    };
  }

  private get takesEvents(): boolean {
    return Object.values(this.config.triggers).some(({ schedule }) => schedule === undefined);
  }

  private receive(mail: MailText): void {
    if (this.mailError) throw this.mailError;
    this.mails.push(mail);
  }

  private logger(): Logger {
    const log =
      (level: string) =>
      (event: string, fields: object = {}) =>
        void this.events.push({ level, event, fields });
    const logger: Logger = {
      info: log("info"),
      warn: log("warn"),
      error: log("error"),
      with: () => logger,
      metric: (name, value) => void this.metrics.push({ name, value }),
    };
    return logger;
  }
}

/** The message of the payday schedule. */
export const scheduled = (changes: object = {}) => ({
  trigger: "payday",
  ruleId: "ru_1",
  scheduledTime: PAYDAY_TIME,
  ...changes,
});

/** The message of a person who asks for the payday occurrence once more. */
export const byHand = (changes: object = {}) => ({ trigger: "payday", scheduledTime: PAYDAY_TIME, ...changes });

/** A Sequence, or a port, that fails with `error` each time. */
export const throwing = (error: Error) => () => {
  throw error;
};
