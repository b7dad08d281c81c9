import {
  type BillingMode,
  CreateTableCommand,
  DeleteTableCommand,
  ListTablesCommand,
  type ScalarAttributeType,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import type * as aws from "@pulumi/aws/dynamodb";
import type { Unwrap } from "@pulumi/pulumi";
import { answered, type Kind, nameFor, type Service, tagList } from "./service";

const table: Kind<Unwrap<aws.TableArgs>> = {
  async create({ name, inputs }, { clients: { dynamoDb } }) {
    const TableName = nameFor({ name, inputs });
    const { attributes = [], hashKey, ttl, pointInTimeRecovery } = inputs;
    const { TableDescription } = await dynamoDb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: inputs.billingMode as BillingMode | undefined,
        AttributeDefinitions: attributes.map((attribute) => ({
          AttributeName: attribute.name,
          AttributeType: attribute.type as ScalarAttributeType,
        })),
        KeySchema: [{ AttributeName: hashKey, KeyType: "HASH" }],
        Tags: tagList(inputs.tags),
      }),
    );
    if (ttl)
      await dynamoDb.send(
        new UpdateTimeToLiveCommand({
          TableName,
          TimeToLiveSpecification: { AttributeName: ttl.attributeName, Enabled: ttl.enabled },
        }),
      );
    if (pointInTimeRecovery)
      await dynamoDb.send(
        new UpdateContinuousBackupsCommand({
          TableName,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: pointInTimeRecovery.enabled },
        }),
      );
    const arn = answered(TableDescription?.TableArn, "the table's ARN");
    return { id: TableName, outputs: { name: TableName, arn } };
  },
  remove: ({ id: TableName }, _, { clients }) => clients.dynamoDb.send(new DeleteTableCommand({ TableName })),
};

export const dynamoDb: Service = {
  kinds: { "aws:dynamodb/table:Table": table },
  async list({ clients }) {
    const { TableNames = [] } = await clients.dynamoDb.send(new ListTablesCommand({}));
    return TableNames.map((name) => `table ${name}`);
  },
};
