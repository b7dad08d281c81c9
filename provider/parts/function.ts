import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as iam from "@pulumi/aws/iam";
import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import type { FunctionPlan } from "../plan/function";
import { childName } from "./names";

/** One statement of a policy that allows something. */
export interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Resource: pulumi.Input<string> | readonly pulumi.Input<string>[];
}

export interface FunctionParts {
  readonly logGroup: cloudwatch.LogGroup;
  readonly role: iam.Role;
  readonly policy: iam.RolePolicy;
  readonly function: lambda.Function;
}

export interface FunctionOptions {
  readonly description: string;
  readonly code: pulumi.Input<pulumi.asset.Archive>;
  readonly environment: Record<string, pulumi.Input<string>>;
  /** What the code may do beside writing its log. */
  readonly statements: readonly Statement[];
  readonly timeoutSeconds: number;
}

/** A function with a log group, a role and rights of its own. */
export function makeFunction(
  component: string,
  plan: FunctionPlan,
  options: FunctionOptions,
  opts: pulumi.CustomResourceOptions,
): FunctionParts {
  const { tags } = plan;
  // Lambda would make the log group itself, but without a retention, and it would stay when the component is deleted.
  const logGroup = new cloudwatch.LogGroup(
    childName(component, "logs"),
    { retentionInDays: plan.logRetentionDays, tags },
    opts,
  );
  const role = new iam.Role(
    childName(component, "role"),
    { description: options.description, assumeRolePolicy: trustOf("lambda.amazonaws.com"), tags },
    opts,
  );
  const policy = new iam.RolePolicy(
    childName(component, "policy"),
    { role: role.name, policy: policyDocument([writeLog(logGroup.arn), ...options.statements]) },
    opts,
  );
  const fn = new lambda.Function(
    childName(component, "function"),
    {
      description: options.description,
      role: role.arn,
      runtime: plan.runtime,
      architectures: [plan.architecture],
      handler: "index.handler",
      code: options.code,
      timeout: options.timeoutSeconds,
      memorySize: plan.memorySize,
      environment: { variables: options.environment },
      loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
      tags,
    },
    // Without these rights the function's first log lines and its first read of a secret would fail.
    { ...opts, dependsOn: [policy] },
  );
  return { logGroup, role, policy, function: fn };
}

/** Who may take on a role, as JSON. */
export function trustOf(service: string, condition?: pulumi.Input<object>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: service },
        ...(condition ? { Condition: condition } : {}),
      },
    ],
  });
}

/** A policy that allows what the statements say, as JSON. */
export function policyDocument(statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });
}

/** The function may write to its log group, but not make it: a deleted group would come back without a retention. */
function writeLog(logGroupArn: pulumi.Input<string>): Statement {
  return {
    Sid: "WriteLog",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: pulumi.interpolate`${logGroupArn}:*`,
  };
}
