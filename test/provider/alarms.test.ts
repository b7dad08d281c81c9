import assert from "node:assert/strict";
import { accessLogMetrics, amountMetrics, METRIC_NAMESPACE, triggerMetrics } from "../../lambda/agreements/metrics";
import type { RemoteApiArgs } from "../../provider";
import { consoleHost } from "../../provider/parts/dashboard";
import { policyOf } from "./policies";
import { declaredQuickstart, quickstartApi } from "./quickstartProgram";
import { ACCOUNT, type Declared, declareComponent, named, ofType, REGION } from "./support";

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const declareApi = (changes: Partial<RemoteApiArgs> = {}) =>
  Object.keys(changes).length === 0 ? declaredQuickstart() : declareComponent(() => quickstartApi(changes));

describe("alarms and mails", () => {
  const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
  const TOPIC = "aws:sns/topic:Topic";
  const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
  const actions = (declared: Declared) =>
    policyOf(declared, "sequence-triggers-policy").flatMap(({ Action }) => Action ?? []);
  const topicVariable = (declared: Declared) =>
    (named(declared, "sequence-triggers-function").inputs.environment as { variables: Record<string, string> })
      .variables.TOPIC_ARN;

  /** Of these, a person wants to hear that they are over; the others tell what has happened, which is never over. */
  const endByThemselves = ["failure-queue", "delayed", "stuck"].map((part) => `sequence-triggers-alarm-${part}`);

  it("all go to one topic, of which the address hears", async () => {
    const declared = await declareApi();
    const topic = arn("sns", "sequence-topic-1234567");
    assert.equal(ofType(declared, TOPIC).length, 1);
    assert.deepEqual(
      ofType(declared, SUBSCRIPTION).map(({ inputs }) => inputs),
      [{ topic, protocol: "email", endpoint: "you@example.com" }],
    );
    assert.ok(ofType(declared, ALARM).length <= 16);
    for (const { name, inputs } of ofType(declared, ALARM)) {
      assert.deepEqual(inputs.alarmActions, [topic], name);
      assert.deepEqual(inputs.okActions, endByThemselves.includes(name) ? [topic] : [], name);
      assert.ok(String(inputs.alarmDescription).length > 60, name);
    }
    assert.equal(topicVariable(declared), topic);
  });

  it("watch, of our own metrics, only ones that exist, under the dimension that they have", async () => {
    const declared = await declareApi();
    const sources: Record<string, readonly string[]> = {
      "FunctionName=sequence-amounts-function-1234567": Object.values(amountMetrics),
      "FunctionName=sequence-triggers-function-1234567": Object.values(triggerMetrics),
      "ApiId=sequence-amounts-api-1234567-id": Object.values(accessLogMetrics),
    };
    const alarms = ofType(declared, ALARM).map(({ inputs }) => {
      const [[dimension, value] = []] = Object.entries(inputs.dimensions as Record<string, string>);
      return [inputs.namespace, inputs.metricName, dimension, value];
    });
    const [dashboard] = ofType(declared, "aws:cloudwatch/dashboard:Dashboard");
    const { widgets } = JSON.parse(String(dashboard?.inputs.dashboardBody)) as {
      widgets: { properties: { metrics: unknown[][] } }[];
    };
    const own = [...alarms, ...widgets.flatMap(({ properties }) => properties.metrics)].filter(
      ([namespace]) => !String(namespace).startsWith("AWS/"),
    );
    assert.ok(own.length > 15, `${own.length}`);
    for (const [namespace, metric, dimension, value] of own) {
      assert.equal(namespace, METRIC_NAMESPACE);
      assert.ok(sources[`${dimension}=${value}`]?.includes(String(metric)), `${metric} ${dimension}=${value}`);
    }
  });

  it("have the throttled requests counted in the access log, by the log's own fields", async () => {
    const declared = await declareApi();
    const { pattern, metricTransformation, logGroupName } = named(declared, "sequence-amounts-throttled").inputs;
    const { format, destinationArn } = named(declared, "sequence-amounts-stage").inputs.accessLogSettings as {
      format: string;
      destinationArn: string;
    };
    const fields = JSON.parse(format) as Record<string, string>;
    assert.deepEqual([fields.status, fields.apiId], ["$context.status", "$context.apiId"]);
    assert.equal(pattern, '{ $.status = "429" }');
    const { namespace, name, dimensions } = metricTransformation as Record<string, unknown>;
    assert.deepEqual([namespace, name, dimensions], [METRIC_NAMESPACE, "AmountThrottled", { ApiId: "$.apiId" }]);
    assert.ok(destinationArn.endsWith(`:${logGroupName}`), `${destinationArn} ${logGroupName}`);
  });

  it("are not there if they are off, nor is the right to send mails", async () => {
    const declared = await declareApi({ alarms: false, alarmEmail: undefined });
    for (const type of [ALARM, TOPIC, SUBSCRIPTION]) assert.deepEqual(ofType(declared, type), []);
    assert.ok(!actions(declared).includes("sns:Publish"));
    assert.equal(topicVariable(declared), undefined);
  });

  it("go to an existing topic, and then none is made", async () => {
    const ours = arn("sns", "ours");
    const declared = await declareApi({ alarmEmail: undefined, alarmTopicArn: ours });
    assert.deepEqual([...ofType(declared, TOPIC), ...ofType(declared, SUBSCRIPTION)], []);
    for (const { inputs } of ofType(declared, ALARM)) assert.deepEqual(inputs.alarmActions, [ours]);
    const publish = policyOf(declared, "sequence-triggers-policy").find(({ Sid }) => Sid === "SendMail");
    assert.deepEqual(publish?.Resource, ours);
    assert.equal(topicVariable(declared), ours);
    assert.equal(declared.component.values.topicArn, ours);
  });

  it("have one dashboard, unless it is off; its graphs name what is there", async () => {
    const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
    const [dashboard, ...others] = ofType(await declareApi(), DASHBOARD);
    assert.deepEqual(others, []);
    const body = String(dashboard?.inputs.dashboardBody);
    for (const part of [
      "amounts-function",
      "amounts-api",
      "triggers-function",
      "triggers-work",
      "triggers-failures",
      "triggers-schedules",
    ])
      assert.ok(body.includes(`sequence-${part}-1234567`), part);
    const { widgets } = JSON.parse(body) as { widgets: { properties: { region: string } }[] };
    for (const { properties } of widgets) assert.equal(properties.region, REGION);
    assert.deepEqual(ofType(await declareApi({ dashboard: false }), DASHBOARD), []);
  });

  it("have the dashboard's address in the console of the partition", () => {
    const hosts = { aws: "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1" };
    assert.deepEqual(
      Object.entries(hosts).map(([partition, region]) =>
        consoleHost(`arn:${partition}:lambda:${region}:${ACCOUNT}:function:f`),
      ),
      ["us-east-1.console.aws.amazon.com", "console.amazonaws-us-gov.com", "console.amazonaws.cn"],
    );
  });
});
