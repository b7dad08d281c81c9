import assert from "node:assert/strict";
import fc from "fast-check";
import { RemoteApi } from "../../provider";
import { childName } from "../../provider/parts/names";
import { declaredQuickstart, quickstartArgs } from "./quickstartProgram";
import { type Declared, declare } from "./support";

/** What Pulumi's AWS provider adds to a logical name: a dash and seven digits. */
const AUTO_NAME_LENGTH = 8;
/** What AWS's provider adds to a `namePrefix`: the time and a counter. */
const AFTER_PREFIX = "20261201000000000000000001";

/**
 * The longest name that AWS takes, and the input that holds it; from each service's API reference. `name` is made of the
 * logical name where the program gives none.
 */
const limits: Record<string, { readonly input: string; readonly longest: number; readonly pattern: RegExp }> = {
  "aws:iam/role:Role": { input: "name", longest: 64, pattern: /^[\w+=,.@-]+$/ },
  "aws:iam/rolePolicy:RolePolicy": { input: "name", longest: 128, pattern: /^[\w+=,.@-]+$/ },
  "aws:lambda/function:Function": { input: "name", longest: 64, pattern: /^[\w-]+$/ },
  "aws:scheduler/scheduleGroup:ScheduleGroup": { input: "name", longest: 64, pattern: /^[\w.-]+$/ },
  "aws:scheduler/schedule:Schedule": { input: "name", longest: 64, pattern: /^[\w.-]+$/ },
  "aws:sqs/queue:Queue": { input: "name", longest: 80, pattern: /^[\w-]+$/ },
  "aws:cloudwatch/logGroup:LogGroup": { input: "name", longest: 512, pattern: /^[\w/.#-]+$/ },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": { input: "name", longest: 512, pattern: /^[^:*]+$/ },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { input: "name", longest: 255, pattern: /^[\x20-\x7e]+$/ },
  "aws:cloudwatch/dashboard:Dashboard": { input: "dashboardName", longest: 255, pattern: /^[\w-]+$/ },
  "aws:dynamodb/table:Table": { input: "name", longest: 255, pattern: /^[\w.-]{3,}$/ },
  "aws:sns/topic:Topic": { input: "name", longest: 256, pattern: /^[\w-]+$/ },
  "aws:secretsmanager/secret:Secret": { input: "name", longest: 512, pattern: /^[\w/+=.@-]+$/ },
  "aws:apigatewayv2/api:Api": { input: "name", longest: 128, pattern: /^.+$/ },
  "aws:apigatewayv2/stage:Stage": { input: "name", longest: 128, pattern: /^\$default$/ },
};

/** Types without a name in AWS. */
const nameless = [
  "aws:apigatewayv2/integration:Integration",
  "aws:apigatewayv2/route:Route",
  "aws:lambda/eventSourceMapping:EventSourceMapping",
  "aws:lambda/permission:Permission",
  "aws:secretsmanager/secretVersion:SecretVersion",
  "aws:sns/topicSubscription:TopicSubscription",
  "random:index/randomPassword:RandomPassword",
];

function assertNamesAreValid(declared: Declared): void {
  for (const { type, name, inputs, custom } of declared.resources) {
    if (!custom || nameless.includes(type)) continue;
    const limit = limits[type];
    assert.ok(limit, `${type} is neither in the table of limits nor among the types without a name`);
    const given = typeof inputs.namePrefix === "string" ? inputs.namePrefix + AFTER_PREFIX : inputs[limit.input];
    const longest = typeof given === "string" ? given.length : name.length + AUTO_NAME_LENGTH;
    assert.ok(longest <= limit.longest, `${type} ${given ?? name} has ${longest} characters`);
    assert.match(typeof given === "string" ? given : `${name}-1234567`, limit.pattern, type);
  }
}

/** The quickstart with names as long as they may be. */
function longest(name: string): RemoteApi {
  const { payday } = quickstartArgs().triggers ?? {};
  if (!payday) throw new Error("the quickstart has the trigger payday");
  return new RemoteApi(name, {
    ...quickstartArgs(),
    urlKeys: ["k".repeat(32), `${"k".repeat(31)}2`],
    triggers: {
      ["t".repeat(64)]: payday,
      [`${"t".repeat(63)}2`]: { ...payday, ruleId: "ru_2", apiSecret: undefined },
      event: { ruleId: "ru_3" },
    },
  });
}

describe("the names of the children", () => {
  it("are the component's and the part's where both are short", async () => {
    const { resources } = await declaredQuickstart();
    for (const { name, type } of resources)
      if (type !== "pulumi:pulumi:Stack") assert.match(name, /^sequence($|-[a-z0-9-]+$)/);
    assert.equal(childName("sequence-triggers", "ledger"), "sequence-triggers-ledger");
  });

  for (const length of [1, 8, 30, 31, 40, 47, 48, 49, 55, 56, 57, 100, 140])
    it(`are valid in AWS for a component's name of ${length} characters`, async () => {
      assertNamesAreValid(await declare(() => void longest("c".repeat(length))));
    });

  it("don't meet for two components whose long names differ at the end", async () => {
    const declared = await declare(() => {
      longest(`${"c".repeat(110)}-one`);
      longest(`${"c".repeat(110)}-two`);
    });
    const ids = declared.resources.map(({ type, name }) => `${type} ${name}`);
    assert.equal(new Set(ids).size, ids.length);
    assertNamesAreValid(declared);
  });
});

describe("childName", () => {
  const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,119}$/);
  const part = fc.stringMatching(/^[a-z][a-z0-9-]{0,79}$/);

  it("leaves names alone that leave room for what Pulumi adds, and cuts all others to that", () => {
    fc.assert(
      fc.property(word, part, (component, of) => {
        const name = childName(component, of);
        const whole = `${component}-${of}`;
        if (whole.length + AUTO_NAME_LENGTH <= 64) assert.equal(name, whole);
        else assert.ok(name.length + AUTO_NAME_LENGTH <= 64 && name.length > 20, name);
      }),
      { numRuns: 500, seed: 20261201 },
    );
  });

  it("is the same every time and adds no character that AWS refuses", () => {
    fc.assert(
      fc.property(word, part, (component, of) => {
        assert.equal(childName(component, of), childName(component, of));
        assert.match(childName(component, of), /^[A-Za-z0-9][A-Za-z0-9_-]*$/);
      }),
      { numRuns: 500, seed: 20261201 },
    );
  });

  it("is different for names that are", () => {
    const end = fc.stringMatching(/^[a-z0-9]{1,6}$/);
    fc.assert(
      fc.property(word, end, end, part, (component, one, other, of) => {
        fc.pre(one !== other);
        assert.notEqual(childName(`${component}${one}`, of), childName(`${component}${other}`, of));
        assert.notEqual(childName(component, `${of}${one}`), childName(component, `${of}${other}`));
      }),
      { numRuns: 500, seed: 20261201 },
    );
  });

  it("still shows whose child it is, and which", () => {
    const name = childName("household-of-the-two-of-us-in-production", "scheduler-policy");
    assert.match(name, /^household-of-.*-[0-9a-f]{8}-scheduler-policy$/);
  });
});
