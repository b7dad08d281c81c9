import type { Stream } from "../random";
import { pass } from "../virtualTime";

/** A failure as it lies in the failure queue. */
interface Failure {
  readonly trigger?: string;
  readonly ruleId?: string;
  readonly scheduledTime?: string;
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
  readonly tell: (subject: string, what: string) => void;
}

/** Does what the mails say: looks into Sequence where they ask for it, and runs the command. */
export class Person {
  private readonly handled = new Map<string, number>();

  constructor(private readonly options: PersonOptions) {}

  handle(subject: string, failure: Failure): void {
    const times = this.handled.get(subject) ?? 0;
    this.handled.set(subject, times + 1);
    const random = this.options.random(`person ${subject} ${times}`);
    if (!failure.command || times >= 2 || random.chance(0.3)) return;
    void this.act(subject, failure, random.between(15, 600) * 60_000);
  }

  private async act(subject: string, { trigger, scheduledTime, executed }: Failure, afterMs: number): Promise<void> {
    await pass(afterMs);
    const looks = executed === "unknown" || this.options.alwaysLooks;
    if (looks && this.options.wasExecuted(subject)) {
      this.options.tell(subject, "a person looks into Sequence, and sees that it was executed");
      return;
    }
    const confirmed = executed === "unknown" ? { confirmedNotExecutedUntil: new Date().toISOString() } : {};
    this.options.tell(subject, `a person runs the command${looks ? " after a look into Sequence" : ""}`);
    this.options.send(JSON.stringify({ trigger, scheduledTime, ...confirmed }));
  }
}
