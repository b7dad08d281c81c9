import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { given } from "../../../lambda/agreements/given";
import { fieldsOf } from "../../../lambda/aws";
import type { Clients } from "./clients";
import { isMissing } from "./explain";

/** A line that a function of ours logged. */
export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Which lines of a group are read. Times are milliseconds since the epoch. */
export interface LogQuery {
  readonly group: string;
  readonly events: readonly string[];
  readonly since: number;
  /** Defaults to now. */
  readonly until?: number;
  /** Defaults to 300. */
  readonly mostPages?: number;
}

const PATIENCE_MS = 20_000;

/**
 * The lines of these events, the oldest first; none if there is no such group. It ends after 20 seconds or the pages with what it has,
 * and then `isWhole` is false.
 */
export async function logLines(
  { logs }: Pick<Clients, "logs">,
  { group, events, since, until, mostPages = 300 }: LogQuery,
): Promise<{ readonly lines: readonly LogLine[]; readonly isWhole: boolean }> {
  const filterPattern = `{ ${events.map((event) => `($.event = "${event}")`).join(" || ")} }`;
  const input = { logGroupName: group, filterPattern, startTime: since, ...given({ endTime: until }) };
  const lines: LogLine[] = [];
  const giveUpAt = Date.now() + PATIENCE_MS;
  let nextToken: string | undefined;
  for (let page = 0; page < mostPages && Date.now() < giveUpAt; page++) {
    const found = await logs.send(new FilterLogEventsCommand({ ...input, ...given({ nextToken }) })).catch((error) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    for (const { message = "", timestamp: at = 0 } of found?.events ?? []) {
      const { event, ...fields } = fieldsOf(message);
      // An emulator may take the pattern for none.
      if (typeof event === "string" && events.includes(event)) lines.push({ ...fields, event, at });
    }
    nextToken = found?.nextToken;
    if (nextToken === undefined) return { lines, isWhole: true };
  }
  return { lines, isWhole: false };
}
