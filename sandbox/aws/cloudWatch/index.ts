import type { Logs } from "../logs";
import type { Queues } from "../queues";
import type { Topics } from "../topics";
import {
  AwsError,
  type CloudContext,
  type Created,
  type CreateRequest,
  type JournalEntry,
  type Service,
} from "../types";
import { Alarm, type AlarmChange } from "./alarm";
import type { AlarmSummary } from "./alarmSummary";
import { cloudWatchApi } from "./api";
import { checkDashboardBody, checkDashboardName } from "./dashboard";
import { type AlarmDeclaration, alarmDeclaration } from "./declaration";
import { embeddedMetrics, type Sample } from "./embeddedMetrics";
import { MetricFilters } from "./metricFilters";
import { keyOf, MetricStore } from "./metricStore";
import { notification } from "./notification";
import { QueueGauges } from "./queueGauges";
import { hasSource, serviceMetrics } from "./serviceMetrics";

export type { AlarmSummary } from "./alarmSummary";

/** What CloudWatch watches, and whom it tells. */
export interface CloudWatchOptions {
  readonly logs: Pick<Logs, "subscribe" | "hasGroup">;
  readonly queues: Pick<Queues, "messages">;
  readonly topics: Pick<Topics, "publish">;
}

/**
 * CloudWatch: metrics out of the logs (embedded in lines, or counted by metric filters) and of what the sandbox's services do, and
 * the declared alarms on them. An alarm's topics hear of it by the right of every topic's default policy, without a role.
 */
export class CloudWatch implements Service {
  readonly resources = {
    "aws:cloudwatch/metricAlarm:MetricAlarm": (request: CreateRequest) => this.createAlarm(request),
    "aws:cloudwatch/dashboard:Dashboard": (request: CreateRequest) => this.createDashboard(request),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": (request: CreateRequest) => this.filters.create(request),
  };
  readonly api = cloudWatchApi({
    alarms: () => this.live.values(),
    gauges: () => this.gauges,
    now: () => this.context.clock.now(),
  });
  private readonly live = new Map<string, Alarm>();
  private readonly dashboards = new Set<string>();
  private readonly filters: MetricFilters;
  private readonly store = new MetricStore();
  private readonly gauges: QueueGauges;
  private isRunning = false;
  /** The one wait for the alarm that is due first. */
  private wait: { readonly until: number; readonly controller: AbortController } | undefined;

  constructor(
    private readonly context: CloudContext,
    private readonly options: CloudWatchOptions,
  ) {
    this.gauges = new QueueGauges(context, options.queues);
    this.filters = new MetricFilters(options.logs);
    options.logs.subscribe((line) => this.record([...embeddedMetrics(line.message), ...this.filters.samples(line)]));
    context.journal.subscribe((entry) => this.onEntry(entry));
  }

  start(): void {
    this.isRunning = true;
    for (const alarm of this.live.values()) this.begin(alarm);
    this.awaitNext();
  }

  stop(): void {
    this.isRunning = false;
    this.wait?.controller.abort();
  }

  alarms(): AlarmSummary[] {
    return [...this.live.values()].map(({ declaration: { name, logicalName }, state, reason, since }) => ({
      name,
      logicalName,
      state,
      reason,
      since,
    }));
  }

  /** As a person in the AWS console might: changes what an alarm is declared with. */
  change(alarmName: string, changes: Partial<AlarmDeclaration>): void {
    const alarm = this.live.get(alarmName);
    if (!alarm) throw new AwsError("ResourceNotFound", `There is no alarm ${alarmName}.`, 404);
    alarm.declaration = { ...alarm.declaration, ...changes };
  }

