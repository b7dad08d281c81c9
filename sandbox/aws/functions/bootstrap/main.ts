// What runs in the process of every execution environment: loads the user's code, then takes invocations one after the other
// from the Lambda Runtime API. Bundled into one file without dependencies, so that a cold start stays fast.
import { logError, patchConsole, setLoggedRequestId } from "./console";
import { shiftDate } from "./date";
import { RuntimeError } from "./errors";
import { loadHandler } from "./handler";
import { invokeHandler } from "./invoke";
import { type Invocation, RuntimeClient } from "./runtimeClient";

// Taken before the user's code can replace them.
const exit = process.exit.bind(process);
const streams = [process.stdout, process.stderr].map((stream) => stream.write.bind(stream));
const client = new RuntimeClient(String(process.env.AWS_LAMBDA_RUNTIME_API));
const setClockOffset = shiftDate(Number(process.argv.splice(2, 1)[0]));

let current: Invocation | undefined;

/** Without the sandbox there is nothing left to run for. */
const sandboxGone = () => exit(1);

/** Marks where the request's output ends in both streams, so that the sandbox knows when it has read all of it. */
async function markEndOfOutput(requestId: string | undefined): Promise<void> {
  const mark = `\0end ${requestId}\n`;
  await Promise.all(streams.map((write) => new Promise<void>((resolve) => write(mark, () => resolve()))));
}

async function die(title: string, thrown: unknown, exitCode: number): Promise<void> {
  logError(title, thrown);
  await client.fail(current?.requestId, thrown).catch(sandboxGone);
  exit(exitCode);
}

async function handle(handler: Awaited<ReturnType<typeof loadHandler>>, invocation: Invocation): Promise<void> {
  let json: string;
  try {
    json = JSON.stringify(await invokeHandler(handler, invocation)) ?? "null";
  } catch (error) {
    logError("Invoke Error", error);
    await markEndOfOutput(invocation.requestId);
    return client.fail(invocation.requestId, error).catch(sandboxGone);
  }
  await markEndOfOutput(invocation.requestId);
  return client.respond(invocation.requestId, json).catch(sandboxGone);
}

async function main(): Promise<void> {
  patchConsole();
  process.on("uncaughtException", (error) => void die("Uncaught Exception", error, 129));
  process.on("unhandledRejection", (reason) => {
    const error = new RuntimeError("UnhandledPromiseRejection", String(reason));
    if (reason instanceof Error && reason.stack) error.stack = reason.stack;
    void die("Unhandled Promise Rejection", error, 128);
  });
  const handler = await loadHandler(String(process.env.LAMBDA_TASK_ROOT), String(process.env._HANDLER));
  for (;;) {
    current = await client.next().catch(sandboxGone);
    setClockOffset(Number(current.headers["sandbox-clock-offset-ms"]));
    setLoggedRequestId(current.requestId);
    process.env._X_AMZN_TRACE_ID = String(current.headers["lambda-runtime-trace-id"]);
    await handle(handler, current);
  }
}

main().catch((error) => die("Uncaught Exception", error, 1));
