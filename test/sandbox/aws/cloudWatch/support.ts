import assert from "node:assert/strict";
import { CloudWatch } from "../../../../sandbox/aws/cloudWatch";
import { Logs } from "../../../../sandbox/aws/logs";
import { Queues } from "../../../../sandbox/aws/queues";
import type { Queue } from "../../../../sandbox/aws/queues/queue";
import { Topics } from "../../../../sandbox/aws/topics";
import { authorizerAllowing, cloudContext, request } from "../queues/support";

export const START = "2026-12-01T09:00:00Z";
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
export const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
export const GROUP = "/aws/lambda/fn";

/** Takes every message that waits in the queue and deletes it, as a person would. */
export function empty(queue: Queue): void {
  for (const { receiptHandle } of queue.receive(10)) queue.delete(receiptHandle);
}

/** CloudWatch with logs, queues and a topic that mails, and no functions. */
export class AlarmWorld {
  readonly context = cloudContext(START);
  readonly logs = new Logs(this.context, authorizerAllowing([]));
  readonly queues = new Queues(this.context);
  readonly topics = new Topics(this.context);
  readonly cloudWatch = new CloudWatch(this.context, { logs: this.logs, queues: this.queues, topics: this.topics });
  readonly topicArn: string;

  constructor() {
    this.logs.resources["aws:cloudwatch/logGroup:LogGroup"](request("", "logs", { name: GROUP }));
    this.topicArn = String(this.make(this.topics, "aws:sns/topic:Topic", "topic", { name: "topic" }).arn);
    const mail = { topic: this.topicArn, protocol: "email", endpoint: "me@example.com" };
    this.make(this.topics, "aws:sns/topicSubscription:TopicSubscription", "mail", mail);
  }

  /** Declares an alarm on the metric `Failures` of the namespace `Test` under `FunctionName` = `fn`. */
  alarm(inputs: Record<string, unknown> = {}, name = "failures"): Record<string, unknown> {
    return this.cloudWatch.resources[ALARM](request(ALARM, name, { ...alarmInputs(this.topicArn), ...inputs })).state;
  }

  queue(name: string): string {
    return String(this.make(this.queues, "aws:sqs/queue:Queue", name, { name }).arn);
  }

  /** A function writes its metric into its log. */
  emit(value: number, { name = "Failures", at = this.context.clock.now() } = {}): void {
    this.logs.append(GROUP, "stream", embedded({ [name]: value }, at));
  }

  async pass(ms: number): Promise<void> {
    await this.context.clock.advanceTo(this.context.clock.now() + ms);
  }

  get state(): string | undefined {
    return this.cloudWatch.alarms()[0]?.state;
  }

  get reason(): string | undefined {
    return this.cloudWatch.alarms()[0]?.reason;
  }

  /** The first words of each mail's subject. */
  get told(): string[] {
    return this.topics.mails.map(({ subject }) => subject.split(" in ")[0] as string);
  }

  /** The alarms' changes so far, each with the minutes since the start. */
  get changes(): string[] {
    const start = Date.parse(START);
    return this.context.journal.entries.flatMap(({ kind, at, to }) =>
      kind === "alarm.changed" ? [`${Math.floor((at - start) / MINUTE_MS)} ${to}`] : [],
    );
  }

  stop(): void {
    this.cloudWatch.stop();
    this.context.clock.stop();
  }

  private make(
    service: Topics | Queues,
    type: string,
    name: string,
    inputs: Record<string, unknown>,
  ): Record<string, unknown> {
    const create = (service.resources as Topics["resources"])[type];
    assert.ok(create, type);
    return (create(request(type, name, inputs)) as { state: Record<string, unknown> }).state;
  }
}

export function alarmInputs(topicArn: string): Record<string, unknown> {
  return {
    name: "failures",
    namespace: "Test",
    metricName: "Failures",
    dimensions: { FunctionName: "fn" },
    statistic: "Sum",
    threshold: 1,
    period: 300,
    evaluationPeriods: 1,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    treatMissingData: "notBreaching",
    alarmActions: [topicArn],
    okActions: [topicArn],
  };
}

/** A line in embedded metric format, as the functions write it. */
export function embedded(values: Record<string, unknown>, at: number): string {
  const Metrics = Object.keys(values).map((Name) => ({ Name, Unit: "Count" }));
  return JSON.stringify({
    _aws: { Timestamp: at, CloudWatchMetrics: [{ Namespace: "Test", Dimensions: [["FunctionName"]], Metrics }] },
    FunctionName: "fn",
    ...values,
  });
}
