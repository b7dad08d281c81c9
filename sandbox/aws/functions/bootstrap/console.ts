import { format } from "node:util";
import { reported } from "./errors";

/** The request whose log lines are being written. */
let requestId: string | undefined;

export function setLoggedRequestId(id: string): void {
  requestId = id;
}

/** Makes `console` write as in Lambda's Node runtimes: one line a call, with time, request id and level. */
export function patchConsole(): void {
  const logger =
    (level: string) =>
    (...params: unknown[]): void => {
      const line = `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...params)}`;
      // A carriage return keeps a text of many lines one log event.
      process.stdout.write(`${line.replace(/\n/g, "\r")}\n`);
    };
  const info = logger("INFO");
  Object.assign(console, { trace: logger("TRACE"), debug: logger("DEBUG"), info, log: info });
  Object.assign(console, { warn: logger("WARN"), error: logger("ERROR"), fatal: logger("FATAL") });
}

/** Logs an error that the runtime met, under AWS's title for it. */
export function logError(title: string, thrown: unknown): void {
  const { errorType, errorMessage, trace } = reported(thrown);
  console.error(title, `\t${JSON.stringify({ errorType, errorMessage, stack: trace })}`);
}
