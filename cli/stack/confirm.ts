import { createInterface } from "node:readline/promises";
import { StackError } from "./exit";

/** Asks a person before something that can't be undone. Throws `StackError` unless the answer is `yes`, or if there is nobody to ask. */
export async function confirmed(question: string, { yes }: { readonly yes: boolean }): Promise<void> {
  if (yes) return;
  if (process.stdin.isTTY !== true)
    throw new StackError(
      "usage",
      `${question} Nothing was done: there is no terminal to ask in; give --yes if you mean it`,
    );
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} Type yes: `);
    if (answer.trim().toLowerCase() !== "yes") throw new StackError("problem", "nothing was done");
  } finally {
    terminal.close();
  }
}
