import type { Queue } from "../../sandbox/aws/queues/queue";
import type { WorldParts } from "./parts";
import type { Person } from "./person";
import { type Said, saidIn, subjectSaid } from "./subject";

interface Failure extends Said {
  readonly version?: number;
  readonly executed?: "no" | "unknown";
  readonly command?: string;
  /** Of one that was refused: as it came, in quotation marks if a sender of events wrote it. */
  readonly message?: string;
  /** Of Scheduler's own dead-letter event. */
  readonly MessageBody?: string;
}

/** Takes every message out of the failure queue and the event dead-letter queue as it comes, counts it, and gives it to a person. */
export class FailureReader {
  private readonly known = new Set<string>();

  constructor(
    private readonly world: WorldParts,
    private readonly person: Person | undefined,
  ) {}

  start(): void {
    const { failures, eventDeadLetters } = this.world.cloud;
    this.readFrom(failures, (body) => this.read(body));
    this.readFrom(eventDeadLetters, (body) => this.tell(saidIn(body), "unknown", "the event dead-letter queue"));
  }

  private readFrom(queue: Queue, read: (body: string) => void): void {
    let isReading = false;
    const readAll = () => {
      isReading = false;
      for (const { body, receiptHandle } of queue.receive(10)) {
        read(body);
        queue.delete(receiptHandle);
      }
    };
    queue.onChange(() => {
      if (isReading) return;
      isReading = true;
      queueMicrotask(readAll);
    });
  }

  private read(body: string): void {
    const outer = saidIn(body) as Failure;
    const failure = outer.MessageBody === undefined ? outer : (saidIn(outer.MessageBody) as Failure);
    const refused = refusedEvent(failure);
    if (subjectSaid(failure, this.world.deployment) !== undefined) this.world.failureBodies.push(body);
    // One that was redriven comes back as it is: it says what was so when it was told, and tells nothing new.
    if (!refused && this.known.has(body)) return;
    this.known.add(body);
    // What isn't the handler's own is there as it came: nothing is said of it.
    const executed = failure.version === 1 ? (failure.executed ?? "unknown") : "unknown";
    const subject = this.tell(refused ?? failure, executed, "the failure queue");
    if (subject === undefined || failure.version !== 1) return;
    this.world.counter.toldByFunction(subject);
    if (refused) this.person?.handleRefused(subject);
    else this.person?.handle(subject, failure);
  }

  /** The occurrence that people are told of, if they are told of one. */
  private tell(said: Said, executed: "no" | "unknown", where: string): string | undefined {
    const subject = subjectSaid(said, this.world.deployment);
    if (subject === undefined) return undefined;
    this.world.story.tell(subject, `${where} has it: executed ${executed}`);
    this.world.counter.told(subject, Date.now(), executed);
    return subject;
  }
}

/** The event in a message of the event queue that was refused. What a sender forges names none. */
export function refusedEvent({ trigger, message }: Pick<Failure, "trigger" | "message">): Said | undefined {
  if (trigger !== undefined || !message?.startsWith('"')) return undefined;
  const { trigger: meant, event } = saidIn(JSON.parse(message) as string);
  return event === undefined ? undefined : { trigger: meant, event };
}
