import type { Sandbox } from "../../sandbox";
import { heading, styled } from "../format";
import type { Output } from "./output";

const MOST_LINES = 12;

/** The latest warnings and errors of the functions, for people. `--logs` shows every line as it is. */
export function printLogTail(output: Output, sandbox: Sandbox): void {
  const lines = sandbox.cloud.logs.lines().flatMap(({ at, group, message }) => {
    const text = readable(message);
    return text === undefined ? [] : [`${styled("dim", new Date(at).toISOString())} ${shortName(group)}  ${text}`];
  });
  if (lines.length === 0) return;
  output.say(heading("What the functions logged as wrong (all of it: --logs)"));
  for (const line of lines.slice(-MOST_LINES)) output.say(line);
}

/** A line for people; undefined for one that isn't a warning or an error. */
function readable(message: string): string | undefined {
  if (!message.startsWith("{")) return undefined;
  try {
    const line = JSON.parse(message) as Record<string, unknown>;
    if (line.level !== "warn" && line.level !== "error") return undefined;
    const reason = line.reason ?? (line.error as { message?: string } | undefined)?.message;
    const who = line.amount ?? line.trigger;
    return [line.event, who, line.code, reason].filter((part) => part !== undefined).join("  ");
  } catch {
    return undefined;
  }
}

function shortName(group: string): string {
  return (
    group
      .split("/")
      .at(-1)
      ?.replace(/-[0-9a-f]{7}$/, "") ?? group
  );
}
