import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import type { RemoteApiArgs, TriggerArgs } from "../../provider";
import { declaredQuickstart, quickstartApi, quickstartArgs, withoutAmounts } from "./quickstartProgram";
import { ACCOUNT, type Declared, declareComponent, named, ofType, REGION } from "./support";

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const payday = quickstartArgs(withoutAmounts).triggers?.payday as TriggerArgs;

const declareApi = (changes: Partial<RemoteApiArgs> = {}) =>
  Object.keys(changes).length === 0 ? declaredQuickstart() : declareComponent(() => quickstartApi(changes));

/** The configuration in a function's archive. */
function configOf(declared: Declared, name: string): Record<string, unknown> {
  return JSON.parse(String(declared.archives[name]?.["config.json"]));
}

function triggerConfigOf(declared: Declared) {
  return configOf(declared, "sequence-triggers-function");
}

interface ScheduleInputs {
  readonly [input: string]: unknown;
  readonly target: { readonly input: string; readonly retryPolicy: Record<string, number> };
}

function scheduleOf(declared: Declared, trigger = "schedule-payday"): ScheduleInputs {
  return named(declared, `sequence-triggers-${trigger}`).inputs as ScheduleInputs;
}

describe("what is set", () => {
  it("keeps 0, where a default would be another promise", async () => {
    const declared = await declareApi({ maxAgeMinutes: 0, keyMemoryMinutes: 0, schedulerMaxRetries: 0 });
    const { maxAgeMinutes, keyMemoryMinutes } = triggerConfigOf(declared);
    assert.deepEqual([maxAgeMinutes, keyMemoryMinutes], [0, 0]);
    for (const schedule of ["schedule-payday", "heartbeat"])
      assert.equal(scheduleOf(declared, schedule).target.retryPolicy.maximumRetryAttempts, 0);
  });

  it("keeps 0 for an amount and what stays in an account", async () => {
    const declared = await declareApi({
      amounts: {
        nothing: { kind: "Fixed", cents: 0 },
        all: { kind: "Sweep", account: "Main", floorCents: 0 },
      },
    });
    assert.deepEqual(configOf(declared, "sequence-amounts-function").amounts, {
      nothing: { kind: "Fixed", cents: 0 },
      all: { kind: "Sweep", account: "Main", floorCents: 0 },
    });
  });

  it("is explicit for every age and count that AWS would fill in", async () => {
    const declared = await declareApi();
    assert.deepEqual(scheduleOf(declared).target.retryPolicy, {
      maximumEventAgeInSeconds: 3600,
      maximumRetryAttempts: 185,
    });
    const queue = (name: string) => named(declared, `sequence-triggers-${name}`).inputs;
    assert.equal(queue("failures").messageRetentionSeconds, 14 * 86_400);
    assert.equal(queue("work").messageRetentionSeconds, 4 * 86_400);
    assert.equal(queue("work").visibilityTimeoutSeconds, 360);
    assert.equal(
      JSON.parse(String(queue("work").redrivePolicy)).deadLetterTargetArn,
      arn("sqs", "sequence-triggers-failures-1234567"),
    );
    const { maxAgeMinutes, keyMemoryMinutes } = triggerConfigOf(declared);
    assert.deepEqual([maxAgeMinutes, keyMemoryMinutes], [360, 720]);
  });

  it("dryRun, notifyOnSuccess and digest reach the function, and are off where they are left out", async () => {
    const switches = async (changes: Partial<RemoteApiArgs>) => {
      const { dryRun, notifyOnSuccess, digest } = triggerConfigOf(await declareApi(changes));
      return [dryRun, notifyOnSuccess, digest];
    };
    assert.deepEqual(await switches({ dryRun: true, notifyOnSuccess: true, digest: true }), [true, true, true]);
    assert.deepEqual(await switches({}), [false, false, false]);
  });

  it("weeks and skipped days reach the function, and not the schedule, which knows neither", async () => {
    const calendar = { everyWeeks: 2, from: "2027-01-08", skipDates: ["2027-01-22"] };
    const fridays = { ...payday, schedule: "cron(0 9 ? * FRI *)" };
    const declared = await declareApi({ triggers: { payday: { ...fridays, ...calendar } } });
    assert.deepEqual(scheduleOf(declared), scheduleOf(await declareApi({ triggers: { payday: fridays } })));
    const { triggers } = triggerConfigOf(declared) as { triggers: { payday: { schedule: object } } };
    const { schedule } = triggers.payday;
    assert.deepEqual(schedule, { ...schedule, ...calendar });
  });

  it("start and end reach the function in UTC, and not the schedule: AWS refuses one whose start has passed", async () => {
    const declared = await declareApi({
      triggers: {
        payday: { ...payday, startDate: "2027-01-01T00:00:00-05:00", endDate: "2027-12-31T23:59:59Z" },
      },
    });
    const dates = { startDate: "2027-01-01T05:00:00Z", endDate: "2027-12-31T23:59:59Z" };
    const { startDate, endDate } = scheduleOf(declared);
    assert.deepEqual([startDate, endDate], [undefined, undefined]);
    const { triggers } = triggerConfigOf(declared) as { triggers: { payday: { schedule: object } } };
    assert.deepEqual(triggers.payday.schedule, {
      name: "payday",
      expression: "cron(0 9 1,15 * ? *)",
      timezone: "America/New_York",
      ...dates,
      enabled: true,
    });
  });

  it("a payload is in the message and in the function's list, word for word", async () => {
    const payload = { note: "payday", parts: [1, 2.5, null], deep: { on: true } };
    const declared = await declareApi({ triggers: { payday: { ...payday, payload } } });
    assert.deepEqual(JSON.parse(scheduleOf(declared).target.input), {
      trigger: "payday",
      ruleId: "ru_12345",
      scheduledTime: "<aws.scheduler.scheduled-time>",
      payload,
    });
    const { triggers } = triggerConfigOf(declared) as { triggers: { payday: { payload: unknown } } };
    assert.deepEqual(triggers.payday.payload, payload);
  });

  it("no payload is no payload, and a full trigger URL becomes the bare id and its path", async () => {
    const declared = await declareApi({
      triggers: {
        payday: { ...payday, ruleId: "https://api.getsequence.io/rules/ru_12345/trigger" },
        other: { ...payday, ruleId: "ru_2" },
      },
    });
    assert.equal(
      scheduleOf(declared).target.input,
      '{"trigger":"payday","ruleId":"ru_12345","scheduledTime":"<aws.scheduler.scheduled-time>"}',
    );
    const { triggers } = triggerConfigOf(declared) as {
      triggers: Record<"payday" | "other", { ruleId: string; triggerPath?: string }>;
    };
    assert.equal(triggers.payday.ruleId, "ru_12345");
    assert.equal(triggers.payday.triggerPath, "/rules/{ruleId}/trigger");
    assert.ok(!("triggerPath" in triggers.other));
  });

  it("enabled: false stops the schedule, and the daily check knows", async () => {
    const declared = await declareApi({
      triggers: { payday: { ...payday, enabled: false }, other: { ...payday, ruleId: "ru_2" } },
    });
    assert.equal(scheduleOf(declared).state, "DISABLED");
    assert.equal(scheduleOf(declared, "schedule-other").state, "ENABLED");
    assert.equal(scheduleOf(declared, "heartbeat").state, "ENABLED");
    const { triggers } = triggerConfigOf(declared) as { triggers: Record<string, { schedule: { enabled: boolean } }> };
    assert.equal(triggers.payday?.schedule.enabled, false);
  });

  it("memory, runtime, architecture, base URL and paths reach the functions", async () => {
    const declared = await declareApi({
      memorySize: 1024,
      runtime: "nodejs22.x",
      architecture: "x86_64",
      baseUrl: "https://sequence.example",
      accountsPath: "/remote-api/accounts",
      triggerPath: "/rules/{ruleId}/trigger",
    });
    for (const { inputs } of ofType(declared, "aws:lambda/function:Function")) {
      const { memorySize, runtime, architectures } = inputs;
      assert.deepEqual([memorySize, runtime, architectures], [1024, "nodejs22.x", ["x86_64"]]);
      const { variables } = inputs.environment as { variables: Record<string, string> };
      assert.equal(variables.SEQUENCE_BASE_URL, "https://sequence.example");
    }
    const variablesOf = (name: string) =>
      (named(declared, name).inputs.environment as { variables: Record<string, string> }).variables;
    assert.equal(variablesOf("sequence-amounts-function").SEQUENCE_ACCOUNTS_PATH, "/remote-api/accounts");
    assert.equal(variablesOf("sequence-triggers-function").SEQUENCE_TRIGGER_PATH, "/rules/{ruleId}/trigger");
  });

  it("throttles the stage, with an access log that has the route's key and never the path", async () => {
    const declared = await declareApi({ throttlingRateLimit: 3, throttlingBurstLimit: 4 });
    const { defaultRouteSettings, accessLogSettings } = named(declared, "sequence-amounts-stage").inputs as {
      defaultRouteSettings: object;
      accessLogSettings: { destinationArn: string; format: string };
    };
    assert.deepEqual(defaultRouteSettings, { throttlingRateLimit: 3, throttlingBurstLimit: 4 });
    assert.equal(accessLogSettings.destinationArn, arn("logs", "log-group:sequence-amounts-access-logs-1234567"));
    const fields = Object.values(JSON.parse(accessLogSettings.format));
    assert.ok(fields.includes("$context.routeKey"));
    // Every one of these holds the token, or what a proxy in between may have made of it.
    for (const field of fields) assert.doesNotMatch(String(field), /path|url|uri|authorizer|\$input|header|query/i);
  });
});

