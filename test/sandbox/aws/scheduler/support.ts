import { Queues } from "../../../../sandbox/aws/queues";
import { Scheduler } from "../../../../sandbox/aws/scheduler";
import type { Authorizer, Created, FunctionRunner, JournalEntry } from "../../../../sandbox/aws/types";
import { ACCOUNT, authorizerAllowing, cloudContext, REGION, request } from "../queues/support";

const QUEUE = "aws:sqs/queue:Queue";
export const GROUP = "aws:scheduler/scheduleGroup:ScheduleGroup";
const SCHEDULE = "aws:scheduler/schedule:Schedule";

export const arnOf = (service: string, name: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${name}`;
export const workArn = arnOf("sqs", "work");
export const failuresArn = arnOf("sqs", "failures");
export const functionArn = arnOf("lambda", "function:worker");
export const roleArn = `arn:aws:iam::${ACCOUNT}:role/scheduler`;
export const maySend = `sqs:SendMessage ${workArn}`;
export const mayDeadLetter = `sqs:SendMessage ${failuresArn}`;
const mayInvoke = `lambda:InvokeFunction ${functionArn}`;

/** A target that takes its occurrence's time as the message. */
export const target = { arn: workArn, roleArn, input: '{"at":"<aws.scheduler.scheduled-time>"}' };

/** Scheduler with a group, two queues, and a function that notes its events. What a test sets is heeded from then on. */
export class SchedulerWorld {
  readonly context = cloudContext("2026-03-01T00:00:00Z");
  readonly queues = new Queues(this.context);
  readonly invoked: unknown[] = [];
  invoke: FunctionRunner["invoke"] = async (_arn, event) => {
    this.invoked.push(event);
    return { requestId: "r" };
  };
  /** What the role may do. */
  allowed = [maySend, mayDeadLetter, mayInvoke];
  /** Who was asked whether Scheduler may assume the role. */
  readonly assumed: Parameters<Authorizer["canAssume"]>[0][] = [];
  trusts = true;
  readonly scheduler: Scheduler;

  constructor() {
    for (const name of ["work", "failures"]) this.queues.resources[QUEUE](request(QUEUE, name, { name }));
    const authorizer: Authorizer = {
      ...authorizerAllowing([]),
      authorize: ({ action, resource, roleArn: role }) => ({
        allowed: role === roleArn && this.allowed.includes(`${action} ${resource}`),
        reason: "no statement allows it",
      }),
      canAssume: (asked) => {
        this.assumed.push(asked);
        return { allowed: this.trusts, reason: "test" };
      },
    };
    const functions: FunctionRunner = {
      invoke: (arn, event) => this.invoke(arn, event),
      exists: (arn) => arn === functionArn,
      roleOf: () => "",
    };
    this.scheduler = new Scheduler(this.context, { authorizer, queues: this.queues, functions });
    this.scheduler.resources[GROUP](request(GROUP, "group", { name: "group" }));
  }

  make(inputs: Record<string, unknown> = {}): Created {
    return this.scheduler.resources[SCHEDULE](
      request(SCHEDULE, "payday", {
        name: "payday",
        groupName: "group",
        scheduleExpression: "cron(0 9 * * ? *)",
        scheduleExpressionTimezone: "America/New_York",
        flexibleTimeWindow: { mode: "OFF" },
        target,
        ...inputs,
      }),
    );
  }

  advanceTo(time: string): Promise<void> {
    return this.context.clock.advanceTo(Date.parse(time));
  }

  bodies(arn = workArn): string[] {
    return this.queues.messages(arn).map(({ body }) => body);
  }

  entries(kind: string): JournalEntry[] {
    return this.context.journal.entries.filter((entry) => entry.kind === kind);
  }

  stop(): void {
    this.scheduler.stop();
    this.context.clock.stop();
  }
}
