import type { GetScheduleCommand, GetScheduleCommandOutput } from "@aws-sdk/client-scheduler";
import type { Schedules } from "../ports";
import { CLIENT_OPTIONS, once, withinDeadline } from "./clientOptions";

/** The part of `SchedulerClient` that is used. */
export interface ScheduleReader {
  send(
    command: GetScheduleCommand,
    options: { abortSignal: AbortSignal },
  ): Promise<Omit<GetScheduleCommandOutput, "$metadata">>;
}

const schedulerClient = once(async (): Promise<ScheduleReader> => {
  const { SchedulerClient } = await import("@aws-sdk/client-scheduler");
  return new SchedulerClient(CLIENT_OPTIONS);
});

export function awsSchedules(groupName: string, client: () => Promise<ScheduleReader> = schedulerClient): Schedules {
  return {
    async get(name) {
      const { GetScheduleCommand } = await import("@aws-sdk/client-scheduler");
      try {
        const command = new GetScheduleCommand({ GroupName: groupName, Name: name });
        const found = await (await client()).send(command, withinDeadline());
        return {
          enabled: found.State === "ENABLED",
          expression: found.ScheduleExpression ?? "",
          // Scheduler's default.
          timezone: found.ScheduleExpressionTimezone ?? "UTC",
          startsAt: found.StartDate?.getTime(),
          endsAt: found.EndDate?.getTime(),
          changedAt: (found.LastModificationDate ?? found.CreationDate)?.getTime(),
          input: found.Target?.Input,
        };
      } catch (error) {
        if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
        throw error;
      }
    },
  };
}
