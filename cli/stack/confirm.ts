import { createInterface } from "node:readline";
import { StackError } from "./exit";

/** Asks a person before something that can't be undone. Throws `StackError` unless the answer is `yes`, or if there is nobody to ask. */
export async function confirmed(question: string, { yes }: { readonly yes: boolean }): Promise<void> {
  if (yes) return;
  if (process.stdin.isTTY !== true)
    throw new StackError(
      "usage",
      `${question} Nothing was done: there is no terminal to ask in; give --yes if you mean it`,
    );
  const answer = await answerTo(`${question} Type yes: `);
  if (answer?.trim().toLowerCase() !== "yes")
    throw new StackError("problem", "nothing was done, because the answer was not yes");
}

/** The line that is typed; undefined at the end of the input and at Ctrl+C. */
async function answerTo(question: string): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise((resolve) => {
      terminal.once("close", () => {
        process.stderr.write("\n");
        resolve(undefined);
      });
      terminal.question(question, (line) => {
        terminal.removeAllListeners("close");
        resolve(line);
      });
    });
  } finally {
    terminal.close();
  }
}
