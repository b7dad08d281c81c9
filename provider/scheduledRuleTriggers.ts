import * as pulumi from "@pulumi/pulumi";
import { triggerEnvironment } from "../lambda/agreements/triggerConfig";
import type { ScheduledRuleTriggersArgs } from "./args";
import { makeAlarms } from "./parts/alarms";
import { apiSecretsFor } from "./parts/apiSecrets";
import { makeFunction, policyDocument } from "./parts/function";
import { ledgerFor } from "./parts/ledger";
import { makeMapping } from "./parts/mapping";
import type { OutputsOf } from "./parts/outputs";
import { makeEventQueues, makeQueues } from "./parts/queues";
import { makeScheduleGroup, makeSchedules } from "./parts/schedules";
import { topicFor } from "./parts/topic";
import { triggerAlarms } from "./parts/triggerAlarms";
import { triggerFunctionCode } from "./parts/triggerFunctionCode";
import { triggerStatements } from "./parts/triggerStatements";
import { askedFunction, planTriggers, readsQuestions, scheduledPlans, triggerWarnings } from "./plan/triggers";

/** Room for a few tries of one call, each of up to ten seconds, and for telling what became of them. */
const TIMEOUT_SECONDS = 60;

/**
 * Triggers rules of Sequence on schedules or by events, each occurrence once: schedules put occurrences into a queue, a function takes them
 * from there and calls Sequence, for hours if need be, and a ledger remembers what became of each.
 */
export class ScheduledRuleTriggers extends pulumi.ComponentResource {
  /** Name of the function that calls Sequence. */
  public readonly functionName!: pulumi.Output<string>;
  /** ARN of that function. */
  public readonly functionArn!: pulumi.Output<string>;
  /** Name of the function's role, for a policy of your own: `kms:Decrypt` for a secret with a key of its own, say. */
  public readonly roleName!: pulumi.Output<string>;
  /** Name of the function's log group. */
  public readonly logGroupName!: pulumi.Output<string>;
  /** URL of the work queue: where a message goes that runs an occurrence by hand. */
  public readonly workQueueUrl!: pulumi.Output<string>;
  /** Name of the work queue. */
  public readonly workQueueName!: pulumi.Output<string>;
  /** URL of the queue of occurrences that were given up. */
  public readonly failureQueueUrl!: pulumi.Output<string>;
  /** Name of that queue. */
  public readonly failureQueueName!: pulumi.Output<string>;
  /** URL of the queue of events; empty if every trigger has a schedule. */
  public readonly eventQueueUrl!: pulumi.Output<string>;
  /** ARN of that queue. */
  public readonly eventQueueArn!: pulumi.Output<string>;
  /** The policy, as JSON, of a role that sends events: it may send to that queue, and nothing else. */
  public readonly eventSenderPolicy!: pulumi.Output<string>;
  /** Name of the table that remembers what became of each occurrence. */
  public readonly ledgerTableName!: pulumi.Output<string>;
  /** Name of the schedule group. */
  public readonly scheduleGroupName!: pulumi.Output<string>;
  /** ARN of the secret with the API secrets that Pulumi fills; empty if there is none. */
  public readonly apiSecretsArn!: pulumi.Output<string>;
  /** ARN of the secret with the API secrets that you fill; empty if there is none. */
  public readonly apiSecretsToFillArn!: pulumi.Output<string>;
  /** The command that fills that secret; empty if there is none. */
  public readonly fillApiSecrets!: pulumi.Output<string>;
  /** ARN of the topic that mails go to; empty if alarms are off. */
  public readonly topicArn!: pulumi.Output<string>;