  private createAlarm(request: CreateRequest): Created {
    const { region, accountId, clock } = this.context;
    const declaration = alarmDeclaration(request);
    const { name, metric } = declaration;
    if (this.live.has(name)) throw taken("alarm", name);
    const arn = `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;
    this.live.set(name, new Alarm(declaration, arn, { store: this.store, gauges: this.gauges }, clock.now()));
    this.store.watch(metric);
    const { actionsEnabled, treatMissingData } = declaration;
    const { inputs } = request;
    return {
      id: name,
      state: { ...inputs, id: name, name, arn, actionsEnabled, treatMissingData, tagsAll: inputs.tags ?? {} },
    };
  }

  private createDashboard({ inputs }: CreateRequest): Created {
    const name = checkDashboardName(inputs.dashboardName);
    checkDashboardBody(inputs.dashboardBody);
    if (this.dashboards.has(name)) throw taken("dashboard", name);
    this.dashboards.add(name);
    const dashboardArn = `arn:aws:cloudwatch::${this.context.accountId}:dashboard/${name}`;
    return { id: name, state: { ...inputs, id: name, dashboardArn } };
  }

  /** An alarm on a metric that the sandbox doesn't have says so, and is not shown as OK. */
  private begin(alarm: Alarm): void {
    const { name, metric } = alarm.declaration;
    if (!hasSource(metric)) {
      alarm.reason = `the sandbox has no metric ${metric.namespace} ${metric.name} of ${Object.keys(metric.dimensions).join(", ") || "no dimension"}`;
      this.context.journal.record("alarm.notWatched", { alarm: name, reason: alarm.reason });
      return;
    }
    const change = alarm.begin(this.context.clock.now());
    // AWS sends this first OK too, but nobody has confirmed the new subscription yet, so nobody gets the mail.
    if (change) this.report(alarm, change, { tell: change.to !== "OK" });
  }

  private onEntry(entry: JournalEntry): void {
    this.record(serviceMetrics(entry));
    if (entry.kind === "queue.sent") this.onMessage(entry.queue);
    if (entry.kind === "queue.redriven") this.onMessage(entry.to);
  }

  private onMessage(queue: unknown): void {
    for (const alarm of this.live.values()) alarm.onMessage(String(queue), this.context.clock.now());
    this.awaitNext();
  }

  private record(samples: readonly Sample[]): void {
    for (const { id, at, value } of samples) {
      this.store.add(id, at, value);
      const key = keyOf(id);
      for (const alarm of this.live.values()) if (alarm.metricKey === key) alarm.onData(at);
    }
    if (samples.length > 0) this.awaitNext();
  }

  private awaitNext(): void {
    const due = [...this.live.values()].flatMap(({ dueAt }) => dueAt ?? []);
    const until = Math.min(...due);
    if (!this.isRunning || due.length === 0 || this.wait?.until === until) return;
    this.wait?.controller.abort();
    const controller = new AbortController();
    this.wait = { until, controller };
    this.context.clock.sleepUntil(until, controller.signal).then(
      () => this.evaluateDue(),
      () => {},
    );
  }

  private evaluateDue(): void {
    this.wait = undefined;
    const now = this.context.clock.now();
    for (const alarm of this.live.values()) {
      if (alarm.dueAt === undefined || alarm.dueAt > now) continue;
      const change = alarm.evaluate(now);
      if (change) this.report(alarm, change, { tell: true });
    }
    this.awaitNext();
  }

  private report(alarm: Alarm, change: AlarmChange, { tell }: { tell: boolean }): void {
    const { declaration } = alarm;
    const { from, to, reason } = change;
    this.context.journal.record("alarm.changed", { alarm: declaration.name, from, to, reason });
    if (!tell || !declaration.actionsEnabled) return;
    for (const topicArn of declaration.actions[to]) this.publish(alarm, change, topicArn);
  }

  /** An action that fails doesn't keep the alarm from its state, nor the others from hearing of it. */
  private publish(alarm: Alarm, change: AlarmChange, topicArn: string): void {
    try {
      this.options.topics.publish(topicArn, notification(alarm, change, this.context));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.context.journal.record("alarm.actionFailed", { alarm: alarm.declaration.name, action: topicArn, reason });
    }
  }
}

/** In AWS the second one would overwrite the first. */
function taken(what: string, name: string): AwsError {
  return new AwsError(
    "ResourceAlreadyExists",
    `There is a second ${what} named "${name}": give each a name of its own.`,
  );
}
