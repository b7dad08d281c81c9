import { NotRunError } from "../notRun";
import { type ArchiveFiles, type AwsApi, type AwsOperation, type InvocationResult, PayloadOutput } from "../types";
import { zipOf } from "./zip";

/** What the calls on the wire need of the functions. */
export interface LambdaFunctions {
  arnOf(functionName: string): string;
  invoke(functionArn: string, event: unknown): Promise<InvocationResult>;
  /** A function as `GetFunctionConfiguration` describes it. Throws `AwsError` if there is none. */
  configurationOf(functionArn: string): Record<string, unknown>;
  /** Its event source mappings. */
  mappingsOf(functionArn: string): readonly object[];
  /** Its resource policy, as JSON. Throws `AwsError` if it has none. */
  policyOf(functionArn: string): string;
  /** Undefined if nothing is reserved. */
  reservedConcurrencyOf(functionArn: string): number | undefined;
  /** Its archive. */
  archiveOf(functionArn: string): ArchiveFiles;
}

/** Lambda's calls: that with which a function invokes another and waits for its answer, and those by which a person looks at one. */
export function lambdaApi(functions: LambdaFunctions): AwsApi {
  const { arnOf, invoke, configurationOf, mappingsOf, archiveOf, policyOf, reservedConcurrencyOf } = functions;
  const reading = (name: string, run: (arn: string) => unknown): AwsOperation => ({
    authorize: ({ FunctionName }) => ({ action: `lambda:${name}`, resource: arnOf(String(FunctionName)) }),
    run: ({ FunctionName }) => run(arnOf(String(FunctionName))),
  });
  const operations: Record<string, AwsOperation> = {
    GetFunctionConfiguration: reading("GetFunctionConfiguration", configurationOf),
    GetFunction: reading("GetFunction", (arn) => ({
      Configuration: configurationOf(arn),
      // AWS gives the address of a file in S3. This one carries the file in itself.
      Code: {
        RepositoryType: "S3",
        Location: `data:application/zip;base64,${zipOf(archiveOf(arn)).toString("base64")}`,
      },
    })),
    GetPolicy: reading("GetPolicy", (arn) => ({ Policy: policyOf(arn) })),
    GetFunctionConcurrency: reading("GetFunctionConcurrency", (arn) => ({
      ReservedConcurrentExecutions: reservedConcurrencyOf(arn),
    })),
    ListEventSourceMappings: {
      authorize: () => ({ action: "lambda:ListEventSourceMappings", resource: "*" }),
      run: ({ FunctionName }) => ({ EventSourceMappings: mappingsOf(arnOf(String(FunctionName))) }),
    },
    Invoke: {
      authorize: ({ FunctionName }) => ({
        action: "lambda:InvokeFunction",
        resource: arnOf(String(FunctionName)),
      }),
      run: async ({ FunctionName, Payload }) => answerOf(await invoke(arnOf(String(FunctionName)), Payload)),
    },
  };
  return { signingName: "lambda", protocol: "restJson", operations, route };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html and its neighbours */
function route(
  method: string,
  path: string,
  query: URLSearchParams,
  headers: Readonly<Record<string, unknown>>,
): ReturnType<NonNullable<AwsApi["route"]>> {
  if (method === "GET" && /^\/2015-03-31\/event-source-mappings\/?$/.test(path))
    return { operation: "ListEventSourceMappings", input: { FunctionName: query.get("FunctionName") } };
  const [, functionName, what] = /^\/20(?:15-03-31|19-09-30)\/functions\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
  if (functionName === undefined) return undefined;
  const input = { FunctionName: decodeURIComponent(functionName) };
  if (method === "GET" && what === undefined) return { operation: "GetFunction", input };
  if (method === "GET" && what === "configuration") return { operation: "GetFunctionConfiguration", input };
  if (method === "GET" && what === "policy") return { operation: "GetPolicy", input };
  if (method === "GET" && what === "concurrency") return { operation: "GetFunctionConcurrency", input };
  if (method !== "POST" || what !== "invocations") return undefined;
  const type = headers["x-amz-invocation-type"] ?? "RequestResponse";
  if (type !== "RequestResponse" || query.has("Qualifier"))
    throw new NotRunError(`lambda:Invoke of the type ${type}${query.has("Qualifier") ? " with a qualifier" : ""}`);
  return { operation: "Invoke", input, bodyAs: "Payload" };
}

/** A function that fails is no error of the call: the status is 200, and a header says so. */
function answerOf({ payload, error }: InvocationResult): PayloadOutput {
  if (!error) return new PayloadOutput(payload ?? null);
  const { type: errorType, message: errorMessage, trace } = error;
  return new PayloadOutput({ errorType, errorMessage, trace }, { "x-amz-function-error": "Unhandled" });
}
