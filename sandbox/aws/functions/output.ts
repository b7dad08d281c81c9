import type { Readable } from "node:stream";

/** A longer line is cut, as CloudWatch Logs limits an event to 256 KB. */
const MAX_LINE_CHARACTERS = 256 * 1024;
const END_MARK = "\0end ";

/**
 * Splits a process's output into lines, and knows where the output of each request ends by the marks that the bootstrap
 * writes into it.
 */
export class Output {
  private lastEnded: string | undefined;
  private isClosed = false;
  private onEnd = () => {};

  constructor(
    stream: Readable,
    private readonly onLine: (line: string) => void,
  ) {
    let rest = "";
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.take(line);
      if (rest.length > MAX_LINE_CHARACTERS) {
        this.take(rest);
        rest = "";
      }
    });
    stream.on("close", () => {
      if (rest) this.take(rest);
      this.isClosed = true;
      this.onEnd();
    });
  }

  /** Resolves once all that was written for the request has been read, or no more can come, or after `limitMs`. */
  async ended(requestId: string, limitMs: number): Promise<void> {
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      this.onEnd();
    }, limitMs);
    while (this.lastEnded !== requestId && !this.isClosed && !isOver) {
      await new Promise<void>((resolve) => {
        this.onEnd = resolve;
      });
    }
    clearTimeout(timer);
  }

  private take(line: string): void {
    const at = line.indexOf(END_MARK);
    // The function's console writes a text of many lines with carriage returns, so that it stays one event.
    const text = (at < 0 ? line : line.slice(0, at)).replaceAll("\r", "\n");
    if (text || at < 0) this.onLine(text.slice(0, MAX_LINE_CHARACTERS));
    if (at < 0) return;
    this.lastEnded = line.slice(at + END_MARK.length);
    this.onEnd();
  }
}
