import { given } from "../../lambda/agreements/given";
import type { TriggerFunctionConfig } from "../../lambda/agreements/triggerConfig";
import type { JsonObject } from "../../lambda/client/types";
import type { Plan, PlannedTrigger } from "../plan";
import type { PlannedEventTrigger } from "../plannedEvents";
import { type CampaignCloud, HEARTBEAT } from "./cloud";
import type { Named } from "./subject";

export interface DeploymentOptions {
  readonly maxAgeMinutes: number;
  readonly keyMemoryMinutes: number;
  readonly notifyOnSuccess: boolean;
  readonly digest: boolean;
}

/** A trigger as it is deployed: with a schedule, or set off by events. */
interface Deployed {
  readonly planned: PlannedTrigger | PlannedEventTrigger;
  readonly payload: JsonObject;
}

/** A rule's scheduled trigger, or the one that events set off if an event is named. */
type OfRule = Pick<Named, "ruleId" | "event">;

/** What is deployed at present, and how it changes: `pulumi up` in the middle of everything. */
export class Deployment {
  /** Processes of an earlier version take no new message. */
  version = 1;
  private triggers: Deployed[];
  /** Every name that a rule's trigger ever had. */
  private readonly rules = new Map<string, string>();
  private endDate: string | undefined;

  constructor(
    private readonly cloud: CampaignCloud,
    private readonly options: DeploymentOptions,
    private readonly plan: Pick<Plan, "triggers" | "eventTriggers">,
    private readonly apiSecretOf: (ruleId: string) => string,
  ) {
    const planned = [...plan.triggers, ...plan.eventTriggers];
    this.triggers = planned.map((trigger) => ({ planned: trigger, payload: { version: 1 } }));
    for (const { name, ruleId } of planned) this.rules.set(name, ruleId);
    for (const trigger of this.triggers) this.addSchedule(trigger);
    cloud.addHeartbeat();
  }

  get takesEvents(): boolean {
    return this.triggers.some(({ planned }) => !("expression" in planned));
  }

  config(): TriggerFunctionConfig {
    const { endDate } = this;
    const triggers = this.triggers.map(({ planned, payload }) => {
      const { name, ruleId, asks, holdUntilKnown } = planned;
      const spec = { ruleId, apiSecretArn: this.secretOf(ruleId), payload, ...given({ asks, holdUntilKnown }) };
      if (!("expression" in planned)) return [name, spec] as const;
      const { expression, timezone, everyWeeks, from, skipDates } = planned;
      const days = given({ endDate, everyWeeks, from, skipDates });
      return [name, { ...spec, schedule: { name, expression, timezone, enabled: true, ...days } }] as const;
    });
    return {
      version: 1,
      dryRun: false,
      heartbeatScheduleName: HEARTBEAT,
      ...this.options,
      triggers: Object.fromEntries(triggers),
    };
  }

  secretOf(ruleId: string): string {
    return this.cloud.secret(`secret-of-${ruleId}`, this.apiSecretOf(ruleId));
  }

  ruleOf(triggerName: string): string | undefined {
    return this.rules.get(triggerName);
  }

  nameOf(rule: OfRule): string {
    return this.of(rule).planned.name;
  }

  /** What a trigger of events was called at first. */
  firstNameOf({ ruleId }: OfRule): string {
    return this.plan.eventTriggers.find((trigger) => trigger.ruleId === ruleId)?.name ?? "";
  }

  planned(rule: OfRule): PlannedTrigger | PlannedEventTrigger {
    return this.of(rule).planned;
  }

  /** A rule's trigger that a schedule sets off. */
  scheduled(ruleId: string): PlannedTrigger {
    return this.of({ ruleId }).planned as PlannedTrigger;
  }

  again(): void {
    this.version += 1;
  }

  changePayload(rule: OfRule): void {
    const trigger = this.of(rule);
    this.replace(trigger, { ...trigger, payload: { version: this.version + 1 } });
  }

  rename(rule: OfRule): void {
    const trigger = this.of(rule);
    const name = `${trigger.planned.name.replace(/-v\d+$/, "")}-v${this.version + 1}`;
    this.rules.set(name, rule.ruleId);
    this.replace(trigger, { ...trigger, planned: { ...trigger.planned, name } });
  }

  /** Scheduler isn't told of it: the function leaves the days out. */
  changeSkipDates(ruleId: string, skipDates: readonly string[]): void {
    const trigger = this.of({ ruleId });
    const next = { ...trigger, planned: { ...trigger.planned, skipDates } };
    this.triggers = this.triggers.map((one) => (one === trigger ? next : one));
    this.version += 1;
  }

  /** Nothing is due after `instant`. The schedules fire on, as for every end date: Scheduler isn't told of it. */
  end(instant: number): void {
    this.endDate = new Date(instant).toISOString();
    this.version += 1;
  }

  private of({ ruleId, event }: OfRule): Deployed {
    const isMeant = (planned: object) => "expression" in planned === (event === undefined);
    const found = this.triggers.find(({ planned }) => planned.ruleId === ruleId && isMeant(planned));
    if (!found) throw new Error(`no trigger has the rule ${ruleId}`);
    return found;
  }

  private replace(trigger: Deployed, next: Deployed): void {
    if ("expression" in trigger.planned) this.cloud.scheduler.remove(trigger.planned.name);
    this.addSchedule(next);
    this.triggers = this.triggers.map((one) => (one === trigger ? next : one));
    this.version += 1;
  }

  private addSchedule({ planned, payload }: Deployed): void {
    if ("expression" in planned) this.cloud.addSchedule(planned, payload);
  }
}
