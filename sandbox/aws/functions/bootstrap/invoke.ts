import { RuntimeError } from "./errors";
import type { Handler } from "./handler";
import type { Invocation } from "./runtimeClient";

/** Runs when the event loop is empty while a handler runs: nothing can settle its promise any more. */
let onIdle: (() => void) | undefined;
process.on("beforeExit", () => {
  // Only something pending keeps the process from ending.
  if (onIdle) setImmediate(onIdle);
});

/** Runs the handler once and resolves with its result; what a handler returns that is no promise counts as null. */
export async function invokeHandler(handler: Handler, invocation: Invocation): Promise<unknown> {
  try {
    return await new Promise((resolve, reject) => {
      // An async function whose promise nothing can settle any more ends the process.
      onIdle = () => (handler.constructor.name === "AsyncFunction" ? reject(neverSettled()) : resolve(null));
      const returned = handler(JSON.parse(invocation.event), contextOf(invocation));
      // Not resolve(returned): that would leave nothing for onIdle to reject.
      if (typeof (returned as Promise<unknown> | undefined)?.then === "function")
        (returned as Promise<unknown>).then(resolve, reject);
    });
  } finally {
    onIdle = undefined;
  }
}

function contextOf({ requestId, headers }: Invocation) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

function neverSettled(): Error {
  return new RuntimeError(
    "NodeJsExit",
    "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes",
  );
}
