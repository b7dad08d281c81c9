import {
  type ComparisonOperator,
  DeleteAlarmsCommand,
  DeleteDashboardsCommand,
  DescribeAlarmsCommand,
  ListDashboardsCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  type Statistic,
} from "@aws-sdk/client-cloudwatch";
import type * as aws from "@pulumi/aws/cloudwatch";
import type { Unwrap } from "@pulumi/pulumi";
import { type Kind, nameFor, type Place, type Service, tagList } from "./service";

type AlarmInputs = Unwrap<aws.MetricAlarmArgs>;

const alarm: Kind<AlarmInputs> = {
  async create({ name, inputs }, place) {
    const AlarmName = nameFor({ name, inputs });
    await putAlarm(AlarmName, inputs, place);
    const arn = `arn:aws:cloudwatch:${place.region}:${place.account}:alarm:${AlarmName}`;
    return { id: AlarmName, outputs: { name: AlarmName, arn } };
  },
  updates: ["alarmDescription", "dimensions", "threshold", "period", "evaluationPeriods", "alarmActions", "okActions"],
  update: ({ id }, { inputs }, place) => putAlarm(id, inputs, place),
  remove: ({ id }, _, { clients }) => clients.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [id] })),
};

async function putAlarm(AlarmName: string, inputs: AlarmInputs, { clients }: Place): Promise<void> {
  const { dimensions = {}, warmUpConfiguration } = inputs;
  await clients.cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      AlarmDescription: inputs.alarmDescription,
      Namespace: inputs.namespace,
      MetricName: inputs.metricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      Statistic: inputs.statistic as Statistic | undefined,
      Threshold: inputs.threshold,
      Period: inputs.period,
      ComparisonOperator: inputs.comparisonOperator as ComparisonOperator,
      EvaluationPeriods: inputs.evaluationPeriods,
      DatapointsToAlarm: inputs.datapointsToAlarm,
      TreatMissingData: inputs.treatMissingData,
      AlarmActions: inputs.alarmActions?.map(String),
      OKActions: inputs.okActions?.map(String),
      Tags: tagList(inputs.tags),
      ...(warmUpConfiguration && {
        WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: warmUpConfiguration.warmUpPeriodDurationInMinutes },
      }),
    }),
  );
}

const dashboard: Kind<Unwrap<aws.DashboardArgs>> = {
  async create({ inputs }, { clients }) {
    const DashboardName = inputs.dashboardName;
    await clients.cloudWatch.send(new PutDashboardCommand({ DashboardName, DashboardBody: inputs.dashboardBody }));
    return { id: DashboardName, outputs: {} };
  },
  updates: ["dashboardBody"],
  async update({ id: DashboardName }, { inputs }, { clients }) {
    await clients.cloudWatch.send(new PutDashboardCommand({ DashboardName, DashboardBody: inputs.dashboardBody }));
  },
  remove: ({ id }, _, { clients }) => clients.cloudWatch.send(new DeleteDashboardsCommand({ DashboardNames: [id] })),
};

export const cloudWatch: Service = {
  kinds: { "aws:cloudwatch/metricAlarm:MetricAlarm": alarm, "aws:cloudwatch/dashboard:Dashboard": dashboard },
  async list({ clients }) {
    const { MetricAlarms = [] } = await clients.cloudWatch.send(new DescribeAlarmsCommand({}));
    const { DashboardEntries = [] } = await clients.dashboards.send(new ListDashboardsCommand({}));
    return [
      ...MetricAlarms.map(({ AlarmArn }) => String(AlarmArn)),
      ...DashboardEntries.map(({ DashboardName }) => `dashboard ${DashboardName}`),
    ];
  },
};
