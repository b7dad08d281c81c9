import assert from "node:assert/strict";
import { utcSeconds } from "../../../../lambda/agreements/instant";
import { isScheduled, type ScheduledSpec, type TriggerSchedule } from "../../../../lambda/agreements/triggerConfig";
import { occurrenceKey } from "../../../../lambda/triggers/lifecycle/key";
import type { LedgerItem } from "../../../../lambda/triggers/lifecycle/ledgerItem";
import type { DeployedSchedule } from "../../../../lambda/triggers/ports";
import { HOUR, PAYDAY_TIME, World } from "../world";

export const DAY = 24 * HOUR;
export const PAYDAY = Date.parse(PAYDAY_TIME);
/** The message of the daily check. */
export const heartbeat = (world: World) => ({ heartbeat: new Date(world.now).toISOString() });

/** A world whose schedules are as deployed, made two days before payday. */
export function healthy(config: ConstructorParameters<typeof World>[0] = {}): World {
  const world = new World(config);
  world.schedules.set("payday", asDeployed());
  return world;
}

export function asDeployed(changes: Partial<DeployedSchedule> = {}): DeployedSchedule {
  return {
    enabled: true,
    expression: "cron(0 14 * * ? *)",
    timezone: "UTC",
    startsAt: undefined,
    endsAt: undefined,
    changedAt: PAYDAY - 2 * DAY,
    input: JSON.stringify({ trigger: "payday", ruleId: "ru_1", scheduledTime: "<aws.scheduler.scheduled-time>" }),
    ...changes,
  };
}

/** A world that was checked the day before payday. */
export async function checkedBefore(config: ConstructorParameters<typeof World>[0] = {}): Promise<World> {
  const world = healthy(config);
  world.schedules.set("payday", asDeployed({ changedAt: PAYDAY - 20 * HOUR }));
  world.now = PAYDAY - 8 * HOUR;
  await world.handle(heartbeat(world));
  assert.deepEqual(world.failures, []);
  world.metrics.length = 0;
  world.now = PAYDAY + 20_000;
  return world;
}

export const told = (world: World) => world.failures.map(({ trigger, scheduledTime }) => `${trigger} ${scheduledTime}`);
export const mailed = (world: World) => world.mails.map(({ text }) => text).join("\n");

export async function check(world: World, now: number): Promise<"done" | "back"> {
  world.now = now;
  return world.handle(heartbeat(world));
}

export function payday(world: World): ScheduledSpec {
  const spec = world.config.triggers.payday;
  assert.ok(isScheduled(spec));
  return spec;
}

/** Deploys another schedule for payday. The world's Scheduler has it from `changedAt`. */
export function deploy(world: World, changes: Partial<TriggerSchedule>, changedAt: number): void {
  const spec = payday(world);
  const schedule = { ...spec.schedule, ...changes };
  world.config = { ...world.config, triggers: { ...world.config.triggers, payday: { ...spec, schedule } } };
  const { enabled, expression, timezone } = schedule;
  world.schedules.set("payday", asDeployed({ enabled, expression, timezone, changedAt }));
}

export function executed(world: World, time: number, changes: Partial<LedgerItem> = {}): void {
  const scheduledTime = utcSeconds(time);
  const key = occurrenceKey({ ruleId: "ru_1", scheduledTime });
  world.ledger.items.set(key, {
    key,
    version: 2,
    state: "executed",
    outcome: "executed",
    trigger: "payday",
    ruleId: "ru_1",
    scheduledTime,
    body: "{}",
    attempts: 1,
    updatedAt: new Date(time).toISOString(),
    expiresAt: Math.ceil(time / 1000) + 400 * 86_400,
    ...changes,
  });
}
