import {
  AddPermissionCommand,
  type Architecture,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  type FunctionResponseType,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  type LogFormat,
  RemovePermissionCommand,
  type Runtime,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import type * as aws from "@pulumi/aws/lambda";
import type { Unwrap } from "@pulumi/pulumi";
import { zipSync } from "fflate";
import { answered, type Declared, type Kind, nameFor, type Place, type Service } from "./service";

type FunctionInputs = Unwrap<aws.FunctionArgs>;

const fn: Kind<FunctionInputs> = {
  async create(declared, place) {
    const { inputs } = declared;
    const FunctionName = nameFor(declared);
    const { FunctionArn } = await place.clients.lambda.send(
      new CreateFunctionCommand({
        ...configuration(declared, place),
        FunctionName,
        Architectures: inputs.architectures as Architecture[] | undefined,
        Code: { ZipFile: archiveOf(declared) },
        Tags: inputs.tags && { ...inputs.tags },
        Role: String(inputs.role),
      }),
    );
    // As the aws provider does: until then the function is Pending.
    const { lambda: client } = place.clients;
    await waitUntilFunctionActiveV2({ client, maxWaitTime: 60, minDelay: 0.1, maxDelay: 1 }, { FunctionName });
    return { id: FunctionName, outputs: { name: FunctionName, arn: answered(FunctionArn, "the function's ARN") } };
  },
  updates: [
    "code",
    "description",
    "environment",
    "handler",
    "loggingConfig",
    "memorySize",
    "role",
    "runtime",
    "timeout",
  ],
  async update({ id: FunctionName }, declared, place) {
    const { lambda } = place.clients;
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: archiveOf(declared) }));
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...configuration(declared, place) }));
  },
  remove: ({ id: FunctionName }, _, { clients }) => clients.lambda.send(new DeleteFunctionCommand({ FunctionName })),
};

function configuration({ inputs }: Declared<FunctionInputs>, { overrideEnvironment }: Place) {
  const { loggingConfig } = inputs;
  return {
    Description: inputs.description,
    Role: String(inputs.role),
    Runtime: inputs.runtime as Runtime | undefined,
    Handler: inputs.handler,
    Timeout: inputs.timeout,
    MemorySize: inputs.memorySize,
    Environment: { Variables: overrideEnvironment({ ...inputs.environment?.variables }) },
    LoggingConfig: loggingConfig && {
      LogFormat: loggingConfig.logFormat as LogFormat,
      LogGroup: loggingConfig.logGroup,
    },
  };
}

function archiveOf({ archives }: Declared<FunctionInputs>): Uint8Array {
  return zipSync({ ...archives.code });
}

const permission: Kind<Unwrap<aws.PermissionArgs>> = {
  async create({ name, inputs }, { clients }) {
    const StatementId = inputs.statementId ?? name;
    await clients.lambda.send(
      new AddPermissionCommand({
        StatementId,
        FunctionName: String(inputs.function),
        Action: inputs.action,
        Principal: inputs.principal,
        SourceArn: inputs.sourceArn,
      }),
    );
    return { id: StatementId, outputs: { statementId: StatementId } };
  },
  remove: ({ id: StatementId }, inputs, { clients }) =>
    clients.lambda.send(new RemovePermissionCommand({ StatementId, FunctionName: String(inputs.function) })),
};

const mapping: Kind<Unwrap<aws.EventSourceMappingArgs>> = {
  async create({ inputs }, { clients }) {
    const { scalingConfig, functionResponseTypes } = inputs;
    const { UUID, EventSourceMappingArn } = await clients.lambda.send(
      new CreateEventSourceMappingCommand({
        EventSourceArn: inputs.eventSourceArn,
        FunctionName: String(inputs.functionName),
        BatchSize: inputs.batchSize,
        ScalingConfig: scalingConfig && { MaximumConcurrency: scalingConfig.maximumConcurrency },
        FunctionResponseTypes: functionResponseTypes && ([...functionResponseTypes] as FunctionResponseType[]),
        Tags: inputs.tags && { ...inputs.tags },
      }),
    );
    const uuid = answered(UUID, "the mapping's id");
    return { id: uuid, outputs: { uuid, arn: EventSourceMappingArn } };
  },
  remove: ({ id: UUID }, _, { clients }) => clients.lambda.send(new DeleteEventSourceMappingCommand({ UUID })),
};

export const lambda: Service = {
  kinds: {
    "aws:lambda/function:Function": fn,
    "aws:lambda/permission:Permission": permission,
    "aws:lambda/eventSourceMapping:EventSourceMapping": mapping,
  },
  async list({ clients }) {
    const { Functions = [] } = await clients.lambda.send(new ListFunctionsCommand({}));
    const { EventSourceMappings = [] } = await clients.lambda.send(new ListEventSourceMappingsCommand({}));
    return [
      ...Functions.map(({ FunctionArn }) => String(FunctionArn)),
      ...EventSourceMappings.map(({ UUID }) => `event source mapping ${UUID}`),
    ];
  },
};
