import assert from "node:assert/strict";
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
