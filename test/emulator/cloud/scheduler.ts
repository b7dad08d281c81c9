import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  type FlexibleTimeWindowMode,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  type ScheduleState,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import type * as aws from "@pulumi/aws/scheduler";
import type { Unwrap } from "@pulumi/pulumi";
import { answered, type Kind, nameFor, type Service, tagList } from "./service";

const group: Kind<Unwrap<aws.ScheduleGroupArgs>> = {
  async create({ name, inputs }, { clients }) {
    const Name = nameFor({ name, inputs });
    const { ScheduleGroupArn } = await clients.scheduler.send(
      new CreateScheduleGroupCommand({ Name, Tags: tagList(inputs.tags) }),
    );
    return { id: Name, outputs: { name: Name, arn: answered(ScheduleGroupArn, "the group's ARN") } };
  },
  remove: ({ id: Name }, _, { clients }) => clients.scheduler.send(new DeleteScheduleGroupCommand({ Name })),
};

type ScheduleInputs = Unwrap<aws.ScheduleArgs>;

const schedule: Kind<ScheduleInputs> = {
  async create({ name, inputs }, { clients }) {
    const Name = nameFor({ name, inputs });
    const { ScheduleArn } = await clients.scheduler.send(new CreateScheduleCommand({ ...settingsOf(inputs), Name }));
    return { id: `${inputs.groupName}/${Name}`, outputs: { name: Name, arn: ScheduleArn } };
  },
  updates: [
    "description",
    "flexibleTimeWindow",
    "scheduleExpression",
    "scheduleExpressionTimezone",
    "startDate",
    "endDate",
    "state",
    "target",
  ],
  async update({ outputs }, { inputs }, { clients }) {
    await clients.scheduler.send(new UpdateScheduleCommand({ ...settingsOf(inputs), Name: String(outputs.name) }));
  },
  remove: ({ outputs }, { groupName: GroupName }, { clients }) =>
    clients.scheduler.send(new DeleteScheduleCommand({ GroupName, Name: String(outputs.name) })),
};

function settingsOf(inputs: ScheduleInputs) {
  const { target, flexibleTimeWindow } = inputs;
  const { retryPolicy, deadLetterConfig } = target;
  return {
    GroupName: inputs.groupName,
    Description: inputs.description,
    ScheduleExpression: inputs.scheduleExpression,
    ScheduleExpressionTimezone: inputs.scheduleExpressionTimezone,
    State: inputs.state as ScheduleState | undefined,
    StartDate: inputs.startDate === undefined ? undefined : new Date(inputs.startDate),
    EndDate: inputs.endDate === undefined ? undefined : new Date(inputs.endDate),
    FlexibleTimeWindow: { Mode: flexibleTimeWindow.mode as FlexibleTimeWindowMode },
    Target: {
      Arn: target.arn,
      RoleArn: target.roleArn,
      Input: target.input,
      RetryPolicy: retryPolicy && {
        MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeInSeconds,
        MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
      },
      DeadLetterConfig: deadLetterConfig && { Arn: deadLetterConfig.arn },
    },
  };
}

export const scheduler: Service = {
  kinds: { "aws:scheduler/scheduleGroup:ScheduleGroup": group, "aws:scheduler/schedule:Schedule": schedule },
  async list({ clients }) {
    const { ScheduleGroups = [] } = await clients.scheduler.send(new ListScheduleGroupsCommand({}));
    const { Schedules = [] } = await clients.scheduler.send(new ListSchedulesCommand({}));
    // Every account has the group `default`.
    const groups = ScheduleGroups.filter(({ Name }) => Name !== "default");
    return [...groups, ...Schedules].map(({ Arn }) => String(Arn));
  },
};
