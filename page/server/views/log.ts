import type { LogLine, RunningSandbox } from "../../../sandbox";
import type { LogLineView, LogView } from "../../shared/types";

const MOST = 300;

/** The object that a line holds as JSON, if it holds one. */
export function fieldsOf(message: string): Readonly<Record<string, unknown>> | undefined {
  if (!message.startsWith("{")) return undefined;
  try {
    return JSON.parse(message) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

export function lineView({ at, group, message }: LogLine): LogLineView {
  const fields = fieldsOf(message);
  const source = group.replace(/-logs-[0-9a-f]{7}$/, "").replace(/^.*\//, "");
  if (!fields) return { at, level: "platform", event: message.split(/[ :]/)[0] ?? "", message, source };
  const time = typeof fields.time === "string" ? Date.parse(fields.time) : Number.NaN;
  return {
    at: Number.isNaN(time) ? at : time,
    level: typeof fields.level === "string" ? fields.level : "access",
    event: typeof fields.event === "string" ? fields.event : "request",
    ...{ message, source },
  };
}

/** Metrics and Lambda's own lines say nothing about one occurrence that others don't. */
export function isTold(message: string): boolean {
  return message.startsWith("{") && !message.includes('"event":"metric"');
}

/** The lines that hold every word of the query, the newest last. */
export function log(sandbox: RunningSandbox, query: string, all: boolean): LogView {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const lines = sandbox.logs().filter(({ message, group }) => {
    if (!all && !isTold(message)) return false;
    const text = `${message} ${group}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return { matching: lines.length, lines: lines.slice(-MOST).map(lineView) };
}
