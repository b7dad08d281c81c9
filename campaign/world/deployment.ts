import { given } from "../../lambda/agreements/given";
import type { TriggerFunctionConfig } from "../../lambda/agreements/triggerConfig";
import type { JsonObject } from "../../lambda/client/types";
import type { PlannedTrigger } from "../plan";
import { type CampaignCloud, HEARTBEAT } from "./cloud";

export interface DeploymentOptions {
  readonly maxAgeMinutes: number;
  readonly keyMemoryMinutes: number;
  readonly notifyOnSuccess: boolean;
}

/** What is deployed at present, and how it changes: `pulumi up` in the middle of everything. */
export class Deployment {
  /** Processes of an earlier version take no new message. */
  version = 1;
  private triggers: { planned: PlannedTrigger; payload: JsonObject }[];
  /** Every name that a rule's trigger ever had. */
  private readonly rules = new Map<string, string>();
  private endDate: string | undefined;

  constructor(
    private readonly cloud: CampaignCloud,
    private readonly options: DeploymentOptions,
    planned: readonly PlannedTrigger[],
    private readonly apiSecretOf: (ruleId: string) => string,
  ) {
    this.triggers = planned.map((trigger) => ({ planned: trigger, payload: { version: 1 } }));
    for (const { name, ruleId } of planned) this.rules.set(name, ruleId);
    for (const { planned: trigger, payload } of this.triggers) cloud.addSchedule(trigger, payload);
    cloud.addHeartbeat();
  }

  config(): TriggerFunctionConfig {
    const { endDate } = this;
    const triggers = this.triggers.map(({ planned, payload }) => {
      const { asks, holdUntilKnown, everyWeeks, from, skipDates } = planned;
      const spec = {
        ruleId: planned.ruleId,
        apiSecretArn: this.secretOf(planned.ruleId),
        payload,
        ...given({ asks, holdUntilKnown }),
        schedule: {
          name: planned.name,
          expression: planned.expression,
          timezone: planned.timezone,
          enabled: true,
          ...given({ endDate, everyWeeks, from, skipDates }),
        },
      };
      return [planned.name, spec] as const;
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

  nameOf(ruleId: string): string {
    return this.of(ruleId).planned.name;
  }

  /** As a rule's trigger was planned. */
  planned(ruleId: string): PlannedTrigger {
    return this.of(ruleId).planned;
  }

  again(): void {
    this.version += 1;
  }

  changePayload(ruleId: string): void {
    const trigger = this.of(ruleId);
    this.replace(ruleId, { ...trigger, payload: { version: this.version + 1 } });
  }

  rename(ruleId: string): void {
    const trigger = this.of(ruleId);
    const name = `${trigger.planned.name.replace(/-v\d+$/, "")}-v${this.version + 1}`;
    this.rules.set(name, ruleId);
    this.replace(ruleId, { ...trigger, planned: { ...trigger.planned, name } });
  }

  /** Nothing is due after `instant`. The schedules fire on, as for every end date: Scheduler isn't told of it. */
  end(instant: number): void {
    this.endDate = new Date(instant).toISOString();
    this.version += 1;
  }

  private of(ruleId: string) {
    const found = this.triggers.find(({ planned }) => planned.ruleId === ruleId);
    if (!found) throw new Error(`no trigger has the rule ${ruleId}`);
    return found;
  }

  private replace(ruleId: string, next: (typeof this.triggers)[number]): void {
    const { planned } = this.of(ruleId);
    this.cloud.scheduler.remove(planned.name);
    this.cloud.addSchedule(next.planned, next.payload);
    this.triggers = this.triggers.map((trigger) => (trigger.planned.ruleId === ruleId ? next : trigger));
    this.version += 1;
  }
}