describe("tags", () => {
  const tags = { team: "finance", "cost-center": "42" };
  /** Whether @pulumi/aws has the input, by the source of the class. */
  function takesTags(type: string): boolean {
    const [, module = "", className = ""] = /^aws:(\w+)\/\w+:(\w+)$/.exec(type) ?? [];
    const classes = aws as unknown as Record<string, Record<string, { toString(): string }>>;
    const source = classes[module]?.[className]?.toString();
    assert.ok(source, `@pulumi/aws has no ${type}`);
    return /resourceInputs\["tags"\]/.test(source);
  }

  it("are on every child that takes tags", async () => {
    const { resources } = await declareApi({ tags });
    const untagged = new Set<string>();
    for (const { type, name, inputs } of resources.filter(({ type }) => type.startsWith("aws:")))
      if (takesTags(type)) assert.deepEqual(inputs.tags, tags, `${type} ${name}`);
      else untagged.add(type);
    assert.deepEqual([...untagged].sort(), [
      "aws:apigatewayv2/integration:Integration",
      "aws:apigatewayv2/route:Route",
      "aws:cloudwatch/dashboard:Dashboard",
      "aws:cloudwatch/logMetricFilter:LogMetricFilter",
      "aws:iam/rolePolicy:RolePolicy",
      "aws:lambda/permission:Permission",
      "aws:scheduler/schedule:Schedule",
      "aws:secretsmanager/secretVersion:SecretVersion",
      "aws:sns/topicSubscription:TopicSubscription",
    ]);
  });

  it("without a value are on all of these but the schedule group, for which Scheduler refuses them", async () => {
    const bare = { ...tags, critical: "" };
    const { resources } = await declareApi({ tags: bare });
    for (const { type, name, inputs } of resources.filter(({ inputs }) => inputs.tags !== undefined))
      assert.deepEqual(inputs.tags, type === "aws:scheduler/scheduleGroup:ScheduleGroup" ? tags : bare, name);
  });

  it("are left out where none are given", async () => {
    for (const { name, inputs } of (await declareApi()).resources) assert.equal(inputs.tags, undefined, name);
  });
});

