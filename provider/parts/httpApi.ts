import * as apigatewayv2 from "@pulumi/aws/apigatewayv2";
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import { accessLogMetrics, METRIC_NAMESPACE } from "../../lambda/agreements/metrics";
import type { EndpointPlan } from "../plan/endpoint";
import { childName } from "./names";

const ROUTE = "POST /amounts/{name}/{token}";

/** A little longer than the function's own timeout, so that its explicit error gets through. */
const INTEGRATION_TIMEOUT_MS = 20_000;

/**
 * What the access log says of a request. It has the route's key instead of the path, because the path holds the token, and the token
 * is the credential.
 */
const ACCESS_LOG_FIELDS = {
  requestId: "$context.requestId",
  apiId: "$context.apiId",
  time: "$context.requestTime",
  routeKey: "$context.routeKey",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  sourceIp: "$context.identity.sourceIp",
  integrationError: "$context.integrationErrorMessage",
};

export interface HttpApiParts {
  readonly api: apigatewayv2.Api;
  /** The base URL, known once requests to it are served. */
  readonly endpoint: pulumi.Output<string>;
}

/** An HTTP API with the one route that leads to the function, throttled, with an access log that can't leak. */
export function makeHttpApi(
  component: string,
  plan: EndpointPlan,
  fn: lambda.Function,
  opts: pulumi.CustomResourceOptions,
): HttpApiParts {
  const { tags } = plan;
  const api = new apigatewayv2.Api(childName(component, "api"), { protocolType: "HTTP", tags }, opts);
  const integration = new apigatewayv2.Integration(
    childName(component, "integration"),
    {
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationUri: fn.arn,
      integrationMethod: "POST",
      payloadFormatVersion: "2.0",
      timeoutMilliseconds: INTEGRATION_TIMEOUT_MS,
    },
    opts,
  );
  const route = new apigatewayv2.Route(
    childName(component, "route"),
    { apiId: api.id, routeKey: ROUTE, target: pulumi.interpolate`integrations/${integration.id}` },
    opts,
  );
  const permission = new lambda.Permission(
    childName(component, "permission"),
    {
      function: fn.name,
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      sourceArn: pulumi.interpolate`${api.executionArn}/*/POST/amounts/{name}/{token}`,
    },
    opts,
  );
  const accessLogs = new cloudwatch.LogGroup(
    childName(component, "access-logs"),
    {
      // One prefix for all components, so that a rename of a component keeps its group. Groups below /aws/vendedlogs/ take no place in
      // the account's one policy for log delivery, whose size is limited:
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
      namePrefix: "/aws/vendedlogs/sequence-remote-api-",
      retentionInDays: plan.logRetentionDays,
      tags,
    },
    opts,
  );
  new cloudwatch.LogMetricFilter(
    childName(component, "throttled"),
    {
      logGroupName: accessLogs.name,
      // API Gateway has no metric for throttled requests. The access log has the status as text, hence the quotation marks.
      pattern: '{ $.status = "429" }',
      metricTransformation: {
        namespace: METRIC_NAMESPACE,
        name: accessLogMetrics.throttled,
        value: "1",
        dimensions: { ApiId: "$.apiId" },
      },
    },
    opts,
  );
  const stage = new apigatewayv2.Stage(
    childName(component, "stage"),
    {
      apiId: api.id,
      name: "$default",
      autoDeploy: true,
      defaultRouteSettings: {
        throttlingRateLimit: plan.throttlingRateLimit,
        throttlingBurstLimit: plan.throttlingBurstLimit,
      },
      accessLogSettings: { destinationArn: accessLogs.arn, format: JSON.stringify(ACCESS_LOG_FIELDS) },
      tags,
    },
    // Without the route the stage would answer 404, and without the permission 500.
    { ...opts, dependsOn: [route, permission] },
  );
  return { api, endpoint: pulumi.all([api.apiEndpoint, stage.id]).apply(([endpoint]) => endpoint) };
}
