import type { runtime } from "@pulumi/pulumi";

/** A resource that a program declared under the mocks. */
export interface DeclaredByMocks {
  /** Pulumi's type token, such as `aws:sqs/queue:Queue`. */
  readonly type: string;
  /** The logical name. */
  readonly name: string;
  /** Secrets are plain here. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** For `pulumi.runtime.setMocks`. */
export interface PulumiMocks extends runtime.Mocks {
  /** What was declared so far. A component declares its resources later: first `await pulumi.runtime.disconnect()`. */
  readonly declared: readonly DeclaredByMocks[];
}

const REGION = "us-east-1";
const ACCOUNT = "123456789012";

/**
 * Mocks for a test of a program that uses the components: each resource gets its inputs, a name, an ARN and what else the components
 * read of it. `region` defaults to `us-east-1`, `accountId` to `123456789012`.
 */
export function pulumiMocks(options: { readonly region?: string; readonly accountId?: string } = {}): PulumiMocks {
  const { region = REGION, accountId = ACCOUNT } = options;
  const declared: DeclaredByMocks[] = [];
  return {
    declared,
    newResource({ type, name, inputs, custom }) {
      declared.push({ type, name, inputs });
      if (custom === false) return { id: "", state: inputs };
      const service = /^aws:(\w+)/.exec(type)?.[1] ?? "other";
      const arn = `arn:aws:${service}:${region}:${accountId}:${name}`;
      return { id: `${name}-id`, state: { name, arn, ...inputs, ...outputsOf(type, name, region, accountId) } };
    },
    call({ token }) {
      if (token === "aws:index/getRegion:getRegion") return { id: region, name: region, region };
      if (token === "aws:index/getCallerIdentity:getCallerIdentity") return { id: accountId, accountId };
      if (token === "aws:index/getPartition:getPartition") return { partition: "aws", dnsSuffix: "amazonaws.com" };
      return {};
    },
  };
}

/** What resources have beside a name and an ARN. */
function outputsOf(type: string, name: string, region: string, accountId: string): Record<string, unknown> {
  switch (type) {
    case "aws:sqs/queue:Queue":
      return { url: `https://sqs.${region}.amazonaws.com/${accountId}/${name}` };
    case "aws:apigatewayv2/api:Api":
      return {
        apiEndpoint: `https://${name}.execute-api.${region}.amazonaws.com`,
        executionArn: `arn:aws:execute-api:${region}:${accountId}:${name}`,
      };
    case "random:index/randomPassword:RandomPassword":
      return { result: `password-of-${name}`.padEnd(43, "0") };
    default:
      return {};
  }
}