describe("log groups", () => {
  const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

  it("keep their lines for 90 days, or as long as is said", async () => {
    for (const [changes, days] of [
      [{}, 90],
      [{ logRetentionDays: 7 }, 7],
    ] as const) {
      const groups = ofType(await declareApi(changes), LOG_GROUP);
      assert.equal(groups.length, 3);
      for (const { inputs } of groups) assert.equal(inputs.retentionInDays, days);
    }
  });

  it("are there for every function, which may not make one itself", async () => {
    const declared = await declareApi();
    for (const part of ["amounts", "triggers"]) {
      const { loggingConfig } = named(declared, `sequence-${part}-function`).inputs as {
        loggingConfig: { logGroup: string };
      };
      assert.equal(loggingConfig.logGroup, `sequence-${part}-logs-1234567`);
    }
  });
});

describe("the message that a schedule sends", () => {
  it("has the scheduled time and never the time of the try, or a late one would be another occurrence", async () => {
    const { resources } = await declareApi();
    for (const { inputs } of resources.filter(({ type }) => type === "aws:scheduler/schedule:Schedule")) {
      const { input } = inputs.target as { input: string };
      assert.deepEqual(input.match(/<[^>]*>/g), ["<aws.scheduler.scheduled-time>"]);
    }
  });

  it("has only characters that SQS keeps as they are, whatever a payload has", async () => {
    const payload = { note: "\ufffe and \uffff, \ud800, \u0000, \u{1f600}" };
    const declared = await declareApi({ triggers: { payday: { ...payday, payload } } });
    const { input } = named(declared, "sequence-triggers-schedule-payday").inputs.target as { input: string };
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    assert.match(input, /^[\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]+$/u);
    assert.deepEqual(JSON.parse(input).payload, payload);
  });
});