  constructor(name: string, args: ScheduledRuleTriggersArgs, opts?: pulumi.ComponentResourceOptions) {
    // Not the arguments: what is given to a component is kept in the state as it is, a credential in plain text too.
    super("sequence-remote-api:index:ScheduledRuleTriggers", name, {}, opts);
    const plan = planTriggers(name, args);
    const { tags } = plan;
    const child = { parent: this };
    for (const warning of triggerWarnings(plan)) pulumi.log.warn(warning, this);

    const secrets = apiSecretsFor(name, plan, child);
    const queues = makeQueues(name, { timeoutSeconds: TIMEOUT_SECONDS, tags }, child);
    const events =
      scheduledPlans(plan.triggers).length < Object.keys(plan.triggers).length
        ? makeEventQueues(name, { timeoutSeconds: TIMEOUT_SECONDS, tags }, child)
        : undefined;
    const ledger = ledgerFor(name, plan, queues, child);
    const group = makeScheduleGroup(name, tags, child);
    const topic = topicFor(name, plan, child);
    const amounts = askedFunction(plan);
    const amountLog = readsQuestions(plan) ? amounts?.logGroupName : undefined;
    const parts = makeFunction(
      name,
      plan,
      {
        description: `Triggers rules of Sequence (${name})`,
        code: triggerFunctionCode(plan, secrets.arnOf),
        environment: {
          [triggerEnvironment.baseUrl]: plan.baseUrl,
          [triggerEnvironment.triggerPath]: plan.triggerPath,
          [triggerEnvironment.workQueueUrl]: queues.work.url,
          [triggerEnvironment.failureQueueUrl]: queues.failures.url,
          [triggerEnvironment.ledgerTable]: ledger.name,
          [triggerEnvironment.scheduleGroup]: group.name,
          ...(events ? { [triggerEnvironment.eventQueueUrl]: events.events.url } : {}),
          ...(topic ? { [triggerEnvironment.topicArn]: topic } : {}),
          ...(amounts ? { [triggerEnvironment.amountFunction]: amounts.name } : {}),
          ...(amountLog ? { [triggerEnvironment.amountLog]: amountLog } : {}),
        },
        statements: triggerStatements({
          secrets,
          queues,
          events,
          ledger,
          group,
          topic,
          amounts,
          amountLog,
          digest: plan.digest,
        }),
        timeoutSeconds: TIMEOUT_SECONDS,
      },
      child,
    );
    const mapping = makeMapping(name, "mapping", { queue: queues.work, parts, tags }, child);
    if (events) makeMapping(name, "event-mapping", { queue: events.events, parts, tags }, child);
    makeSchedules(name, plan, { group, queues, consumers: [parts.function, mapping] }, child);
    if (topic) {
      const sources = {
        functionName: parts.function.name,
        workQueueName: queues.work.name,
        failureQueueName: queues.failures.name,
        scheduleGroupName: group.name,
        ...(events ? { events: { queueName: events.events.name, deadLetterQueueName: events.deadLetters.name } } : {}),
      };
      makeAlarms(name, triggerAlarms(sources), topic, tags, child);
    }

    const none = pulumi.output("");
    const outputs: OutputsOf<ScheduledRuleTriggers> = {
      functionName: parts.function.name,
      functionArn: parts.function.arn,
      roleName: parts.role.name,
      logGroupName: parts.logGroup.name,
      workQueueUrl: queues.work.url,
      workQueueName: queues.work.name,
      failureQueueUrl: queues.failures.url,
      failureQueueName: queues.failures.name,
      eventQueueUrl: events?.events.url ?? none,
      eventQueueArn: events?.events.arn ?? none,
      eventSenderPolicy: events
        ? policyDocument([{ Sid: "SendEvents", Action: ["sqs:SendMessage"], Resource: events.events.arn }])
        : none,
      ledgerTableName: ledger.name,
      scheduleGroupName: group.name,
      apiSecretsArn: secrets.given ?? none,
      apiSecretsToFillArn: secrets.toFill?.arn ?? none,
      fillApiSecrets: secrets.toFill?.instructions ?? none,
      topicArn: topic ?? none,
    };
    Object.assign(this, outputs);
    this.registerOutputs(outputs);
  }
}
