import { format } from "node:util";
import { reported } from "./errors";

const levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;
type Level = (typeof levels)[number];

/** The request whose log lines are being written. */
let requestId: string | undefined;

export function setLoggedRequestId(id: string): void {
  requestId = id;
}

/**
 * Makes `console` write as in Lambda's Node runtimes: one line a call, with time, request id and level, in the declared log
 * format and from the declared level up.
 */
export function patchConsole(): void {
  const json = process.env.AWS_LAMBDA_LOG_FORMAT === "JSON";
  const lowest = Math.max(0, levels.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL as Level));
  const logger =
    (level: Level) =>
    (...params: unknown[]): void => {
      if (levels.indexOf(level) < lowest) return;
      const line = json ? jsonLine(level, params) : textLine(level, params);
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

function textLine(level: Level, params: unknown[]): string {
  return `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...params)}`;
}

function jsonLine(level: Level, params: unknown[]): string {
  const head = { timestamp: new Date().toISOString(), level, requestId };
  const message = params.length === 1 && !(params[0] instanceof Error) ? params[0] : format(...params);
  const error = params.find((param) => param instanceof Error);
  const details = error
    ? { errorType: error.name, errorMessage: error.message, stackTrace: error.stack?.split("\n") }
    : {};
  try {
    return JSON.stringify({ ...head, message, ...details });
  } catch {
    return JSON.stringify({ ...head, message: format(...params), ...details });
  }
}
