import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { RemoteAmountEndpoint, type RemoteApiArgs, ScheduledRuleTriggers } from "../../provider";
import { childName } from "../../provider/parts/names";
import { declaredQuickstart, quickstartApi, quickstartArgs, withoutAmounts } from "./quickstartProgram";
import { replaceOnChange } from "./replaceOnChange";
import { type Declared, declare, named } from "./support";

/** The component and all below it. */
function inside(declared: Declared, component: string) {
  return declared.resources.filter(({ name }) => name === component || name.startsWith(`${component}-`));
}

describe("resource options of the component", () => {
  it("provider: every child of two components in one program is in its own region", async () => {
    const declared = await declare(() => {
      for (const region of ["us-east-1", "eu-west-1"]) {
        const provider = new aws.Provider(region, { region });
        quickstartApi({}, { provider }, `home-${region}`);
      }
    });
    for (const region of ["us-east-1", "eu-west-1"]) {
      const children = inside(declared, `home-${region}`).filter(({ custom }) => custom);
      assert.ok(children.length > 40);
      for (const { type, name, provider } of children)
        if (type.startsWith("random:")) assert.doesNotMatch(provider, /us-east-1|eu-west-1/);
        else assert.match(provider, new RegExp(`pulumi:providers:aws::${region}::`), name);
    }
  });

  it("providers: a list reaches the children too", async () => {
    const declared = await declare(() => {
      const provider = new aws.Provider("london", { region: "eu-west-2" });
      quickstartApi({}, { providers: [provider] });
    });
    assert.match(named(declared, "sequence-triggers-ledger").provider, /::london::/);
  });

  it("protect: every child is protected, so that no key, ledger or queue goes by mistake", async () => {
    const declared = await declare(() => quickstartApi({}, { protect: true }));
    for (const { name, protect } of inside(declared, "sequence")) assert.equal(protect, true, name);
    const open = await declaredQuickstart();
    for (const { name, protect } of inside(open, "sequence")) assert.equal(protect, false, name);
  });

  it("dependsOn: no child is made before it", async () => {
    const declared = await declare(() => {
      const first = new aws.sqs.Queue("first", {});
      quickstartApi({}, { dependsOn: [first] });
    });
    const order = declared.resources.map(({ name }) => name);
    assert.ok(named(declared, "sequence").dependencies.includes(named(declared, "first").urn));
    for (const { name } of inside(declared, "sequence"))
      assert.ok(order.indexOf(name) > order.indexOf("first"), `${name} before first`);
  });

  it("transformations: reach the children by type and name", async () => {
    const declared = await declare(() =>
      quickstartApi(
        {},
        {
          transformations: [
            ({ type, props, opts }) =>
              type === "aws:lambda/function:Function"
                ? {
                    props: { ...props, memorySize: 2048 },
                    opts: pulumi.mergeOptions(opts, { ignoreChanges: ["runtime"] }),
                  }
                : undefined,
          ],
        },
      ),
    );
    for (const name of ["sequence-amounts-function", "sequence-triggers-function"]) {
      assert.equal(named(declared, name).inputs.memorySize, 2048);
      const registration = declared.registrations.find((each) => each.name === name);
      assert.deepEqual(registration?.ignoreChanges, ["runtime"]);
    }
  });

  it("ignoreChanges: stays with the component, as Pulumi has it", async () => {
    const { registrations } = await declare(() => quickstartApi({}, { ignoreChanges: ["tags"] }));
    assert.deepEqual(registrations.find(({ name }) => name === "sequence")?.ignoreChanges, ["tags"]);
    for (const { name, ignoreChanges } of registrations) if (name !== "sequence") assert.deepEqual(ignoreChanges, []);
  });
});

