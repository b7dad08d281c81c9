import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as random from "@pulumi/random";
import type { RemoteApiArgs, TriggerArgs } from "../../provider";
import { quickstartApi, quickstartArgs } from "./quickstartProgram";
import { declareComponent } from "./support";

const payday = quickstartArgs().triggers?.payday as TriggerArgs;

/** Every way in which the children refer to each other. */
const programs: Record<string, Partial<RemoteApiArgs>> = {
  "with values that are given": { urlKeys: ["v2", "v1"], tags: { team: "finance" } },
  "with secrets that are left to the operator": {
    accessToken: undefined,
    triggers: { payday: { ...payday, apiSecret: undefined, payload: { note: "payday" } } },
  },
  "without alarms and amounts": {
    amounts: undefined,
    accessToken: undefined,
    ceilingCents: undefined,
    alarms: false,
    alarmEmail: undefined,
  },
};

describe("children that don't exist yet, as with pulumi up --target", () => {
  for (const [title, changes] of Object.entries(programs))
    it(`are no reason to fail, ${title}; the outputs make up nothing`, async () => {
      const { component, resources } = await declareComponent(() => quickstartApi(changes), { nothingMade: true });
      assert.ok(resources.length > 10);
      assert.doesNotMatch(JSON.stringify(component.values), /undefined|null|NaN/);
      assert.deepEqual(component.values.amountUrls ?? {}, {});
    });

  it("may be the program's own: a secret, a topic, a value", async () => {
    const { resources } = await declareComponent(
      () => {
        const given = new aws.secretsmanager.Secret("given");
        const topic = new aws.sns.Topic("topic");
        const value = new random.RandomPassword("value", { length: 20 });
        return quickstartApi({
          accessTokenSecretArn: given.arn,
          accessToken: undefined,
          triggers: { payday: { ...payday, apiSecret: value.result } },
          alarmEmail: undefined,
          alarmTopicArn: topic.arn,
        });
      },
      { nothingMade: true },
    );
    assert.ok(resources.length > 20);
    const stored = resources.filter(({ type }) => type === "aws:secretsmanager/secretVersion:SecretVersion");
    // Not "{}", which would look like a filled secret.
    assert.deepEqual(
      stored.map(({ inputs }) => inputs.secretString ?? undefined),
      [undefined],
    );
  });
});
