import type { CloudContext, FunctionRunner, InvocationResult } from "../types";
import { md5, type ReceivedMessage } from "./message";
import type { Queue } from "./queue";

/** What an event source mapping is declared with. */
export interface Mapping {
  /** Name or ARN. */
  readonly functionName: string;
  readonly batchSize: number;
  /** How many batches are with the function at a time. */
  readonly maximumConcurrency: number;
  /** `ReportBatchItemFailures`: the function's answer may name the messages that failed. */
  readonly reportsItemFailures: boolean;
  readonly enabled: boolean;
}

/**
 * Carries messages of one queue to one function from `start` to `stop`. A message is deleted when the function succeeded with
 * it; else it stays, and is visible again when its visibility timeout is over.
 */
export class MappingPoller {
  /** The next batch is delivered twice. */
  duplicateNext: "afterwards" | "concurrently" | undefined;
  private running = 0;
  private started = false;
  private stopListening = () => {};
  private wait: AbortController | undefined;

  constructor(
    public mapping: Mapping,
    private readonly queue: Queue,
    private readonly functions: FunctionRunner,
    private readonly context: CloudContext,
  ) {}

  get functionName(): string {
    return this.mapping.functionName;
  }

  /** Changes it while it runs. */
  change(changes: Partial<Mapping>): void {
    this.stop();
    this.mapping = { ...this.mapping, ...changes };
    this.start();
  }

  get queueArn(): string {
    return this.queue.arn;
  }

  start(): void {
    if (!this.mapping.enabled || this.started) return;
    this.started = true;
    this.stopListening = this.queue.onChange(() => this.pump());
    this.pump();
  }

  stop(): void {
    this.started = false;
    this.stopListening();
    this.wait?.abort();
  }

  private pump(): void {
    while (this.started && this.running < this.mapping.maximumConcurrency) {
      const batch = this.queue.receive(this.mapping.batchSize);
      if (batch.length === 0) break;
      this.running += 1;
      const delivered = this.deliver(batch).finally(() => {
        this.running -= 1;
        this.pump();
      });
      void this.context.clock.track(delivered);
    }
    this.pumpWhenVisible();
  }

  /** Waits for the next message to become visible. One that is visible already is taken when a running batch ends. */
  private pumpWhenVisible(): void {
    // With a reason, because each abort would make an error otherwise.
    this.wait?.abort("something changed");
    const next = this.queue.nextVisibleAt();
    if (!this.started || next === undefined || next <= this.context.clock.now()) return;
    this.wait = new AbortController();
    this.context.clock.sleepUntil(next, this.wait.signal).then(
      () => this.pump(),
      () => {},
    );
  }

  private async deliver(batch: readonly ReceivedMessage[]): Promise<void> {
    const duplicate = this.duplicateNext;
    this.duplicateNext = undefined;
    const first = this.invoke(batch);
    if (duplicate !== "concurrently") await first;
    if (duplicate) await Promise.all([first, this.invoke(batch)]);
  }

  private async invoke(batch: readonly ReceivedMessage[]): Promise<void> {
    const { functionName } = this.mapping;
    let result: InvocationResult;
    try {
      result = await this.functions.invoke(functionName, sqsEvent(batch, this.queue.arn, this.context.region));
    } catch (error) {
      result = {
        requestId: "",
        error: { type: "InvokeFailed", message: error instanceof Error ? error.message : String(error) },
      };
    }
    const failed = this.failedOf(batch, result);
    for (const message of batch) if (!failed.has(message.messageId)) this.queue.delete(message.receiptHandle);
    this.context.journal.record("queue.delivered", {
      queue: this.queue.name,
      function: functionName,
      requestId: result.requestId,
      messageIds: batch.map((message) => message.messageId),
      failedMessageIds: [...failed],
    });
  }

  private failedOf(batch: readonly ReceivedMessage[], result: InvocationResult): ReadonlySet<string> {
    const all = batch.map((message) => message.messageId);
    if (result.error) return new Set(all);
    return new Set(this.mapping.reportsItemFailures ? failedItems(result.payload, all) : []);
  }
}

/** The event that Lambda makes of a batch: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
function sqsEvent(batch: readonly ReceivedMessage[], queueArn: string, region: string): unknown {
  return {
    Records: batch.map((message) => ({
      messageId: message.messageId,
      receiptHandle: message.receiptHandle,
      body: message.body,
      attributes: message.attributes,
      messageAttributes: {},
      md5OfBody: md5(message.body),
      eventSource: "aws:sqs",
      eventSourceARN: queueArn,
      awsRegion: region,
    })),
  };
}

/**
 * The messages that a function's answer names as failed. As in Lambda nothing, null or an empty list means that all succeeded,
 * and an answer that can't be understood, or names a message that isn't in the batch, that all failed
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
function failedItems(payload: unknown, messageIds: readonly string[]): readonly string[] {
  if (payload === undefined || payload === null) return [];
  if (typeof payload !== "object" || Array.isArray(payload)) return messageIds;
  const failures = (payload as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return [];
  if (!Array.isArray(failures)) return messageIds;
  const failed = failures.map((failure) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return failed.every((id): id is string => messageIds.includes(id as string)) ? failed : messageIds;
}
