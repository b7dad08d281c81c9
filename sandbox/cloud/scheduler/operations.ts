import type { AwsApi, AwsOperation } from "../types";
import type { DeliveredSchedule } from "./delivery";

type Input = Record<string, unknown>;

/** A schedule as the calls on the wire see it. */
export interface StoredSchedule extends DeliveredSchedule {
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Scheduler's calls: the reading ones. */
export function schedulerApi(
  find: (group: string, name: string) => StoredSchedule,
  all: () => readonly StoredSchedule[],
): AwsApi {
  const found = (input: Input) => find(String(input.GroupName), String(input.Name));
  const operations: Record<string, AwsOperation> = {
    GetSchedule: {
      authorize: (input) => ({ action: "scheduler:GetSchedule", resource: found(input).arn }),
      run: (input) => details(found(input)),
    },
    ListSchedules: {
      authorize: () => ({ action: "scheduler:ListSchedules", resource: "*" }),
      run: ({ GroupName, NamePrefix, State }) => ({
        Schedules: all()
          .filter(({ group }) => GroupName === undefined || group === GroupName)
          .filter(({ name }) => NamePrefix === undefined || name.startsWith(String(NamePrefix)))
          .map(summary)
          .filter((schedule) => State === undefined || schedule.State === State),
      }),
    },
  };
  return { signingName: "scheduler", protocol: "restJson", operations, route };
}

function route(method: string, path: string, query: URLSearchParams): ReturnType<NonNullable<AwsApi["route"]>> {
  const [, folder, name, ...rest] = path.split("/");
  if (method !== "GET" || folder !== "schedules" || rest.length > 0) return undefined;
  if (name) {
    const GroupName = query.get("groupName") ?? "default";
    return { operation: "GetSchedule", input: { Name: decodeURIComponent(name), GroupName } };
  }
  return {
    operation: "ListSchedules",
    input: {
      GroupName: query.get("ScheduleGroup") ?? undefined,
      NamePrefix: query.get("NamePrefix") ?? undefined,
      State: query.get("State") ?? undefined,
    },
  };
}

function summary({ name, group, arn, createdAt, declaration }: StoredSchedule) {
  return {
    Arn: arn,
    Name: name,
    GroupName: group,
    State: declaration.enabled ? "ENABLED" : "DISABLED",
    CreationDate: createdAt / 1000,
    LastModificationDate: createdAt / 1000,
    Target: { Arn: declaration.target.arn },
  };
}

function details(schedule: StoredSchedule) {
  const { when, description, target } = schedule.declaration;
  return {
    ...summary(schedule),
    Description: description,
    ScheduleExpression: when.expression,
    ScheduleExpressionTimezone: when.timezone,
    StartDate: epochSeconds(when.startDate),
    EndDate: epochSeconds(when.endDate),
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

/** Scheduler keeps whole seconds. */
function epochSeconds(date: string | undefined): number | undefined {
  return date === undefined ? undefined : Math.floor(Date.parse(date) / 1000);
}
