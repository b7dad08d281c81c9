import { writeSync } from "node:fs";

let direct = true;

/**
 * Writes a line to standard output without Node's stream for it, which takes longer to load than a fixed amount to answer. Where
 * the reader is slow and the pipe full, the stream takes the rest, and all lines after it, so that they stay in order.
 */
export function writeLine(line: string): void {
  let rest = Buffer.from(`${line}\n`);
  try {
    while (direct && rest.length > 0) rest = rest.subarray(writeSync(1, rest));
  } catch {
    direct = false;
  }
  if (rest.length > 0) process.stdout.write(rest);
}
