import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import {
  RemoteAmountEndpoint,
  type RemoteAmountEndpointArgs,
  type RemoteApiArgs,
  ScheduledRuleTriggers,
  type ScheduledRuleTriggersArgs,
  type TriggerArgs,
} from "../../provider";
import { declaredQuickstart, quickstartApi, quickstartArgs, withoutAmounts } from "./quickstartProgram";
import { ACCOUNT, type Declared, declareComponent, named, ofType, REGION } from "./support";

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const queueUrl = (name: string) => `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}-1234567`;
const payday = quickstartArgs(withoutAmounts).triggers?.payday as TriggerArgs;

const endpointArgs = (): RemoteAmountEndpointArgs => {
  const { accessToken, ceilingCents, amounts = {}, alarmEmail } = quickstartArgs();
  return { accessToken, ceilingCents, amounts, alarmEmail };
};
const triggersArgs = (): ScheduledRuleTriggersArgs => {
  const { triggers = {}, alarmEmail } = quickstartArgs(withoutAmounts);
  return { triggers, alarmEmail };
};

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

describe("the outputs", () => {
  it("of RemoteAmountEndpoint", async () => {
    const { component } = await declareComponent(() => new RemoteAmountEndpoint("home", endpointArgs()));
    const { amountUrls, ...others } = component.values as { amountUrls: Record<string, string> };
    assert.deepEqual(Object.keys(amountUrls), ["rent", "buffer", "excess"]);
    for (const [amount, url] of Object.entries(amountUrls))
      assert.match(
        url,
        new RegExp(`^https://home-api\\.execute-api\\.${REGION}\\.amazonaws\\.com/amounts/${amount}/[\\w-]{43}$`),
      );
    assert.deepEqual(others, {
      accessTokenSecretArn: arn("secretsmanager", "secret:home-access-token-1234567-AbCdEf"),
      fillAccessToken: "",
      functionName: "home-function-1234567",
      functionArn: arn("lambda", "function:home-function-1234567"),
      roleName: "home-role-1234567",
      logGroupName: "home-logs-1234567",
      apiId: "home-api-1234567-id",
    });
  });

  it("of ScheduledRuleTriggers", async () => {
    const { component } = await declareComponent(() => new ScheduledRuleTriggers("home", triggersArgs()));
    assert.deepEqual(component.values, {
      functionName: "home-function-1234567",
      functionArn: arn("lambda", "function:home-function-1234567"),
      roleName: "home-role-1234567",
      logGroupName: "home-logs-1234567",
      workQueueUrl: queueUrl("home-work"),
      workQueueName: "home-work-1234567",
      failureQueueUrl: queueUrl("home-failures"),
      failureQueueName: "home-failures-1234567",
      eventQueueUrl: "",
      eventQueueArn: "",
      eventSenderPolicy: "",
      ledgerTableName: "home-ledger-1234567",
      scheduleGroupName: "home-schedules-1234567",
      apiSecretsArn: arn("secretsmanager", "secret:home-api-secrets-1234567-AbCdEf"),
      apiSecretsToFillArn: "",
      fillApiSecrets: "",
      topicArn: arn("sns", "home-topic-1234567"),
    });
  });

  it("of RemoteApi", async () => {
    const { component } = await declareApi();
    const { amountUrls, ...others } = component.values as { amountUrls: Record<string, string> };
    assert.deepEqual(Object.keys(amountUrls), ["rent", "buffer", "excess"]);
    assert.deepEqual(others, {
      secretsToFill: {},
      amountFunctionName: "sequence-amounts-function-1234567",
      amountLogGroupName: "sequence-amounts-logs-1234567",
      amountRoleName: "sequence-amounts-role-1234567",
      triggerFunctionName: "sequence-triggers-function-1234567",
      triggerLogGroupName: "sequence-triggers-logs-1234567",
      triggerRoleName: "sequence-triggers-role-1234567",
      workQueueUrl: queueUrl("sequence-triggers-work"),
      failureQueueUrl: queueUrl("sequence-triggers-failures"),
      eventQueueUrl: "",
      eventQueueArn: "",
      eventSenderPolicy: "",
      ledgerTableName: "sequence-triggers-ledger-1234567",
      topicArn: arn("sns", "sequence-topic-1234567"),
      dashboardUrl: `https://${REGION}.console.aws.amazon.com/cloudwatch/home?region=${REGION}#dashboards/dashboard/sequence-amounts-function-1234567`,
    });
  });

  it("of RemoteApi are empty for what isn't there", async () => {
    const { component } = await declareApi({
      ...withoutAmounts,
      alarms: false,
      alarmEmail: undefined,
      dashboard: false,
    });
    const { amountUrls, amountFunctionName, topicArn, dashboardUrl } = component.values;
    assert.deepEqual([amountUrls, amountFunctionName, topicArn, dashboardUrl], [{}, "", "", ""]);
    const without = (await declareApi({ triggers: undefined })).component.values;
    for (const output of [
      "triggerFunctionName",
      "triggerRoleName",
      "workQueueUrl",
      "failureQueueUrl",
      "ledgerTableName",
    ])
      assert.equal(without[output], "", output);
  });

  it("are all there, so that none is missing in another language", async () => {
    for (const make of [
      () => quickstartApi({ alarms: false, alarmEmail: undefined, dashboard: false }),
      () => new RemoteAmountEndpoint("home", endpointArgs()),
      () => new ScheduledRuleTriggers("home", triggersArgs()),
    ]) {
      const { component } = await declareComponent(make);
      for (const [name, value] of Object.entries(component.values)) assert.notEqual(value, undefined, name);
    }
  });
});

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

describe("URL keys", () => {
  type Tokens = { readonly label: string; readonly digests: Record<string, string> }[];
  async function keysOf(urlKeys: string[]) {
    const declared = await declareApi({ urlKeys });
    const { urlTokens } = configOf(declared, "sequence-amounts-function") as unknown as { urlTokens: Tokens };
    return { urlTokens, urls: declared.component.values.amountUrls as Record<string, string> };
  }

  it("are all accepted, and the first one's URLs are handed out", async () => {
    const v1 = await keysOf(["v1"]);
    const v2 = await keysOf(["v2"]);
    const both = await keysOf(["v2", "v1"]);
    assert.deepEqual(both.urlTokens, [...v2.urlTokens, ...v1.urlTokens]);
    assert.deepEqual(both.urls, v2.urls);
    assert.notDeepEqual(v1.urls, v2.urls);
  });

  it("are revoked by taking a label out, which leaves the URLs of the others as they are", async () => {
    const both = await keysOf(["v2", "v1"]);
    const after = await keysOf(["v2"]);
    assert.deepEqual(after.urls, both.urls);
    assert.deepEqual(
      after.urlTokens.map(({ label }) => label),
      ["v2"],
    );
  });

  it("give an amount the same URL whatever other amounts there are", async () => {
    const { rent, buffer } = quickstartArgs().amounts ?? {};
    const declared = await declareApi({ amounts: { rent: rent as never } });
    const more = await declareApi({ amounts: { another: buffer as never, rent: rent as never } });
    const urlOf = ({ component }: { component: { values: Record<string, unknown> } }) =>
      (component.values.amountUrls as Record<string, string>).rent;
    assert.equal(urlOf(declared), urlOf(more));
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
});
