import * as pulumi from "@pulumi/pulumi";
import { given } from "../lambda/agreements/given";
import type { AlarmArgs, RemoteApiArgs } from "./args";
import { makeDashboard } from "./parts/dashboard";
import type { OutputsOf } from "./parts/outputs";
import { topicFor } from "./parts/topic";
import { planRemoteApi } from "./plan/remoteApi";
import { RemoteAmountEndpoint } from "./remoteAmountEndpoint";
import { ScheduledRuleTriggers } from "./scheduledRuleTriggers";

/**
 * Everything that Sequence's Remote API needs on AWS: an endpoint that answers amounts, schedules that trigger rules, and one
 * topic that tells a person when something needs one. docs/resources.md has every resource in the account, and what it is for.
 */
export class RemoteApi extends pulumi.ComponentResource {
  /** The URL of every amount, by its name: paste each into its rule in Sequence. Secret, because whoever has it can ask. */
  public readonly amountUrls!: pulumi.Output<Record<string, string>>;
  /** The command that fills each secret that is left to you, by the secret's purpose: `accessToken`, `apiSecrets`. */
  public readonly secretsToFill!: pulumi.Output<Record<string, string>>;
  /** Name of the function that computes the amounts; empty without amounts. */
  public readonly amountFunctionName!: pulumi.Output<string>;
  /** Name of the function that triggers rules; empty without triggers. */
  public readonly triggerFunctionName!: pulumi.Output<string>;
  /** Name of the amount function's role, for a policy of your own; empty without amounts. */
  public readonly amountRoleName!: pulumi.Output<string>;
  /** Name of the trigger function's role, for a policy of your own; empty without triggers. */
  public readonly triggerRoleName!: pulumi.Output<string>;
  /** Name of the amount function's log group; empty without amounts. */
  public readonly amountLogGroupName!: pulumi.Output<string>;
  /** Name of the trigger function's log group; empty without triggers. */
  public readonly triggerLogGroupName!: pulumi.Output<string>;
  /** URL of the work queue: where a message goes that runs an occurrence by hand; empty without triggers. */
  public readonly workQueueUrl!: pulumi.Output<string>;
  /** URL of the queue of occurrences that were given up; empty without triggers. */
  public readonly failureQueueUrl!: pulumi.Output<string>;
  /** URL of the queue of events, where messages set off triggers without a schedule; empty if every trigger has one. */
  public readonly eventQueueUrl!: pulumi.Output<string>;
  /** ARN of that queue. */
  public readonly eventQueueArn!: pulumi.Output<string>;
  /** The policy, as JSON, of a role that sends events: it may send to that queue, and nothing else. */
  public readonly eventSenderPolicy!: pulumi.Output<string>;
  /** Name of the table that remembers what became of each occurrence; empty without triggers. */
  public readonly ledgerTableName!: pulumi.Output<string>;
  /** ARN of the topic that mails go to; empty if alarms are off. */
  public readonly topicArn!: pulumi.Output<string>;
  /** Address of the CloudWatch dashboard; empty if there is none. */
  public readonly dashboardUrl!: pulumi.Output<string>;

  constructor(name: string, args: RemoteApiArgs, opts?: pulumi.ComponentResourceOptions) {
    // Not the arguments: what is given to a component is kept in the state as it is, a credential in plain text too.
    super("sequence-remote-api:index:RemoteApi", name, {}, opts);
    const plan = planRemoteApi(name, args);
    const child = { parent: this };
    const none = pulumi.output("");

    // One topic for both parts, so that there is one mail to confirm.
    const topic = topicFor(name, plan, child);
    const toldTopic = <Plan extends AlarmArgs>({ alarmEmail, ...part }: Plan) => ({
      ...part,
      ...given({ alarmTopicArn: topic }),
    });
    const endpoint = plan.endpoint && new RemoteAmountEndpoint(`${name}-amounts`, toldTopic(plan.endpoint), child);
    const asked = plan.triggers && {
      ...toldTopic(plan.triggers),
      ...given({ amountFunction: amountFunctionOf(endpoint) }),
    };
    const triggers = asked && new ScheduledRuleTriggers(`${name}-triggers`, asked, child);
    const dashboardUrl = plan.dashboard ? makeDashboard(name, { endpoint, triggers }, child) : none;

    const outputs: OutputsOf<RemoteApi> = {
      amountUrls: endpoint?.amountUrls ?? pulumi.secret<Record<string, string>>({}),
      secretsToFill: pulumi.all([endpoint?.fillAccessToken ?? none, triggers?.fillApiSecrets ?? none]).apply(
        ([accessToken, apiSecrets]): Record<string, string> => ({
          ...(accessToken ? { accessToken } : {}),
          ...(apiSecrets ? { apiSecrets } : {}),
        }),
      ),
      amountFunctionName: endpoint?.functionName ?? none,
      triggerFunctionName: triggers?.functionName ?? none,
      amountRoleName: endpoint?.roleName ?? none,
      triggerRoleName: triggers?.roleName ?? none,
      amountLogGroupName: endpoint?.logGroupName ?? none,
      triggerLogGroupName: triggers?.logGroupName ?? none,
      workQueueUrl: triggers?.workQueueUrl ?? none,
      failureQueueUrl: triggers?.failureQueueUrl ?? none,
      eventQueueUrl: triggers?.eventQueueUrl ?? none,
      eventQueueArn: triggers?.eventQueueArn ?? none,
      eventSenderPolicy: triggers?.eventSenderPolicy ?? none,
      ledgerTableName: triggers?.ledgerTableName ?? none,
      topicArn: topic ?? none,
      dashboardUrl,
    };
    Object.assign(this, outputs);
    this.registerOutputs(outputs);
  }
}

function amountFunctionOf(endpoint: RemoteAmountEndpoint | undefined) {
  return endpoint && { name: endpoint.functionName, arn: endpoint.functionArn, logGroupName: endpoint.logGroupName };
}
