import type * as scheduler from "@pulumi/aws/scheduler";
import * as pulumi from "@pulumi/pulumi";
import type { AmountFunction } from "../plan/triggers";
import type { ApiSecrets } from "./apiSecrets";
import { applyIfMade } from "./applyIfMade";
import type { Statement } from "./function";
import type { Ledger } from "./ledger";
import type { EventQueueParts, QueueParts } from "./queues";

const TAKE = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"];

/** What the trigger function may do beside writing its log, every right on exact ARNs or the schedules of its own group. */
export function triggerStatements(on: {
  readonly secrets: ApiSecrets;
  readonly queues: QueueParts;
  readonly events: EventQueueParts | undefined;
  readonly ledger: Ledger;
  readonly group: scheduler.ScheduleGroup;
  readonly topic: pulumi.Output<string> | undefined;
  readonly amounts: AmountFunction | undefined;
  /** Name of the amount function's log group. */
  readonly amountLog: pulumi.Output<string> | undefined;
  /** Whether the daily check counts what the ledger holds. */
  readonly digest: boolean;
}): Statement[] {
  const secretArns = pulumi.all(Object.values(on.secrets.arnOf)).apply((arns) => [...new Set(arns)].sort());
  // All of the component's own group, because the policy has no room for the ARNs of a hundred schedules.
  const schedules = applyIfMade(on.group.arn, (arn) => `${arn.replace(":schedule-group/", ":schedule/")}/*`);
  return [
    { Sid: "TakeFromWorkQueue", Action: TAKE, Resource: on.queues.work.arn },
    ...(on.events ? [{ Sid: "TakeFromEventQueue", Action: TAKE, Resource: on.events.events.arn }] : []),
    { Sid: "GiveUpOccurrence", Action: ["sqs:SendMessage"], Resource: on.queues.failures.arn },
    { Sid: "ReadApiSecrets", Action: ["secretsmanager:GetSecretValue"], Resource: secretArns as never },
    {
      Sid: "KeepLedger",
      Action: ["dynamodb:GetItem", "dynamodb:PutItem"],
      Resource: on.ledger.arn,
    },
    ...(on.digest ? [{ Sid: "CountLedger", Action: ["dynamodb:Scan"], Resource: on.ledger.arn }] : []),
    { Sid: "CheckSchedules", Action: ["scheduler:GetSchedule"], Resource: schedules },
    ...(on.amounts ? [{ Sid: "CheckAmounts", Action: ["lambda:InvokeFunction"], Resource: on.amounts.arn }] : []),
    ...(on.amounts && on.amountLog
      ? [{ Sid: "ReadAmountLog", Action: ["logs:FilterLogEvents"], Resource: logArns(on.amounts.arn, on.amountLog) }]
      : []),
    ...(on.topic ? [{ Sid: "SendMail", Action: ["sns:Publish"], Resource: on.topic }] : []),
  ];
}

/** With and without the end that stands for the group's streams: AWS asks for the one, emulators for the other. */
function logArns(functionArn: pulumi.Output<string>, group: pulumi.Output<string>): pulumi.Output<string>[] {
  const arn = applyIfMade(functionArn, (known) => known.split(":").slice(0, 5).join(":").replace(":lambda:", ":logs:"));
  const whole = pulumi.interpolate`${arn}:log-group:${group}`;
  return [whole, pulumi.interpolate`${whole}:*`];
}
