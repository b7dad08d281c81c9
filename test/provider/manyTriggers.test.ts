import assert from "node:assert/strict";
import { RemoteApi, type TriggerArgs } from "../../provider";
import { quickstartArgs } from "./quickstartProgram";
import { declare, named, ofType } from "./support";

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
});
