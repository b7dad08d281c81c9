import { type AwsApi, AwsError, type AwsOperation, type CloudContext } from "../types";
import type { Api } from "./api";

type Reader = (api: Api) => unknown;

/** API Gateway's calls: those by which a person looks at an HTTP API. */
export function httpApiApi({ region }: CloudContext, apiOf: (id: string) => Api): AwsApi {
  const reading = (path: string, run: Reader): AwsOperation => ({
    authorize: ({ ApiId }) => ({
      action: "apigateway:GET",
      resource: `arn:aws:apigateway:${region}::/apis/${ApiId}${path}`,
    }),
    run: ({ ApiId }) => run(apiOf(String(ApiId))),
  });
  const operations: Record<string, AwsOperation> = {
    GetApi: reading("", ({ setup, authority }) => ({
      ...{ apiId: setup.id, name: setup.name, protocolType: "HTTP", apiEndpoint: `http://${authority}` },
      disableExecuteApiEndpoint: !setup.isEnabled,
    })),
    GetRoutes: reading("/routes", ({ routes }) => ({
      items: [...routes.values()].map(({ id, key, integration }) => ({
        ...{ routeId: id, routeKey: key, target: `integrations/${integration.id}` },
        ...{ authorizationType: "NONE", apiKeyRequired: false },
      })),
    })),
    GetIntegrations: reading("/integrations", ({ integrations }) => ({
      items: [...integrations.values()].map(({ id, functionArn, timeoutMs }) => ({
        ...{ integrationId: id, integrationType: "AWS_PROXY", integrationUri: functionArn },
        ...{ integrationMethod: "POST", payloadFormatVersion: "2.0", timeoutInMillis: timeoutMs },
      })),
    })),
    GetStage: reading("/stages/$default", ({ stage }) => {
      if (!stage) throw new AwsError("NotFoundException", "Invalid stage identifier specified", 404);
      const { autoDeploy, defaultRouteSettings, accessLogSettings } = stage.inputs;
      return { stageName: "$default", autoDeploy, defaultRouteSettings, accessLogSettings };
    }),
  };
  return { signingName: "apigateway", protocol: "restJson", operations, route };
}

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid.html and its neighbours */
function route(method: string, path: string): ReturnType<NonNullable<AwsApi["route"]>> {
  const [, ApiId, what = ""] = /^\/v2\/apis\/(\w+)(?:\/(.+))?$/.exec(decodeURIComponent(path)) ?? [];
  const operation = CALLS[what];
  return method === "GET" && ApiId && operation ? { operation, input: { ApiId } } : undefined;
}

const CALLS: Readonly<Record<string, string>> = {
  "": "GetApi",
  routes: "GetRoutes",
  integrations: "GetIntegrations",
  "stages/$default": "GetStage",
};
