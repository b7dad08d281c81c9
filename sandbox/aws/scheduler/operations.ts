import type { AwsApi, AwsOperation } from "../types";
import type { DeliveredSchedule } from "./delivery";

/** A schedule as the calls on the wire see it. */
export interface StoredSchedule extends DeliveredSchedule {
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Scheduler's calls: the one that the daily check makes. */
export function schedulerApi(
  arnOf: (group: string, name: string) => string,
  find: (group: string, name: string) => StoredSchedule,
): AwsApi {
  const operations: Record<string, AwsOperation> = {
    GetSchedule: {
      authorize: ({ GroupName, Name }) => ({
        action: "scheduler:GetSchedule",
        resource: arnOf(String(GroupName), String(Name)),
      }),
      run: ({ GroupName, Name }) => details(find(String(GroupName), String(Name))),
    },
  };
  return { signingName: "scheduler", protocol: "restJson", operations, route };
}

function route(method: string, path: string, query: URLSearchParams): ReturnType<NonNullable<AwsApi["route"]>> {
  const [, folder, name, ...rest] = path.split("/");
  if (method !== "GET" || folder !== "schedules" || !name || rest.length > 0) return undefined;
  const GroupName = query.get("groupName") ?? "default";
  return { operation: "GetSchedule", input: { Name: decodeURIComponent(name), GroupName } };
}

function details({ name, group, arn, createdAt, declaration }: StoredSchedule) {
  const { when, description, target, enabled } = declaration;
  return {
    Arn: arn,
    Name: name,
    GroupName: group,
    State: enabled ? "ENABLED" : "DISABLED",
    CreationDate: createdAt / 1000,
    LastModificationDate: createdAt / 1000,
    Description: description,
    ScheduleExpression: when.expression,
    ScheduleExpressionTimezone: when.timezone,
    FlexibleTimeWindow: { Mode: "OFF" },
    ActionAfterCompletion: "NONE",
    Target: {
      Arn: target.arn,
      RoleArn: target.roleArn,
      Input: target.input,
      DeadLetterConfig: target.deadLetterArn === undefined ? undefined : { Arn: target.deadLetterArn },
      RetryPolicy: {
        MaximumEventAgeInSeconds: target.maximumEventAgeInSeconds,
        MaximumRetryAttempts: target.maximumRetryAttempts,
      },
    },
  };
}
