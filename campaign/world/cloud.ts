import { receivesWithin } from "../../lambda/agreements/redelivery";
import { LONGEST_MAX_AGE_MINUTES } from "../../lambda/agreements/triggerConfig";
import { SCHEDULED_TIME } from "../../lambda/agreements/workMessage";
import { createJournal } from "../../sandbox/aws/journal";
import { Queues } from "../../sandbox/aws/queues";
import type { Queue } from "../../sandbox/aws/queues/queue";
import { Scheduler } from "../../sandbox/aws/scheduler";
import { SecretsManager } from "../../sandbox/aws/secrets";
import { Tables } from "../../sandbox/aws/table";
import { Topics } from "../../sandbox/aws/topics";
import type { Authorizer, AwsApi, CloudContext, CreateRequest, FunctionRunner } from "../../sandbox/aws/types";
import { SandboxClock } from "../../sandbox/clock";
import type { PlannedTrigger } from "../plan";
import type { Stream } from "../random";

export const GROUP = "schedules";
export const HEARTBEAT = "heartbeat";
/** As the component declares them. */
const FUNCTION_TIMEOUT_SECONDS = 60;
const DAY_SECONDS = 86_400;

/** Rights are tested elsewhere. */
const EVERYTHING_ALLOWED: Authorizer = {
  authorize: () => ({ allowed: true, reason: "the campaign allows everything" }),
  canAssume: () => ({ allowed: true, reason: "the campaign allows everything" }),
  credentialsOf: () => {
    throw new Error("nothing signs a request in the campaign");
  },
  roleOf: () => undefined,
};

export interface CloudOptions {
  readonly random: Stream;
  /** Takes what Scheduler sends to the work queue; `deliver` puts it there. */
  readonly onScheduled: (body: string, deliver: () => string) => string;
  /** What Scheduler invokes, if its targets are functions. */
  readonly functions?: FunctionRunner;
}

/** The sandbox's services on the campaign's clock, with the resources that the component declares. */
export class CampaignCloud {
  readonly clock = new SandboxClock();
  readonly context: CloudContext;
  readonly tables: Tables;
  readonly secrets: SecretsManager;
  readonly topics: Topics;
  readonly scheduler: Scheduler;
  readonly work: Queue;
  readonly failures: Queue;
  readonly events: Queue;
  readonly eventDeadLetters: Queue;
  readonly topicArn: string;
  readonly queues: Queues;
  private readonly secretArns = new Map<string, string>();
  private readonly queueUrls = new Map<string, string>();

  constructor({ random, onScheduled, functions }: CloudOptions) {
    const { clock } = this;
    const journal = createJournal(clock, 1_000);
    this.context = {
      clock,
      accountId: "123456789012",
      region: "us-east-1",
      directory: "",
      journal,
      newId: () => random.id(),
    };
    this.queues = new Queues(this.context);
    this.tables = new Tables(this.context);
    this.secrets = new SecretsManager(this.context);
    this.topics = new Topics(this.context);
    this.failures = this.queue("failures", { messageRetentionSeconds: 14 * DAY_SECONDS });
    this.work = this.sourceQueue("work", this.failures);
    this.eventDeadLetters = this.queue("event-dead-letters", { messageRetentionSeconds: 14 * DAY_SECONDS });
    this.events = this.sourceQueue("events", this.eventDeadLetters);
    this.make(this.tables, "aws:dynamodb/table:Table", "ledger", {
      name: "ledger",
      hashKey: "key",
      attributes: [{ name: "key", type: "S" }],
      ttl: { attributeName: "expiresAt", enabled: true },
    });
    this.topicArn = String(this.make(this.topics, "aws:sns/topic:Topic", "mails", {}).arn);
    this.make(this.topics, "aws:sns/topicSubscription:TopicSubscription", "mails", {
      topic: this.topicArn,
      protocol: "email",
      endpoint: "you@example.com",
    });
    this.scheduler = new Scheduler(this.context, {
      authorizer: EVERYTHING_ALLOWED,
      queues: {
        send: (arn, body) => {
          const deliver = () => this.queues.send(arn, body);
          return arn === this.work.arn ? onScheduled(body, deliver) : deliver();
        },
      },
      functions: functions ?? noFunctions(),
    });
    this.make(this.scheduler, "aws:scheduler/scheduleGroup:ScheduleGroup", GROUP, { name: GROUP });
  }

