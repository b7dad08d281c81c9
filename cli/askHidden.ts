import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** Asks a person, one line at a time. */
export interface Ask {
  /** The line that is typed or pasted, which the terminal doesn't show. Without a terminal, the next line of standard input. */
  hidden(question: string): Promise<string>;
  close(): void;
}

/** @throws Error, from `hidden`, at the end of the input and at Ctrl+C. */
export function openAsk(): Ask {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = process.stdin.isTTY === true;
  const input = createInterface({ input: process.stdin, output: nowhere, terminal });
  const lines = input[Symbol.asyncIterator]();
  input.on("SIGINT", () => input.close());
  return {
    async hidden(question) {
      process.stderr.write(terminal ? question : "");
      const { value, done } = await lines.next();
      if (terminal) process.stderr.write("\n");
      if (done) throw new Error("the input ended before every value was given; nothing was stored");
      return value;
    },
    close: () => input.close(),
  };
}
