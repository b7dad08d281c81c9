import type { Stream } from "../random";
import { pass } from "../virtualTime";

/** A failure as it lies in the failure queue. */
interface Failure {
  readonly trigger?: string;
  readonly scheduledTime?: string;
  readonly event?: string;
  readonly executed?: "no" | "unknown";
  readonly command?: string;
}

export interface PersonOptions {
  readonly random: (subject: string) => Stream;
  /** Whoever reads "no" doesn't have to look into Sequence, unless he knows of another stack. */
  readonly alwaysLooks: boolean;
  /** What Sequence's own page shows. */
  readonly wasExecuted: (subject: string) => boolean;
  readonly send: (body: string) => void;
  /** Puts an event into the event queue once more. */
  readonly sendEvent: (subject: string) => void;
  readonly tell: (subject: string, what: string) => void;
}

/** Does what the mails say: looks into Sequence where they ask for it, and runs the command. */
export class Person {
  private readonly handled = new Map<string, number>();

  constructor(private readonly options: PersonOptions) {}

  handle(subject: string, failure: Failure): void {
    const afterMs = this.actsAfterMs(subject);
    const canAct = failure.command !== undefined || failure.event !== undefined;
    if (canAct && afterMs !== undefined) void this.act(subject, failure, afterMs);
  }

  /** An event's message was refused: it is sent again as it should be, which is safe. */
  handleRefused(subject: string): void {
    const afterMs = this.actsAfterMs(subject);
    if (afterMs === undefined) return;
    void pass(afterMs).then(() => {
      this.options.tell(subject, "a person corrects the sender, and sends the event again");
      this.options.sendEvent(subject);
    });
  }

  private actsAfterMs(subject: string): number | undefined {
    const times = this.handled.get(subject) ?? 0;
    this.handled.set(subject, times + 1);
    const random = this.options.random(`person ${subject} ${times}`);
    return times >= 2 || random.chance(0.3) ? undefined : random.between(15, 600) * 60_000;
  }

  private async act(subject: string, failure: Failure, afterMs: number): Promise<void> {
    const { trigger, scheduledTime, event, executed, command } = failure;
    await pass(afterMs);
    const looks = executed === "unknown" || this.options.alwaysLooks;
    if (looks && this.options.wasExecuted(subject)) {
      this.options.tell(subject, "a person looks into Sequence, and sees that it was executed");
      return;
    }
    const confirmed = executed === "unknown" ? { confirmedNotExecutedUntil: new Date().toISOString() } : {};
    const after = looks ? " after a look into Sequence" : "";
    this.options.tell(subject, `a person ${command ? "runs the command" : "sends the event again"}${after}`);
    if (!command) return this.options.sendEvent(subject);
    this.options.send(JSON.stringify({ trigger, scheduledTime, event, ...confirmed }));
  }
}
