import { didYouMean } from "../../../lambda/agreements/didYouMean";
import { given } from "../../../lambda/agreements/given";
import type { WorkMessage } from "../../../lambda/agreements/workMessage";
import type { LedgerItem } from "../../../lambda/triggers/lifecycle/ledgerItem";
import { messageByHand } from "../../../lambda/triggers/telling/failure";
import { reasonOf } from "../aws/explain";
import { sendMessage } from "../aws/queue";
import { StackError } from "../exit";
import type { LiveStack, LiveTriggers } from "../find/live";
import { type LedgerTable, ledgerOf, readOccurrence } from "../ledger/readLedger";
import { refuseWhilePaused } from "../ledger/stopSwitch";
import { type Course, courseOf } from "./course";
import { type Failed, failedOf } from "./failed";
import { deleteMessage, type HeldMessage, heldElsewhere, withMessages } from "./queues";

/** A failure, and what can be done about it now. */
export interface Looked {
  readonly failed: Failed;
  readonly item: LedgerItem | undefined;
  readonly course: Course;
}

/** A failure whose occurrence was sent. */
export interface Sent extends Looked {
  /** Why the failure could not be deleted then, if it could not. */
  readonly undeleted?: string;
}

/** Works on the failure queues of one stack. */
export class Failures {
  private readonly table: LedgerTable;

  constructor(
    private readonly stack: LiveStack,
    private readonly triggers: LiveTriggers,
  ) {
    this.table = ledgerOf(stack, triggers);
  }

  /** All of them, oldest first, as the ledger knows them now. */
  list(): Promise<readonly Looked[]> {
    return withMessages(this.stack, this.triggers, (messages) => Promise.all(messages.map((each) => this.look(each))));
  }

  /** About how many more there are that can't be taken, because somebody else looks at them. */
  hidden(): Promise<number> {
    return heldElsewhere(this.stack, this.triggers);
  }

  /** The one whose id begins so. */
  one(id: string): Promise<Looked> {
    return withMessages(this.stack, this.triggers, (messages) => this.look(named(messages, id)));
  }

  /** Deletes it. Returns what it was. */
  discard(id: string): Promise<Looked> {
    return withMessages(this.stack, this.triggers, async (messages) => {
      const looked = await this.look(named(messages, id));
      await deleteMessage(this.stack, looked.failed.message);
      return looked;
    });
  }

  /**
   * Sends the message that runs it, then deletes the failure. If this process dies in between, or may not delete, the failure is still
   * there, and the occurrence runs once all the same: its key is the ledger's. `confirmedUntil`: a person has seen that it was not
   * executed by then.
   */
  run(
    id: string,
    { confirmedUntil, unchecked = false }: { readonly confirmedUntil?: string; readonly unchecked?: boolean },
  ): Promise<Sent> {
    return withMessages(this.stack, this.triggers, async (messages) => {
      const looked = await this.look(named(messages, id));
      const { failed, course } = looked;
      const isConfirmed = course.can === "confirm" && course.until === confirmedUntil;
      if (course.can !== "run" && !isConfirmed) throw new StackError("problem", whyNot(failed, course));
      await refuseWhilePaused(this.table);
      await this.send(looked, { confirmedUntil, unchecked });
      try {
        await deleteMessage(this.stack, failed.message);
        return looked;
      } catch (error) {
        return { ...looked, undeleted: reasonOf(error) };
      }
    });
  }

  private async send(
    { failed: { message, occurrence, title }, item }: Looked,
    { confirmedUntil, unchecked }: { readonly confirmedUntil: string | undefined; readonly unchecked: boolean },
  ): Promise<void> {
    // An event that the ledger doesn't know has its payload in its own message only.
    const isNewEvent = message.isDeadEvent && item === undefined;
    if (isNewEvent && unchecked)
      throw new StackError(
        "usage",
        `${title} can't be run with --unchecked: the ledger doesn't know it, so that its own message is sent again as it is. Run it without; if it fails then because of an amount, run that failure with --unchecked. Nothing was done`,
      );
    const byHand = { ...messageByHand({ ...occurrence, trigger: String(occurrence?.trigger) }) } as WorkMessage;
    const body = JSON.stringify({
      ...byHand,
      ...given({ confirmedNotExecutedUntil: confirmedUntil }),
      ...(unchecked ? { unchecked } : {}),
    });
    const QueueUrl = isNewEvent ? String(this.triggers.eventQueueUrl) : this.triggers.workQueueUrl;
    const again = "Its failure is still there: type the same again, it runs once all the same";
    await sendMessage(this.stack.clients, QueueUrl, isNewEvent ? message.body : body, again);
  }

  private async look(message: HeldMessage): Promise<Looked> {
    const failed = failedOf(message, this.triggers.config, this.stack.now());
    const item = failed.occurrence ? await readOccurrence(this.table, failed.occurrence.key) : undefined;
    return { failed, item, course: courseOf(failed, item) };
  }
}

/** Why `run` sends nothing, and what to do. */
export function whyNot({ title, id }: Failed, course: Course): string {
  if (course.can === "confirm")
    return (
      `it is not known whether ${title} was executed, so it isn't run: running it twice would move the money twice. Look in Sequence, not before ${course.until}, ` +
      `whether the rule ran. If it did, "failures discard ${id}". Only if it did not and should, "failures confirm-not-executed ${id}"`
    );
  return course.can === "run" ? "it can be run" : `${title} isn't run. ${course.why}`;
}

function named(messages: readonly HeldMessage[], id: string): HeldMessage {
  const found = messages.filter(({ messageId }) => messageId.startsWith(id));
  const [message] = found;
  if (message && found.length === 1) return message;
  const ids = messages.map(({ messageId }) => messageId.slice(0, 8));
  throw new StackError(
    "usage",
    message
      ? `several failures begin with "${id}": give more of the id, such as ${message.messageId}`
      : `there is no failure "${id}": "failures" lists ${ids.length === 0 ? "none now" : ids.slice(0, 20).join(", ")}${didYouMean(id, ids)}. One that somebody else looks at is there again after a minute`,
  );
}
