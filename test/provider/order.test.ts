import assert from "node:assert/strict";
import { AmountKind, type RemoteApiArgs } from "../../provider";
import { declaredQuickstart, quickstart, quickstartArgs, withoutAmounts } from "./quickstartProgram";
import { type Declared, declare, named } from "./support";

describe("the order in which AWS needs things", () => {
  let declared: Declared;
  before(async () => {
    declared = await declaredQuickstart();
  });

  // Function and mapping, so that what fires at once meets a function that knows its trigger.
  const beforeSchedules = ["scheduler-policy", "schedules", "function", "mapping"].map(
    (part) => `sequence-triggers-${part}`,
  );
  const waits: [string, string[]][] = [
    ["sequence-amounts-function", ["sequence-amounts-policy"]],
    ["sequence-triggers-function", ["sequence-triggers-policy"]],
    ["sequence-triggers-mapping", ["sequence-triggers-policy", "sequence-triggers-function", "sequence-triggers-work"]],
    ["sequence-triggers-schedule-payday", beforeSchedules],
    ["sequence-triggers-heartbeat", beforeSchedules],
    ["sequence-amounts-stage", ["sequence-amounts-route", "sequence-amounts-permission"]],
  ];
  for (const [name, others] of waits)
    it(`makes ${name} after ${others.join(" and ")}`, () => {
      const { dependencies } = named(declared, name);
      for (const other of others) assert.ok(dependencies.includes(named(declared, other).urn), other);
    });

  it("hands out URLs only when requests to them are served", async () => {
    let names: unknown[] = [];
    await declare(async () => {
      const { amountUrls } = quickstart();
      // Every resource that an output came from: what a reader of it waits for.
      const { allResources } = amountUrls as unknown as { allResources(): Promise<Set<{ __name: string }>> };
      names = [...(await allResources.call(amountUrls))].map(({ __name }) => __name);
    });
    assert.ok(names.includes("sequence-amounts-stage"), names.join(", "));
  });
});

const variations: Record<string, Partial<RemoteApiArgs>> = {
  "as it is": {},
  "without amounts": withoutAmounts,
  "without triggers": { triggers: undefined },
  "with secrets to fill": {
    accessToken: undefined,
    triggers: { ...withoutSecrets(), savings: { ...payday(), ruleId: "ru_2" } },
  },
  "with an existing topic": {
    alarmEmail: undefined,
    alarmTopicArn: "arn:aws:sns:eu-central-1:123456789012:ours",
  },
  "without alarms and dashboard": { alarms: false, alarmEmail: undefined, dashboard: false },
  "with two URL keys": { urlKeys: ["v2", "v1"] },
  "with Fixed amounts only": {
    amounts: { rent: { kind: AmountKind.Fixed, cents: 100 } },
    accessToken: undefined,
    ceilingCents: undefined,
  },
};

function payday() {
  const given = quickstartArgs(withoutAmounts).triggers?.payday;
  if (!given) throw new Error("the quickstart has the trigger payday");
  return given;
}

function withoutSecrets(): RemoteApiArgs["triggers"] {
  return { payday: { ...payday(), apiSecret: undefined } };
}

describe("no resource waits for what only AWS knows: a preview lists all of them", () => {
  for (const [title, changes] of Object.entries(variations))
    it(title, async () => {
      const list = async (preview: boolean) =>
        (await declare(() => quickstart(changes), { preview })).resources
          .map(({ type, name, parent }) => `${type} ${name} < ${parent}`)
          .sort();
      assert.deepEqual(await list(true), await list(false));
    });
});
