import { styleText } from "node:util";
import { formatCents } from "../lambda/agreements/dollars";
import type { Balance } from "../lambda/client/types";

type Style = Parameters<typeof styleText>[0];

/** Colours only in a terminal, and not if NO_COLOR is set. */
const coloured = process.stdout.isTTY === true && !process.env.NO_COLOR;

export function styled(style: Style, text: string): string {
  return coloured ? styleText(style, text) : text;
}

export function heading(text: string): string {
  return `\n${styled("bold", text)}`;
}

export function balanceText(balance: Balance): string {
  return balance.known ? formatCents(balance.cents) : `unknown (${balance.reason})`;
}

/** `Tue, Dec 1, 2026, 09:00 EST` in the zone. */
export function timeIn(instant: number, timezone: string): string {
  return new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    weekday: "short",
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  }).format(instant);
}

/** Columns of equal width; numbers are aligned to the right. */
export function table(rows: readonly (readonly string[])[], alignRight: readonly number[] = []): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] as number;
        return alignRight.includes(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}
