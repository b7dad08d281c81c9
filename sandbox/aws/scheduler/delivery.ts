import { randomUUID } from "node:crypto";
import type { Authorizer, CloudContext, FunctionRunner, QueueSender } from "../types";
import { type ContextAttributes, messageOf } from "./contextAttributes";
import type { ScheduleDeclaration } from "./declaration";

export interface DeliveryServices {
  readonly authorizer: Authorizer;
  readonly queues: QueueSender;
  readonly functions: FunctionRunner;
}

/** A schedule as a delivery needs it. */
export interface DeliveredSchedule {
  readonly name: string;
  readonly group: string;
  readonly arn: string;
  readonly declaration: ScheduleDeclaration;
}

/** One occurrence on its way to the target. */
interface Delivery {
  readonly schedule: DeliveredSchedule;
  /** Milliseconds since the epoch. */
  readonly scheduledTime: number;
  /** From 1. */
  readonly attempt: number;
}

/** AWS says "exponential backoff" without figures; these are ours. */
const FIRST_BACKOFF_MS = 60_000;
const LONGEST_BACKOFF_MS = 900_000;

/** Brings occurrences to their targets: tries again by the schedule's retry policy, then puts them into its dead-letter queue. */
export class Deliverer {
  constructor(
    private readonly context: CloudContext,
    private readonly services: DeliveryServices,
    /** Ends the waits between tries. */
    private readonly stopped: AbortSignal,
  ) {}

  /** Makes the first try; later ones follow on the clock. */
  deliver(schedule: DeliveredSchedule, scheduledTime: number): void {
    this.attempt({ schedule, scheduledTime, attempt: 1 });
  }

  private attempt(delivery: Delivery): void {
    const { journal } = this.context;
    const { target } = delivery.schedule.declaration;
    const message = messageOf(target.input, this.attributesOf(delivery));
    try {
      const messageId = this.hand(delivery, message);
      journal.record("scheduler.fired", { ...described(delivery), target: target.arn, messageId });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      journal.record("scheduler.failed", { ...described(delivery), target: target.arn, reason });
      this.retryOrDrop(delivery, message, reason);
    }
  }

  private attributesOf({ schedule, scheduledTime, attempt }: Delivery): ContextAttributes {
    // The execution id is documented as one of each attempted invocation, not of each occurrence.
    const executionId = (this.context.newId ?? randomUUID)();
    return { scheduleArn: schedule.arn, scheduledTime, executionId, attemptNumber: attempt };
  }

  /** The message's id if the target is a queue. Throws if the target doesn't take the message. */
  private hand({ schedule }: Delivery, message: string): string | undefined {
    const { arn, roleArn } = schedule.declaration.target;
    const { queues, functions } = this.services;
    if (arn.startsWith("arn:aws:sqs:")) {
      this.requireRight(roleArn, "sqs:SendMessage", arn);
      return queues.send(arn, message);
    }
    this.requireRight(roleArn, "lambda:InvokeFunction", arn);
    if (!functions.exists(arn)) throw new Error(`Function not found: ${arn}`);
    // Asynchronously, as Scheduler does: its job ends when Lambda has taken the event.
    const invoked = functions.invoke(arn, JSON.parse(message)).catch((error: Error) => {
      this.context.journal.record("scheduler.functionFailed", { schedule: schedule.name, reason: error.message });
    });
    void this.context.clock.track(invoked);
    return undefined;
  }

  private retryOrDrop(delivery: Delivery, message: string, reason: string): void {
    const { schedule, scheduledTime, attempt } = delivery;
    const { maximumRetryAttempts, maximumEventAgeInSeconds } = schedule.declaration.target;
    const next = this.context.clock.now() + Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), LONGEST_BACKOFF_MS);
    if (attempt > maximumRetryAttempts) this.drop(delivery, message, `${reason} (no tries left)`);
    else if (next > scheduledTime + maximumEventAgeInSeconds * 1000)
      this.drop(delivery, message, `${reason} (older than ${maximumEventAgeInSeconds} seconds at the next try)`);
    else
      this.context.clock.sleepUntil(next, this.stopped).then(
        () => this.attempt({ ...delivery, attempt: attempt + 1 }),
        () => {},
      );
  }

  private drop(delivery: Delivery, message: string, reason: string): void {
    const { arn, roleArn, deadLetterArn } = delivery.schedule.declaration.target;
    let deadLettered = false;
    let why = deadLetterArn === undefined ? `${reason}; there is no dead-letter queue` : reason;
    if (deadLetterArn !== undefined) {
      try {
        this.requireRight(roleArn, "sqs:SendMessage", deadLetterArn);
        this.services.queues.send(deadLetterArn, deadLetterEvent(arn, message));
        deadLettered = true;
      } catch (error) {
        why = `${reason}; dead-letter queue: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
    this.context.journal.record("scheduler.dropped", {
      ...described(delivery),
      deadLettered,
      deadLetterArn,
      reason: why,
    });
  }

  private requireRight(roleArn: string, action: string, resource: string): void {
    const { allowed, reason } = this.services.authorizer.authorize({ roleArn, action, resource });
    if (allowed) return;
    this.context.journal.record("iam.denied", { role: roleArn, action, resource });
    throw new Error(`${roleArn} is not authorized to perform ${action} on ${resource}: ${reason}`);
  }
}

function described({ schedule, scheduledTime, attempt }: Delivery): Record<string, unknown> {
  const time = new Date(scheduledTime).toISOString();
  return { schedule: schedule.name, group: schedule.group, scheduledTime: time, attempt };
}

/**
 * Scheduler's dead-letter event: the call that it didn't get done, not the bare input
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html). AWS adds message attributes with the error,
 * which the sandbox's queues don't have: the journal says it.
 */
function deadLetterEvent(targetArn: string, message: string): string {
  const [, , service, region, account, name] = targetArn.split(":");
  return JSON.stringify(
    service === "sqs"
      ? { MessageBody: message, QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${name}` }
      : { FunctionName: targetArn, InvocationType: "Event", Payload: message },
  );
}
