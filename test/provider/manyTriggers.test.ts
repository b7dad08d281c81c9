import assert from "node:assert/strict";
import { scheduledTriggers } from "../../lambda/agreements/triggerConfig";
import type { DeployedSchedule } from "../../lambda/triggers/ports";
import { RemoteApi, type TriggerArgs } from "../../provider";
import { HOUR, World } from "../lambda/triggers/world";
import { quickstartArgs } from "./quickstartProgram";
import { declare, named, ofType } from "./support";

const DAY = 24 * HOUR;
const arnOf = (rule: number) =>
  `arn:aws:secretsmanager:us-east-1:123456789012:secret:sequence/rules/rule-${rule}-AbCdEf`;

/** That many triggers, each of a rule of its own. */
function many(count: number, secret: (rule: number) => Partial<TriggerArgs>, name = "sequence") {
  const triggers = Object.fromEntries(
    Array.from({ length: count }, (_, rule): [string, TriggerArgs] => [
      `trigger-${rule}`,
      {
        ruleId: `ru_${rule}`,
        schedule: `cron(${rule % 60} 9 1,15 * ? *)`,
        timezone: "America/New_York",
        ...secret(rule),
      },
    ]),
  );
  return declare(() => void new RemoteApi(name, { ...quickstartArgs(), triggers }));
}

/** That many triggers under the longest names, rules and expressions that are taken, which leave out so many days together. */
function longest(count: number, skipDates: number, timezone = "America/Argentina/ComodRivadavia") {
  const years = Array.from({ length: 38 }, (_, year) => 2027 + year).join(",");
  const dates = Array.from({ length: skipDates }, (_, day) =>
    new Date((20_000 + day) * DAY).toISOString().slice(0, 10),
  );
  const triggers = Object.fromEntries(
    Array.from({ length: count }, (_, index): [string, TriggerArgs] => [
      `${index}`.padStart(64, "t"),
      {
        ruleId: `${index}`.padStart(128, "r"),
        apiSecretArn: arnOf(1),
        schedule: `cron(0 9 ? JAN,FEB,MAR,APR,MAY,JUN,JUL,AUG,SEP,OCT,NOV FRI ${years})`,
        timezone,
        ...{ startDate: "2027-01-01T00:00:00Z", endDate: "2037-01-01T00:00:00Z" },
        skipDates: dates.slice(Math.ceil((index * skipDates) / count), Math.ceil(((index + 1) * skipDates) / count)),
      },
    ]),
  );
  return declare(() => void new RemoteApi("sequence", { ...quickstartArgs(), triggers }));
}

describe("many triggers", () => {
  it("have room in one policy: 200 on one secret, under the longest name that AWS takes for the functions", async () => {
    // Lambda's names are up to 64 long, seven digits of Pulumi's included.
    const name = "s".repeat(64 - "-triggers-function-1234567".length);
    const declared = await many(200, () => ({ apiSecretArn: arnOf(1) }), name);
    assert.equal(ofType(declared, "aws:scheduler/schedule:Schedule").length, 201);
    const { policy } = named(declared, `${name}-triggers-policy`).inputs as { policy: string };
    assert.ok(policy.length < 4_000, `${policy.length} characters`);
  });

  it("may have a secret each, as long as their ARNs have room", async () => {
    const declared = await many(70, (rule) => ({ apiSecretArn: arnOf(rule) }));
    const { policy } = named(declared, "sequence-triggers-policy").inputs as { policy: string };
    assert.ok(policy.length < 10_240, `${policy.length} characters`);
    await assert.rejects(
      many(80, (rule) => ({ apiSecretArn: arnOf(rule) })),
      /triggers: has 80 different values of apiSecretArn with \d+ characters; they must have at most 6240, .*: put the API secrets of several rules into one secret/,
    );
  });

  it("may leave out 2,500 days together, which the daily check's one item holds even if all of them have just been changed", async () => {
    const world = new World();
    world.now = Date.parse("2027-03-01T07:17:00Z");
    for (const timezone of ["America/Argentina/ComodRivadavia", "America/Indiana/Tell_City"]) {
      const { archives } = await longest(200, 2_500, timezone);
      world.config = JSON.parse(String(archives["sequence-triggers-function"]?.["config.json"]));
      for (const [, { schedule }] of scheduledTriggers(world.config))
        world.schedules.set(schedule.name, { enabled: true, changedAt: world.now - HOUR } as DeployedSchedule);
      await world.handle({ heartbeat: new Date(world.now).toISOString() });
      world.now += DAY;
    }
    const { watched, ended } = world.ledger.check ?? {};
    assert.deepEqual([Object.keys(watched ?? {}).length, ended?.length], [200, 200]);
    const bytes = Buffer.byteLength(JSON.stringify(world.ledger.check));
    assert.ok(bytes < 400 * 1024, `${bytes} bytes`);
    await assert.rejects(
      longest(10, 2_501),
      /triggers: has 2501 skipDates; they must be at most 2500 together: take out the days that are over/,
    );
  });
});