  /** Declares the schedule of a trigger, as the component does. */
  addSchedule(trigger: PlannedTrigger, payload: object, targetArn = this.work.arn, extra: object = {}): void {
    const input = { trigger: trigger.name, ruleId: trigger.ruleId, scheduledTime: SCHEDULED_TIME, payload, ...extra };
    this.schedule(trigger.name, trigger.expression, trigger.timezone, input, targetArn);
  }

  addHeartbeat(): void {
    this.schedule(HEARTBEAT, "cron(7 10 * * ? *)", "UTC", { heartbeat: SCHEDULED_TIME }, this.work.arn);
  }

  /** The ARN of a secret, which is made with `value` if there is none of that name. */
  secret(name: string, value: string): string {
    const known = this.secretArns.get(name);
    if (known) return known;
    const arn = String(this.make(this.secrets, "aws:secretsmanager/secret:Secret", name, { name }).arn);
    this.secrets.put(arn, value);
    this.secretArns.set(name, arn);
    return arn;
  }

  private schedule(name: string, expression: string, timezone: string, input: object, targetArn: string): void {
    this.make(this.scheduler, "aws:scheduler/schedule:Schedule", name, {
      name,
      groupName: GROUP,
      flexibleTimeWindow: { mode: "OFF" },
      scheduleExpression: expression,
      scheduleExpressionTimezone: timezone,
      state: "ENABLED",
      target: {
        arn: targetArn,
        roleArn: "arn:aws:iam::123456789012:role/scheduler",
        input: JSON.stringify(input),
        retryPolicy: { maximumEventAgeInSeconds: 3_600, maximumRetryAttempts: 185 },
        deadLetterConfig: { arn: this.failures.arn },
      },
    });
  }

  urlOf({ name }: Queue): string {
    return this.queueUrls.get(name) as string;
  }

  private sourceQueue(name: string, deadLetters: Queue): Queue {
    return this.queue(name, {
      visibilityTimeoutSeconds: 6 * FUNCTION_TIMEOUT_SECONDS,
      messageRetentionSeconds: 4 * DAY_SECONDS,
      redrivePolicy: JSON.stringify({
        deadLetterTargetArn: deadLetters.arn,
        maxReceiveCount: receivesWithin(LONGEST_MAX_AGE_MINUTES),
      }),
    });
  }

  private queue(name: string, settings: Record<string, unknown>): Queue {
    const { arn, url } = this.make(this.queues, "aws:sqs/queue:Queue", name, settings);
    const queue = this.queues.get(String(arn));
    this.queueUrls.set(queue.name, String(url));
    return queue;
  }

  private make(
    service: { readonly resources: Readonly<Record<string, (request: CreateRequest) => unknown>> },
    type: string,
    name: string,
    inputs: Record<string, unknown>,
  ): Record<string, unknown> {
    const create = service.resources[type];
    if (!create) throw new Error(`nothing makes a ${type}`);
    return (create({ type, name, inputs, archives: {} }) as { state: Record<string, unknown> }).state;
  }
}

/** Calls an operation of a service without the wire, and throws its errors as the SDK does: named by their code. */
export async function callOperation(api: AwsApi, operation: string, input: object): Promise<unknown> {
  const known = api.operations[operation];
  if (!known) throw new Error(`${api.signingName} has no ${operation}`);
  try {
    return await known.run(input as Record<string, unknown>);
  } catch (error) {
    if (error instanceof Error && "code" in error) throw sdkError(String(error.code), error.message);
    throw error;
  }
}

export function sdkError(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}

function noFunctions(): FunctionRunner {
  const none = () => {
    throw new Error("Scheduler invokes no function here");
  };
  return { invoke: none, exists: () => false, roleOf: none };
}
