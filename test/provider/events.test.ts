import assert from "node:assert/strict";
import { receivesWithin } from "../../lambda/agreements/redelivery";
import { parsePolicy } from "../../sandbox";
import { allows, policyOf } from "./policies";
import { declaredQuickstart, quickstartApi, quickstartArgs } from "./quickstartProgram";
import { ACCOUNT, declareComponent, named, parentTypeOf, REGION } from "./support";

const arn = (queue: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:sequence-triggers-${queue}-1234567`;
const invoice = { ruleId: "ru_2", apiSecret: "invoice-secret" };
const { payday } = quickstartArgs().triggers ?? {};

describe("a trigger that events set off", () => {
  let declared: Awaited<ReturnType<typeof declareComponent>>;
  before(async () => {
    const triggers = { payday: payday as NonNullable<typeof payday>, invoice };
    declared = await declareComponent(() => quickstartApi({ triggers }));
  });

  it("adds exactly these children, whose names, types and parents stay, and no schedule", async () => {
    const lines = ({ resources }: typeof declared) =>
      resources.map((each) => `${each.type} ${each.name} < ${parentTypeOf(each)}`);
    const before = new Set(lines(await declaredQuickstart()));
    const component = "sequence-remote-api:index:ScheduledRuleTriggers";
    assert.deepEqual(
      lines(declared)
        .filter((line) => !before.has(line))
        .sort(),
      [
        `aws:cloudwatch/metricAlarm:MetricAlarm sequence-triggers-alarm-event-conflict < ${component}`,
        `aws:cloudwatch/metricAlarm:MetricAlarm sequence-triggers-alarm-event-dead-letters < ${component}`,
        `aws:cloudwatch/metricAlarm:MetricAlarm sequence-triggers-alarm-events-stuck < ${component}`,
        `aws:lambda/eventSourceMapping:EventSourceMapping sequence-triggers-event-mapping < ${component}`,
        `aws:sqs/queue:Queue sequence-triggers-event-dead-letters < ${component}`,
        `aws:sqs/queue:Queue sequence-triggers-events < ${component}`,
      ],
    );
  });

  it("has a queue and a way to fail of its own, apart from paydays and from the failures that people act on", () => {
    const { redrivePolicy, ...queue } = named(declared, "sequence-triggers-events").inputs;
    const { redrivePolicy: ofWork, ...work } = named(declared, "sequence-triggers-work").inputs;
    assert.deepEqual(queue, work);
    assert.deepEqual(JSON.parse(String(redrivePolicy)), {
      deadLetterTargetArn: arn("event-dead-letters"),
      maxReceiveCount: receivesWithin(720),
    });
    assert.equal(JSON.parse(String(ofWork)).deadLetterTargetArn, arn("failures"));
    const { eventSourceArn, ...mapping } = named(declared, "sequence-triggers-event-mapping").inputs;
    const { eventSourceArn: workArn, ...workMapping } = named(declared, "sequence-triggers-mapping").inputs;
    assert.deepEqual([eventSourceArn, workArn], [arn("events"), arn("work")]);
    assert.deepEqual(mapping, workMapping);
  });

  it("is told to the function as one without a schedule, with the queue", () => {
    const { environment } = named(declared, "sequence-triggers-function").inputs;
    assert.equal(
      (environment as { variables: Record<string, string> }).variables.EVENT_QUEUE_URL,
      `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/sequence-triggers-events-1234567`,
    );
    const config = JSON.parse(String(declared.archives["sequence-triggers-function"]?.["config.json"]));
    assert.deepEqual(Object.keys(config.triggers.invoice), ["ruleId", "apiSecretArn"]);
    assert.ok(config.triggers.payday.schedule);
  });

  it("lets the function take events, and nobody else do anything with their queues", async () => {
    const statements = policyOf(declared, "sequence-triggers-policy");
    for (const action of ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility"])
      assert.equal(await allows(statements, [`sqs:${action}`, arn("events")]), true, action);
    for (const [action, resource] of [
      ["sqs:SendMessage", arn("events")],
      ["sqs:ReceiveMessage", `${arn("events")}8`],
      ["sqs:SendMessage", arn("event-dead-letters")],
      ["sqs:ReceiveMessage", arn("event-dead-letters")],
    ] as const)
      assert.equal(await allows(statements, [action, resource]), false, `${action} ${resource}`);
    const scheduler = policyOf(declared, "sequence-triggers-scheduler-policy");
    assert.equal(await allows(scheduler, ["sqs:SendMessage", arn("events")]), false);
  });

  it("has outputs for its sender, whose policy allows sending events and nothing else", async () => {
    const { eventQueueUrl, eventQueueArn, eventSenderPolicy } = declared.component.values;
    assert.match(String(eventQueueUrl), /sequence-triggers-events-1234567$/);
    assert.equal(eventQueueArn, arn("events"));
    const sender = parsePolicy(eventSenderPolicy, "identity");
    assert.equal(await allows(sender, ["sqs:SendMessage", arn("events")]), true);
    for (const queue of ["work", "failures", "event-dead-letters", "events8"])
      assert.equal(await allows(sender, ["sqs:SendMessage", arn(queue)]), false, queue);
    for (const action of ["ReceiveMessage", "DeleteMessage", "PurgeQueue"])
      assert.equal(await allows(sender, [`sqs:${action}`, arn("events")]), false, action);
  });

  it("can be the only one, and the daily check stays", async () => {
    const { resources } = await declareComponent(() => quickstartApi({ triggers: { invoice } }));
    const schedules = resources.filter(({ type }) => type === "aws:scheduler/schedule:Schedule");
    assert.deepEqual(
      schedules.map(({ name }) => name),
      ["sequence-triggers-heartbeat"],
    );
  });
});
