import {
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  DeleteIntegrationCommand,
  DeleteRouteCommand,
  DeleteStageCommand,
  GetApisCommand,
  type IntegrationType,
  type ProtocolType,
  UpdateStageCommand,
} from "@aws-sdk/client-apigatewayv2";
import type * as aws from "@pulumi/aws/apigatewayv2";
import type { Unwrap } from "@pulumi/pulumi";
import { answered, type Kind, nameFor, type Service } from "./service";

const api: Kind<Unwrap<aws.ApiArgs>> = {
  async create({ name, inputs }, { clients, region, account, urlOfApi }) {
    const Name = nameFor({ name, inputs });
    const { ApiId } = await clients.apiGateway.send(
      new CreateApiCommand({
        Name,
        ProtocolType: inputs.protocolType as ProtocolType,
        Tags: inputs.tags && { ...inputs.tags },
      }),
    );
    const id = answered(ApiId, "the API's id");
    const arn = `arn:aws:apigateway:${region}::/apis/${id}`;
    const executionArn = `arn:aws:execute-api:${region}:${account}:${id}`;
    return { id, outputs: { name: Name, arn, executionArn, apiEndpoint: urlOfApi(id) } };
  },
  remove: ({ id: ApiId }, _, { clients }) => clients.apiGateway.send(new DeleteApiCommand({ ApiId })),
};

const integration: Kind<Unwrap<aws.IntegrationArgs>> = {
  async create({ inputs }, { clients }) {
    const { IntegrationId } = await clients.apiGateway.send(
      new CreateIntegrationCommand({
        ApiId: inputs.apiId,
        IntegrationType: inputs.integrationType as IntegrationType,
        IntegrationUri: inputs.integrationUri,
        IntegrationMethod: inputs.integrationMethod,
        PayloadFormatVersion: inputs.payloadFormatVersion,
        TimeoutInMillis: inputs.timeoutMilliseconds,
      }),
    );
    return { id: answered(IntegrationId, "the integration's id"), outputs: {} };
  },
  remove: ({ id: IntegrationId }, { apiId: ApiId }, { clients }) =>
    clients.apiGateway.send(new DeleteIntegrationCommand({ ApiId, IntegrationId })),
};

const route: Kind<Unwrap<aws.RouteArgs>> = {
  async create({ inputs }, { clients }) {
    const { RouteId } = await clients.apiGateway.send(
      new CreateRouteCommand({ ApiId: inputs.apiId, RouteKey: inputs.routeKey, Target: inputs.target }),
    );
    return { id: answered(RouteId, "the route's id"), outputs: {} };
  },
  remove: ({ id: RouteId }, { apiId: ApiId }, { clients }) =>
    clients.apiGateway.send(new DeleteRouteCommand({ ApiId, RouteId })),
};

type StageInputs = Unwrap<aws.StageArgs>;

const stage: Kind<StageInputs> = {
  async create({ inputs }, { clients }) {
    const StageName = answered(inputs.name, "a name of the stage");
    await clients.apiGateway.send(
      new CreateStageCommand({ ...stageSettings(inputs), ApiId: inputs.apiId, StageName, Tags: { ...inputs.tags } }),
    );
    return { id: StageName, outputs: {} };
  },
  updates: ["autoDeploy", "defaultRouteSettings", "accessLogSettings"],
  async update({ id: StageName }, { inputs }, { clients }) {
    await clients.apiGateway.send(new UpdateStageCommand({ ...stageSettings(inputs), ApiId: inputs.apiId, StageName }));
  },
  remove: ({ id: StageName }, { apiId: ApiId }, { clients }) =>
    clients.apiGateway.send(new DeleteStageCommand({ ApiId, StageName })),
};

function stageSettings({ autoDeploy, defaultRouteSettings, accessLogSettings }: StageInputs) {
  return {
    AutoDeploy: autoDeploy,
    DefaultRouteSettings: defaultRouteSettings && {
      ThrottlingRateLimit: defaultRouteSettings.throttlingRateLimit,
      ThrottlingBurstLimit: defaultRouteSettings.throttlingBurstLimit,
    },
    AccessLogSettings: accessLogSettings && {
      DestinationArn: accessLogSettings.destinationArn,
      Format: accessLogSettings.format,
    },
  };
}

export const apiGateway: Service = {
  kinds: {
    "aws:apigatewayv2/api:Api": api,
    "aws:apigatewayv2/integration:Integration": integration,
    "aws:apigatewayv2/route:Route": route,
    "aws:apigatewayv2/stage:Stage": stage,
  },
  async list({ clients }) {
    const { Items = [] } = await clients.apiGateway.send(new GetApisCommand({}));
    return Items.map(({ ApiId }) => `HTTP API ${ApiId}`);
  },
};
