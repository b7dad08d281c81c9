import { tmpdir } from "node:os";
import { AwsEndpoint } from "../../../sandbox/aws/endpoint";
import { Iam } from "../../../sandbox/aws/iam";
import type { Statement } from "../../../sandbox/aws/iam/document";
import { createJournal } from "../../../sandbox/aws/journal";
import type { AwsApi, CloudContext, Created, CreateRequest, Service } from "../../../sandbox/aws/types";
import { SandboxClock } from "../../../sandbox/clock";

/** A context with a clock that starts at a fixed time. Stop the clock when a test has slept on it. */
export function testContext(): CloudContext {
  const clock = new SandboxClock(Date.parse("2026-12-01T09:00:00Z"));
  return {
    clock,
    accountId: "123456789012",
    region: "us-east-1",
    directory: tmpdir(),
    journal: createJournal(clock),
  };
}

function declared(type: string, name: string, inputs: Record<string, unknown> = {}): CreateRequest {
  return { type, name, inputs, archives: {} };
}

/** A cloud of roles, an endpoint on loopback, and what an AWS SDK client needs to call it. */
export class TestCloud {
  readonly context = testContext();
  readonly iam = new Iam(this.context);
  readonly endpoint: AwsEndpoint;

  constructor(apis: (context: CloudContext) => readonly AwsApi[]) {
    this.endpoint = new AwsEndpoint(this.context, { authorizer: this.iam, apis: apis(this.context) });
  }

  /** Makes a role that is allowed exactly what the statements say; returns its ARN. */
  async role(name: string, ...statements: Statement[]): Promise<string> {
    const role = await this.create("aws:iam/role:Role", name, { name, assumeRolePolicy: LAMBDA_TRUST });
    if (statements.length > 0)
      await this.create("aws:iam/rolePolicy:RolePolicy", `${name}-policy`, {
        role: role.id,
        policy: { Version: "2012-10-17", Statement: statements },
      });
    return String(role.state.arn);
  }

  /** Options of an SDK client that acts as a role, or as the operator. */
  as(roleArn?: string) {
    return {
      endpoint: this.endpoint.url,
      region: this.context.region,
      credentials: roleArn ? this.iam.credentialsOf(roleArn) : this.endpoint.operatorCredentials,
      maxAttempts: 1,
    };
  }

  async stop(): Promise<void> {
    this.context.clock.stop();
    await this.endpoint.stop();
  }

  private async create(type: string, name: string, inputs: Record<string, unknown>): Promise<Created> {
    return make(this.iam, type, name, inputs);
  }
}

export const LAMBDA_TRUST = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
};

/** Declares a resource of a service. */
export async function make(
  service: Service,
  type: string,
  name: string,
  inputs: Record<string, unknown> = {},
): Promise<Created> {
  const create = service.resources[type];
  if (!create) throw new Error(`the service doesn't make ${type}`);
  return create(declared(type, name, inputs));
}
