import type { CloudContext, FunctionRunner, InvocationResult } from "../types";
import type { Queue, ReceivedMessage } from "./queue";
import { failedItems, sqsEvent } from "./sqsEvent";

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
    private readonly mapping: Mapping,
    private readonly queue: Queue,
    private readonly functions: FunctionRunner,
    private readonly context: CloudContext,
  ) {}

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

  /** Something already visible waits for a free place instead, and is taken when a batch ends. */
  private pumpWhenVisible(): void {
    this.wait?.abort();
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
