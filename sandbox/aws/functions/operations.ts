import { NotRunError } from "../notRun";
import { type AwsApi, type AwsOperation, type InvocationResult, PayloadOutput } from "../types";

/** Lambda's calls: the one with which a function invokes another and waits for its answer. */
export function lambdaApi(
  arnOf: (functionName: string) => string,
  invoke: (functionArn: string, event: unknown) => Promise<InvocationResult>,
): AwsApi {
  const operations: Record<string, AwsOperation> = {
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

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
function route(
  method: string,
  path: string,
  query: URLSearchParams,
  headers: Readonly<Record<string, unknown>>,
): ReturnType<NonNullable<AwsApi["route"]>> {
  const [, functionName] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path) ?? [];
  if (method !== "POST" || functionName === undefined) return undefined;
  const type = headers["x-amz-invocation-type"] ?? "RequestResponse";
  if (type !== "RequestResponse" || query.has("Qualifier"))
    throw new NotRunError(`lambda:Invoke of the type ${type}${query.has("Qualifier") ? " with a qualifier" : ""}`);
  return { operation: "Invoke", input: { FunctionName: decodeURIComponent(functionName) }, bodyAs: "Payload" };
}

/** A function that fails is no error of the call: the status is 200, and a header says so. */
function answerOf({ payload, error }: InvocationResult): PayloadOutput {
  if (!error) return new PayloadOutput(payload ?? null);
  const { type: errorType, message: errorMessage, trace } = error;
  return new PayloadOutput({ errorType, errorMessage, trace }, { "x-amz-function-error": "Unhandled" });
}
