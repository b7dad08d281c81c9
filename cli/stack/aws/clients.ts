import { ApiGatewayV2Client } from "@aws-sdk/client-apigatewayv2";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SandboxAws } from "../find/sandboxDoor";
import { noting } from "./calls";

export type Clients = ReturnType<typeof clientsFor>;

/** A person waits: three tries, and no longer than this for each. */
const PATIENCE = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
};

/**
 * The clients of everything that a component makes. Credentials and endpoints are those of the SDK's usual chain (AWS_PROFILE,
 * AWS_ENDPOINT_URL, ...), or the sandbox's.
 */
export function clientsFor(region: string, sandbox?: Pick<SandboxAws, "endpoint" | "credentials">) {
  const options = {
    ...{ region, ...PATIENCE },
    ...(sandbox ? { endpoint: sandbox.endpoint, credentials: sandbox.credentials } : {}),
  };
  const secretsIn = new Map<string, SecretsManagerClient>();
  return {
    apiGateway: noting(new ApiGatewayV2Client(options), "apigateway", region),
    cloudWatch: noting(new CloudWatchClient(options), "cloudwatch", region),
    dynamoDb: noting(new DynamoDBClient(options), "dynamodb", region),
    iam: noting(new IAMClient(options), "iam", region),
    lambda: noting(new LambdaClient(options), "lambda", region),
    logs: noting(new CloudWatchLogsClient(options), "logs", region),
    scheduler: noting(new SchedulerClient(options), "scheduler", region),
    /** Of the secret's own region, which may be another one. */
    secretsOf(arn: string): SecretsManagerClient {
      const itsRegion = arn.split(":")[3] || region;
      const client =
        secretsIn.get(itsRegion) ??
        noting(new SecretsManagerClient({ ...options, region: itsRegion }), "secretsmanager", itsRegion);
      secretsIn.set(itsRegion, client);
      return client;
    },
    sns: noting(new SNSClient(options), "sns", region),
    sqs: noting(new SQSClient(options), "sqs", region),
  };
}
