import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { Clients } from "./clients";
import { isMissing } from "./explain";

/** A line that a function of ours logged. */
export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly event: string;
  readonly [field: string]: unknown;
}

const MOST_PAGES = 300;
const PATIENCE_MS = 20_000;

/** The lines of these events since then, the oldest first; none if there is no such group. It ends after 20 seconds with what it has. */
export async function logLines(
  { logs }: Clients,
  of: { readonly group: string; readonly events: readonly string[]; readonly since: number },
): Promise<LogLine[]> {
  const terms = of.events.map((event) => `($.event = "${event}")`);
  const input = { logGroupName: of.group, filterPattern: `{ ${terms.join(" || ")} }`, startTime: of.since };
  const lines: LogLine[] = [];
  const until = Date.now() + PATIENCE_MS;
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES && Date.now() < until; page++) {
    const found = await logs
      .send(new FilterLogEventsCommand({ ...input, ...(nextToken === undefined ? {} : { nextToken }) }))
      .catch((error) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
    for (const { message, timestamp = 0 } of found?.events ?? []) lines.push(...lineIn(message, timestamp));
    nextToken = found?.nextToken;
    if (nextToken === undefined) break;
  }
  return lines;
}

function lineIn(message: string | undefined, at: number): LogLine[] {
  try {
    const line = JSON.parse(message ?? "");
    return typeof line?.event === "string" ? [{ ...line, at }] : [];
  } catch {
    return [];
  }
}