describe("a renamed component with an alias", () => {
  /**
   * What the old names would be taken for gone, by the engine's rule: a child inherits the alias of its parent, with the parent's
   * old name in place of the new one where the child's name begins with it (`inheritedChildAlias` in Pulumi's engine and SDK).
   */
  async function renamed(from: string, to: string, changes: Partial<RemoteApiArgs> = {}): Promise<string[]> {
    const before = await declare(() => quickstartApi(changes, {}, from));
    const after = await declare(() => quickstartApi(changes, { aliases: [{ name: from }] }, to));
    const oldNames = new Map(
      after.registrations.flatMap(({ type, name, aliasNames: [alias] }) =>
        alias ? [[urnEnd(type, name), alias]] : [],
      ),
    );
    const inherit = (type: string, name: string, parent: string): void => {
      const [parentType = "", parentName = ""] = urnParts(parent);
      const oldParent = oldNames.get(urnEnd(parentType, parentName));
      if (oldParent === undefined || oldNames.has(urnEnd(type, name))) return;
      oldNames.set(
        urnEnd(type, name),
        name.startsWith(parentName) ? `${oldParent}${name.slice(parentName.length)}` : name,
      );
    };
    const parentsFirst = [...after.resources].sort(
      (a, b) => Number(a.custom) - Number(b.custom) || a.name.length - b.name.length,
    );
    for (const { type, name, parent } of parentsFirst) inherit(type, name, parent);
    const kept = new Set(
      after.resources.map(({ type, name }) => urnEnd(type, oldNames.get(urnEnd(type, name)) ?? name)),
    );
    return before.resources.map(({ type, name }) => urnEnd(type, name)).filter((id) => !kept.has(id));
  }
  const urnEnd = (type: string, name: string) => `${type} ${name}`;
  const urnParts = (urn: string) => {
    const [, , types = "", name = ""] = urn.split("::");
    return [types.split("$").at(-1) ?? "", name] as const;
  };

  it("keeps the identity of every child", async () => {
    assert.deepEqual(await renamed("household", "sequence"), []);
  });

  it("replaces nothing, since no child has the component's name in an input that can't be changed", async () => {
    const declared = await declare(() => quickstartApi({}, { aliases: [{ name: "household" }] }));
    const holding = declared.resources.filter(({ type, inputs }) =>
      (replaceOnChange[type] ?? []).some(
        (input) => /^(name|namePrefix)$/.test(input) && /sequence-(amounts|triggers)/.test(String(inputs[input])),
      ),
    );
    assert.deepEqual(
      holding.map(({ name }) => name),
      [],
    );
  });

  /** docs/upgrading.md says this number: the longest part is `-triggers-api-secrets-to-fill`, or `-triggers-api-secrets-value`. */
  const LONGEST = 27;

  it(`keeps it for names of up to ${LONGEST} characters, old and new`, async () => {
    assert.deepEqual(await renamed("h".repeat(LONGEST), "s".repeat(LONGEST)), []);
    const longestPart = "api-secrets-to-fill";
    assert.equal(
      childName(`${"h".repeat(LONGEST)}-triggers`, longestPart),
      `${"h".repeat(LONGEST)}-triggers-${longestPart}`,
    );
    assert.notDeepEqual(await renamed("h".repeat(40), "s".repeat(40)), []);
  });

  it("keeps it for names of up to 22 characters with events, and up to 27 of all but alarms", async () => {
    const triggers = { ...quickstartArgs().triggers, invoice: { ruleId: "ru_2" } };
    assert.deepEqual(await renamed("h".repeat(22), "s".repeat(22), { triggers }), []);
    const lost = await renamed("h".repeat(LONGEST), "s".repeat(LONGEST), { triggers });
    assert.deepEqual(
      lost.map((id) => id.split(" ")[0]),
      ["aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/metricAlarm:MetricAlarm"],
    );
  });

  it("keeps that of schedules and URL keys whatever the length, since they are never cut", async () => {
    const lost = await renamed("h".repeat(60), "s".repeat(60));
    for (const id of lost) assert.doesNotMatch(id, /^aws:scheduler\/schedule:|^random:/);
    assert.ok(lost.length > 0);
  });
});

describe("a RemoteApi that is taken apart", () => {
  it("keeps every child but its topic and its dashboard, and has a topic for each part", async () => {
    const { amounts = {}, accessToken, ceilingCents, alarmEmail } = quickstartArgs();
    const { triggers = {} } = quickstartArgs(withoutAmounts);
    const ids = ({ resources }: Declared) =>
      resources.filter(({ custom }) => custom).map(({ type, name }) => `${type} ${name}`);
    const whole = ids(await declaredQuickstart());
    const parts = ids(
      await declare(() => {
        new RemoteAmountEndpoint("sequence-amounts", { amounts, accessToken, ceilingCents, alarmEmail });
        new ScheduledRuleTriggers("sequence-triggers", { triggers, alarmEmail });
      }),
    );
    assert.deepEqual(whole.filter((id) => !parts.includes(id)).sort(), [
      "aws:cloudwatch/dashboard:Dashboard sequence-dashboard",
      "aws:sns/topic:Topic sequence-topic",
      "aws:sns/topicSubscription:TopicSubscription sequence-email",
    ]);
    assert.deepEqual(parts.filter((id) => !whole.includes(id)).sort(), [
      "aws:sns/topic:Topic sequence-amounts-topic",
      "aws:sns/topic:Topic sequence-triggers-topic",
      "aws:sns/topicSubscription:TopicSubscription sequence-amounts-email",
      "aws:sns/topicSubscription:TopicSubscription sequence-triggers-email",
    ]);
  });
});
