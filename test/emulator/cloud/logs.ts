import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteMetricFilterCommand,
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
  PutMetricFilterCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type * as aws from "@pulumi/aws/cloudwatch";
import type { Unwrap } from "@pulumi/pulumi";
import { type Kind, nameFor, type Place, type Service } from "./service";

const logGroup: Kind<Unwrap<aws.LogGroupArgs>> = {
  async create({ name, inputs }, place) {
    const logGroupName = nameFor({ name, inputs });
    await place.clients.logs.send(new CreateLogGroupCommand({ logGroupName, tags: inputs.tags }));
    await keepFor(logGroupName, inputs.retentionInDays, place);
    const arn = `arn:aws:logs:${place.region}:${place.account}:log-group:${logGroupName}`;
    return { id: logGroupName, outputs: { name: logGroupName, arn } };
  },
  updates: ["retentionInDays"],
  update: ({ id }, { inputs }, place) => keepFor(id, inputs.retentionInDays, place),
  remove: ({ id: logGroupName }, _, { clients }) => clients.logs.send(new DeleteLogGroupCommand({ logGroupName })),
};

async function keepFor(logGroupName: string, retentionInDays: number | undefined, { clients }: Place): Promise<void> {
  await clients.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
}

const metricFilter: Kind<Unwrap<aws.LogMetricFilterArgs>> = {
  async create({ name, inputs }, { clients }) {
    const filterName = nameFor({ name, inputs });
    const { namespace, name: metricName, value, dimensions } = inputs.metricTransformation;
    await clients.logs.send(
      new PutMetricFilterCommand({
        filterName,
        logGroupName: inputs.logGroupName,
        filterPattern: inputs.pattern,
        metricTransformations: [
          { metricNamespace: namespace, metricName, metricValue: value, dimensions: { ...dimensions } },
        ],
      }),
    );
    return { id: filterName, outputs: { name: filterName } };
  },
  remove: ({ id: filterName }, { logGroupName }, { clients }) =>
    clients.logs.send(new DeleteMetricFilterCommand({ filterName, logGroupName })),
};

export const logs: Service = {
  kinds: {
    "aws:cloudwatch/logGroup:LogGroup": logGroup,
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": metricFilter,
  },
  async list({ clients }) {
    const { logGroups = [] } = await clients.logs.send(new DescribeLogGroupsCommand({}));
    const { metricFilters = [] } = await clients.logs.send(new DescribeMetricFiltersCommand({}));
    return [
      ...logGroups.map(({ logGroupName }) => `log group ${logGroupName}`),
      ...metricFilters.map(({ filterName }) => `metric filter ${filterName}`),
    ];
  },
};
