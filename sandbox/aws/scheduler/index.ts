import { nextOccurrence } from "../../../lambda/schedule";
import { physicalName } from "../names";
import { type AwsApi, AwsError, type CloudContext, type Created, type CreateRequest, type Service } from "../types";
import { type ScheduleTarget, scheduleDeclaration } from "./declaration";
import { Deliverer, type DeliveryServices } from "./delivery";
import { type LiveSchedule, LiveSchedules, notFound } from "./liveSchedules";
import { schedulerApi } from "./operations";

export type SchedulerServices = DeliveryServices;

/** A schedule as people and tests see it. */
export interface ScheduleSummary {
  readonly name: string;
  readonly group: string;
  /** `cron(...)`. */
  readonly expression: string;
  /** IANA name. */
  readonly timezone: string;
  readonly enabled: boolean;
  /** Its next occurrence, milliseconds since the epoch; none if it is disabled or over. */
  readonly next: number | undefined;
}

/** One scheduled time of a schedule. */
export interface Occurrence {
  readonly schedule: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** EventBridge Scheduler: fires every enabled schedule at its occurrences on the sandbox's clock. */
export class Scheduler implements Service {
  readonly resources = {
    "aws:scheduler/scheduleGroup:ScheduleGroup": (request: CreateRequest) => this.createGroup(request),
    "aws:scheduler/schedule:Schedule": (request: CreateRequest) => this.createSchedule(request),
  };
  readonly api: AwsApi;
  private readonly groups = new Set(["default"]);
  private readonly live = new LiveSchedules();
  private readonly stopped = new AbortController();
  private readonly deliverer: Deliverer;
  private started = false;

  constructor(
    private readonly context: CloudContext,
    private readonly services: SchedulerServices,
  ) {
    this.deliverer = new Deliverer(context, services, this.stopped.signal);
    this.api = schedulerApi(
      (group, name) => this.arnOf(group, name),
      (group, name) => this.live.get(group, name),
    );
  }

  start(): void {
    this.started = true;
    for (const schedule of this.live.all()) this.fireAfter(schedule, this.context.clock.now());
  }

  stop(): void {
    this.started = false;
    this.stopped.abort();
    for (const schedule of this.live.all()) schedule.wait?.abort();
  }

  schedules(): ScheduleSummary[] {
    const now = this.context.clock.now();
    return this.live.all().map(({ name, group, declaration: { when, enabled } }) => ({
      name,
      group,
      expression: when.expression,
      timezone: when.timezone,
      enabled,
      next: enabled ? nextOccurrence(when, now) : undefined,
    }));
  }

  /** The earliest occurrence to come of any schedule. */
  nextOccurrence(): Occurrence | undefined {
    const upcoming = this.schedules().flatMap(({ name, next }) =>
      next === undefined ? [] : [{ schedule: name, at: next }],
    );
    return upcoming.sort((a, b) => a.at - b.at)[0];
  }

  /**
   * Delivers an occurrence now, whether or not the schedule is enabled: the one of `scheduledTimeMs` (by default the next one),
   * `times` times (once by default), as Scheduler may do at any time. `schedule` is a name, or `group/name`.
   *
   * Throws `AwsError` `ResourceNotFoundException` if there is no such schedule or several.
   */
  fire(schedule: string, scheduledTimeMs?: number, options: { times?: number } = {}): void {
    const found = this.live.named(schedule);
    const at = scheduledTimeMs ?? nextOccurrence(found.declaration.when, this.context.clock.now());
    if (at === undefined)
      throw new AwsError("ValidationException", `Schedule ${schedule} has no occurrence left; give a time.`);
    for (let time = 0; time < (options.times ?? 1); time++) this.deliverer.deliver(found, at);
  }

  /** As a person in the AWS console might: changes a schedule's state behind the program's back. */
  setEnabled(schedule: string, enabled: boolean): void {
    const found = this.live.named(schedule);
    found.declaration = { ...found.declaration, enabled };
    this.fireAfter(found, this.context.clock.now());
  }

