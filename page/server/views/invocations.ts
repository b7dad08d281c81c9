import type { RunningSandbox } from "../../../sandbox";
import type { LogLineView } from "../../shared/types";
import { isTold, lineView } from "./log";

/** One run of a function. */
export interface Invocation {
  /** When it began, in the sandbox's time. */
  readonly at: number;
  readonly lines: LogLineView[];
}

/**
 * Each of these requests with its log lines. A line in a stream belongs to the request whose START came last, whether or not it says
 * so itself.
 */
export function invocationsOf(
  sandbox: Pick<RunningSandbox, "logs">,
  requests: ReadonlySet<string>,
): ReadonlyMap<string, Invocation> {
  const current = new Map<string, string>();
  const found = new Map<string, Invocation>();
  for (const line of sandbox.logs()) {
    const stream = `${line.group}\n${line.stream}`;
    const started = /^START RequestId: ([\w-]+)/.exec(line.message)?.[1];
    if (started) {
      current.set(stream, started);
      if (requests.has(started)) found.set(started, { at: line.at, lines: [] });
    }
    const invocation = found.get(current.get(stream) ?? "");
    const isFailure = !line.message.startsWith("{") && /error|timed out|exited/i.test(line.message);
    if (!invocation || !(isTold(line.message) || isFailure)) continue;
    // A function's own clock runs on while the sandbox's stands still, and steps are told in the sandbox's time.
    invocation.lines.push({ ...lineView(line), at: line.at });
  }
  return found;
}
