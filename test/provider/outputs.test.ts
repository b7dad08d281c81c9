import assert from "node:assert/strict";
import {
  RemoteAmountEndpoint,
  type RemoteAmountEndpointArgs,
  type RemoteApiArgs,
  ScheduledRuleTriggers,
  type ScheduledRuleTriggersArgs,
} from "../../provider";
import { declaredQuickstart, quickstartApi, quickstartArgs, withoutAmounts } from "./quickstartProgram";
import { ACCOUNT, type Declared, declareComponent, REGION } from "./support";

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const queueUrl = (name: string) => `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}-1234567`;

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