  /** As a person in the AWS console might: changes when a schedule fires behind the program's back. */
  setExpression(schedule: string, expression: string): void {
    const found = this.live.named(schedule);
    found.declaration = { ...found.declaration, when: { ...found.declaration.when, expression } };
    this.fireAfter(found, this.context.clock.now());
  }

  /** As a person in the AWS console might: changes where a schedule sends its message, and how. */
  setTarget(schedule: string, changes: Partial<ScheduleTarget>): void {
    const found = this.live.named(schedule);
    found.declaration = { ...found.declaration, target: { ...found.declaration.target, ...changes } };
  }

  /** As a person in the AWS console might: deletes a schedule behind the program's back. */
  remove(schedule: string): void {
    const found = this.live.named(schedule);
    found.wait?.abort();
    this.live.remove(found);
  }

  private fireAfter(schedule: LiveSchedule, afterMs: number): void {
    schedule.wait?.abort();
    const next = nextOccurrence(schedule.declaration.when, afterMs);
    if (!this.started || !schedule.declaration.enabled || next === undefined) return;
    schedule.wait = new AbortController();
    this.context.clock.sleepUntil(next, schedule.wait.signal).then(
      () => {
        this.deliverer.deliver(schedule, next);
        this.fireAfter(schedule, next);
      },
      () => {},
    );
  }

  private createGroup(request: CreateRequest): Created {
    const name = physicalName(request, { maxLength: 64 });
    checkName(name);
    if (this.groups.has(name)) throw new AwsError("ConflictException", `Schedule group ${name} already exists.`, 409);
    this.groups.add(name);
    const arn = this.groupArn(name);
    return {
      id: name,
      state: { ...request.inputs, id: name, name, arn, state: "ACTIVE", tagsAll: request.inputs.tags ?? {} },
    };
  }

  private createSchedule(request: CreateRequest): Created {
    const { inputs } = request;
    const name = physicalName(request, { maxLength: 64 });
    checkName(name);
    const group = typeof inputs.groupName === "string" ? inputs.groupName : "default";
    if (!this.groups.has(group)) throw notFound(`Schedule group ${group} does not exist.`);
    if (this.live.has(group, name)) throw new AwsError("ConflictException", `Schedule ${name} already exists.`, 409);
    const declaration = scheduleDeclaration(request);
    this.checkTrust(declaration.target.roleArn, group);
    const { clock } = this.context;
    const arn = this.arnOf(group, name);
    const schedule: LiveSchedule = { name, group, arn, declaration, createdAt: clock.now(), wait: undefined };
    this.live.add(schedule);
    this.fireAfter(schedule, clock.now());
    const { timezone } = declaration.when;
    const id = `${group}/${name}`;
    const state = declaration.enabled ? "ENABLED" : "DISABLED";
    return {
      id,
      state: { ...inputs, id, name, groupName: group, arn, state, scheduleExpressionTimezone: timezone },
    };
  }

  /** Conditions of a role's trust are met by the schedule's group, not by the schedule. */
  private checkTrust(roleArn: string, group: string): void {
    const context = { "aws:SourceAccount": this.context.accountId, "aws:SourceArn": this.groupArn(group) };
    if (!this.services.authorizer.canAssume({ roleArn, service: "scheduler.amazonaws.com", context }).allowed)
      throw new AwsError(
        "ValidationException",
        "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
      );
  }

  private arnOf(group: string, name: string): string {
    return `arn:aws:scheduler:${this.context.region}:${this.context.accountId}:schedule/${group}/${name}`;
  }

  private groupArn(name: string): string {
    return `arn:aws:scheduler:${this.context.region}:${this.context.accountId}:schedule-group/${name}`;
  }
}

function checkName(name: string): void {
  if (!/^[\w.-]+$/.test(name))
    throw new AwsError(
      "ValidationException",
      `The name "${name}" may only have letters, digits, and the characters - _ .`,
    );
}
