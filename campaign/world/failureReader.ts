import type { WorldParts } from "./parts";
import type { Person } from "./person";
import { subjectOf } from "./subject";

interface Failure {
  readonly version?: number;
  readonly trigger?: string;
  readonly ruleId?: string;
  readonly scheduledTime?: string;
  readonly executed?: "no" | "unknown";
  readonly command?: string;
  /** Of Scheduler's own dead-letter event. */
  readonly MessageBody?: string;
}

/** Takes every message out of the failure queue as it comes, counts it, and gives it to a person. */
export class FailureReader {
  private isReading = false;
  private readonly known = new Set<string>();

  constructor(
    private readonly world: WorldParts,
    private readonly person: Person | undefined,
  ) {}

  start(): void {
    const { failures } = this.world.cloud;
    failures.onChange(() => {
      if (this.isReading) return;
      this.isReading = true;
      queueMicrotask(() => this.readAll());
    });
  }

  private readAll(): void {
    const { failures } = this.world.cloud;
    this.isReading = false;
    for (const { body, receiptHandle } of failures.receive(10)) {
      this.read(body);
      failures.delete(receiptHandle);
    }
  }

  private read(body: string): void {
    const outer = JSON.parse(body) as Failure;
    const failure = outer.MessageBody === undefined ? outer : (JSON.parse(outer.MessageBody) as Failure);
    const { trigger, ruleId, scheduledTime, version } = failure;
    const rule = ruleId ?? this.world.deployment.ruleOf(trigger ?? "");
    if (rule === undefined || scheduledTime === undefined) return;
    this.world.failureBodies.push(body);
    // One that was redriven comes back as it is: it says what was so when it was told, and tells nothing new.
    if (this.known.has(body)) return;
    this.known.add(body);
    const subject = subjectOf(rule, scheduledTime);
    // What isn't the handler's own is there as it came: nothing is said of it.
    const executed = version === 1 ? (failure.executed ?? "unknown") : "unknown";
    this.world.story.tell(subject, `the failure queue has it: executed ${executed}`);
    this.world.counter.told(subject, Date.now(), executed);
    if (version !== 1) return;
    this.world.counter.toldByFunction(subject);
    this.person?.handle(subject, failure);
  }
}
