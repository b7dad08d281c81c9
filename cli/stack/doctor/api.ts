import { GetApiCommand, GetIntegrationsCommand, GetRoutesCommand, GetStageCommand } from "@aws-sdk/client-apigatewayv2";
import { GetPolicyCommand } from "@aws-sdk/client-lambda";
import { ifThere } from "../aws/explain";
import type { LiveStack } from "../find/live";
import type { Recorded } from "../find/recorded";
import { DEPLOY_AGAIN, differences, type Finding, fine, looked, wrong } from "./finding";

const ABOUT = "amount API";

/** The HTTP API leads to the amount function as it was deployed, and may call it. */
export async function apiFindings(stack: LiveStack): Promise<Finding[]> {
  const apis = stack.declared("aws:apigatewayv2/api:Api").map((api) => looked(ABOUT, () => findings(stack, api)));
  const rights = stack
    .declared("aws:lambda/permission:Permission")
    .map((permission) => looked(RIGHT, () => rightFindings(stack, permission)));
  return (await Promise.all([...apis, ...rights])).flat();
}

async function findings(stack: LiveStack, api: Recorded): Promise<Finding[]> {
  const { apiGateway } = stack.clients;
  const ApiId = api.id;
  const live = await ifThere(apiGateway.send(new GetApiCommand({ ApiId })));
  if (!live)
    return [
      wrong(
        ABOUT,
        `the API ${ApiId} is gone, and with it every amount URL: no rule gets an amount`,
        'deploy again with "pulumi up --refresh", and paste the new URLs into the rules in Sequence',
      ),
    ];
  const [routes, integrations, stage] = await Promise.all([
    apiGateway.send(new GetRoutesCommand({ ApiId })),
    apiGateway.send(new GetIntegrationsCommand({ ApiId })),
    ifThere(apiGateway.send(new GetStageCommand({ ApiId, StageName: "$default" }))),
  ]);
  const of = (type: string) => stack.declared(type).filter(({ inputs }) => inputs.apiId === ApiId);
  const declaredRoutes = of("aws:apigatewayv2/route:Route");
  const throttle = (inputs: Recorded["inputs"]) => Object(inputs.defaultRouteSettings);
  const changes = [
    ...differences([
      ["another address", api.outputs.apiEndpoint, live.ApiEndpoint],
      [
        "its address switched off",
        api.inputs.disableExecuteApiEndpoint ?? false,
        live.DisableExecuteApiEndpoint ?? false,
      ],
    ]),
    ...declaredRoutes.flatMap(({ id, inputs }) => {
      const route = routes.Items?.find(({ RouteId }) => RouteId === id);
      if (!route) return [`no route ${inputs.routeKey} any more`];
      return differences([
        [`another key of the route ${inputs.routeKey}`, inputs.routeKey, route.RouteKey],
        [`another target of the route ${inputs.routeKey}`, inputs.target, route.Target],
        [
          `an authorizer on the route ${inputs.routeKey}`,
          inputs.authorizationType ?? "NONE",
          route.AuthorizationType ?? "NONE",
        ],
      ]);
    }),
    // A more exact one would answer in the place of ours.
    ...(routes.Items ?? [])
      .filter(({ RouteId }) => !declaredRoutes.some(({ id }) => id === RouteId))
      .map(({ RouteKey }) => `a route ${RouteKey} that wasn't deployed and may answer in an amount's place`),
    ...of("aws:apigatewayv2/integration:Integration").flatMap(({ id, inputs }) => {
      const integration = integrations.Items?.find(({ IntegrationId }) => IntegrationId === id);
      if (!integration) return ["no integration with the function any more"];
      return differences([
        ["another function behind it", inputs.integrationUri, integration.IntegrationUri],
        ["another form of requests", inputs.payloadFormatVersion, integration.PayloadFormatVersion],
        ["another timeout", inputs.timeoutMilliseconds, integration.TimeoutInMillis],
      ]);
    }),
    ...of("aws:apigatewayv2/stage:Stage").flatMap(({ inputs }) => {
      if (!stage) return ["no stage any more, so that it serves nothing"];
      const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = stage.DefaultRouteSettings ?? {};
      return differences([
        ["no automatic deployment", inputs.autoDeploy, stage.AutoDeploy],
        ["another throttle", throttle(inputs).throttlingRateLimit, rate],
        ["another burst", throttle(inputs).throttlingBurstLimit, burst],
      ]);
    }),
  ];
  if (changes.length === 0) return [fine(ABOUT, `is at ${live.ApiEndpoint}, as it was deployed`)];
  return [wrong(ABOUT, `${ApiId} isn't what was deployed: it has ${changes.join(", ")}`, DEPLOY_AGAIN)];
}

const RIGHT = "amount API's right";

/** The function's resource policy lets the API call it. */
async function rightFindings({ clients }: LiveStack, { inputs, outputs, id }: Recorded): Promise<Finding[]> {
  const FunctionName = String(inputs.function);
  const answer = await ifThere(clients.lambda.send(new GetPolicyCommand({ FunctionName })));
  const { Statement = [] } = JSON.parse(answer?.Policy ?? "{}") as { Statement?: readonly Record<string, unknown>[] };
  const live = Statement.find(({ Sid }) => Sid === (outputs.statementId ?? id));
  const changes = differences([
    ["principal", inputs.principal, Object(live?.Principal).Service],
    ["action", inputs.action, live?.Action],
    ["source", inputs.sourceArn, Object(Object(live?.Condition).ArnLike)["AWS:SourceArn"]],
  ]);
  if (live && changes.length === 0) return [fine(RIGHT, "is as it was deployed: it may call the function")];
  return [
    wrong(
      RIGHT,
      `${FunctionName}'s policy lets the API call it no more: its statement ${live ? `has another ${changes.join(", ")}` : "is gone"}, so every question for an amount gets an error`,
      DEPLOY_AGAIN,
    ),
  ];
}
