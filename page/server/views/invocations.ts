import type { RunningSandbox } from "../../../sandbox";
import type { LogLineView } from "../../shared/types";
import { isTold, lineView } from "./log";

/**
 * The log lines of each of these requests. A line in a stream belongs to the request whose START came last, whether or not it says
 * so itself.
 */
export function invocationsOf(
  sandbox: Pick<RunningSandbox, "logs">,
  requests: ReadonlySet<string>,
): ReadonlyMap<string, readonly LogLineView[]> {
  const current = new Map<string, string>();
  const lines = new Map<string, LogLineView[]>();
  for (const line of sandbox.logs()) {
    const stream = `${line.group}\n${line.stream}`;
    const started = /^START RequestId: ([\w-]+)/.exec(line.message)?.[1];
    if (started) current.set(stream, started);
    const request = current.get(stream);
    const isFailure = !line.message.startsWith("{") && /error|timed out|exited/i.test(line.message);
    if (request === undefined || !requests.has(request) || !(isTold(line.message) || isFailure)) continue;
    lines.set(request, [...(lines.get(request) ?? []), lineView(line)]);
  }
  return lines;
}
