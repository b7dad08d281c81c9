import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  type RemoteAmountEndpointArgs,
  RemoteApi,
  type RemoteApiArgs,
  type ScheduledRuleTriggersArgs,
} from "../../../provider";
import { planEndpoint } from "../../../provider/plan/endpoint";
import { planRemoteApi } from "../../../provider/plan/remoteApi";
import { planTriggers } from "../../../provider/plan/triggers";
import { quickstartArgs } from "../quickstartProgram";
import { declare } from "../support";

const fixed: RemoteAmountEndpointArgs = { amounts: { rent: { kind: "Fixed", cents: 100 } }, alarms: false };
const payday = { ruleId: "ru_1", schedule: "cron(0 9 1 * ? *)", timezone: "UTC" };
const scheduled: ScheduledRuleTriggersArgs = { triggers: { payday }, alarms: false };

/** A plan made in Pulumi's runtime, which waits for its outputs. */
async function made<Plan>(plan: () => Plan): Promise<Plan> {
  let result: Plan | undefined;
  await declare(() => {
    result = plan();
  });
  return result as Plan;
}

/** Everything that was printed as the reason why a program can't be deployed. */
async function refusals(program: () => void): Promise<string> {
  return declare(program).then(
    () => "",
    (error: Error) => error.message,
  );
}

describe("a plan", () => {
  it("has every default, and nothing that was left out beside it", async () => {
    const { amounts: _, specs: __, ...endpoint } = await made(() => planEndpoint("home", fixed));
    assert.deepEqual(endpoint, {
      accountsPath: "/accounts",
      alarms: false,
      amountNames: ["rent"],
      architecture: "arm64",
      baseUrl: "https://api.getsequence.io",
      logRetentionDays: 90,
      memorySize: 512,
      module: undefined,
      readsBalances: false,
      runtime: "nodejs24.x",
      throttlingBurstLimit: 20,
      throttlingRateLimit: 10,
      urlKeys: ["v1"],
      ...markOf(endpoint),
    });
    const { triggers, maxAgeMinutes, keyMemoryMinutes, schedulerMaxRetries, schedulerMaxAgeSeconds, triggerPath } =
      await made(() => planTriggers("home", scheduled));
    assert.deepEqual(
      [maxAgeMinutes, keyMemoryMinutes, schedulerMaxRetries, schedulerMaxAgeSeconds],
      [360, 720, 185, 3600],
    );
    assert.equal(triggerPath, "/remote-api/rules/{ruleId}/trigger");
    assert.equal(triggers.payday?.enabled, true);
  });

  it("takes what is undefined for left out", async () => {
    const { memorySize, urlKeys } = await made(() =>
      planEndpoint("home", { ...fixed, memorySize: undefined, urlKeys: undefined }),
    );
    assert.deepEqual([memorySize, urlKeys], [512, ["v1"]]);
  });

  it("of a part is taken by the part as it is, also with changes, and is not checked again", async () => {
    const { endpoint, triggers } = await made(() => planRemoteApi("home", quickstartArgs()));
    assert.ok(endpoint && triggers);
    assert.equal(planEndpoint("home-amounts", endpoint), endpoint);
    assert.equal(planTriggers("home-triggers", triggers), triggers);
    const changed = { ...endpoint, alarmEmail: "no address" };
    assert.equal(planEndpoint("home-amounts", changed), changed);
  });

  it("names a trigger by its bare id, and its dates in UTC", async () => {
    const ruleId = "https://api.getsequence.io/rules/ru_1/trigger";
    const dated = { ...payday, ruleId, startDate: "2027-01-01T00:00:00-05:00" };
    const { triggers } = await made(() => planTriggers("home", { ...scheduled, triggers: { payday: dated } }));
    assert.equal(triggers.payday?.ruleId, "ru_1");
    assert.equal(triggers.payday?.startDate, "2027-01-01T05:00:00Z");
  });
});

/** The mark that a copy of a plan keeps. */
function markOf(plan: object): object {
  return Object.fromEntries(Object.getOwnPropertySymbols(plan).map((symbol) => [symbol, plan[symbol as never]]));
}

describe("what no plan is made of", () => {
  it("is an argument of another component, which would do nothing", async () => {
    for (const [path, value] of Object.entries({ dashboard: true, triggers: {} })) {
      const message = await refusals(() => void planEndpoint("home", { ...fixed, [path]: value }));
      assert.match(message, new RegExp(`\n  ${path}: is no argument; it must be one of accessToken, .*, urlKeys`));
      assert.doesNotMatch(message, /dryRun/);
    }
    const amounts = { ...scheduled, urlKeys: ["v1"] };
    assert.match(await refusals(() => void planTriggers("home", amounts)), /\n {2}urlKeys: is no argument/);
  });

  it("is what a rule asks for, of triggers that have no amounts beside them", async () => {
    const triggers = { payday: { ...payday, asks: ["rent"] } };
    const message = await refusals(() => void planTriggers("home", { ...scheduled, triggers }));
    assert.match(message, /\n {2}triggers.payday.asks: is for a RemoteApi that has the amounts too/);
  });

  it("is a trigger without what it needs", async () => {
    const triggers = { payday: { schedule: null }, none: { timezone: null } } as never;
    const message = await refusals(() => void planTriggers("home", { ...scheduled, triggers }));
    for (const name of ["payday", "none"])
      for (const property of ["ruleId", "schedule", "timezone"])
        assert.match(message, new RegExp(`\n  triggers.${name}.${property}: `));
  });

  it("is a wrong output, which is told once, and of the RemoteApi also where a part uses it", async () => {
    const args: RemoteApiArgs = {
      ...fixed,
      ...scheduled,
      throttlingRateLimit: pulumi.output(0),
      memorySize: pulumi.output(3),
    };
    const message = await refusals(() => void new RemoteApi("home", args));
    assert.match(message, /RemoteApi "home" can't be deployed/);
    assert.doesNotMatch(message, /RemoteAmountEndpoint|ScheduledRuleTriggers/);
    const told = [...message.matchAll(/^ {2}(\w+): /gm)].map(([, property]) => property);
    assert.deepEqual(told.sort(), ["memorySize", "throttlingRateLimit"]);
  });
});
