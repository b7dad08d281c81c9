/** What the exit code of a command for a live stack says. */
export const exits = {
  fine: { code: 0, means: "done, and nothing is wrong" },
  problem: { code: 1, means: "looked, and found something that a person has to do; or something wasn't done" },
  usage: { code: 2, means: "the command can't be understood: an option, a name or an argument is wrong" },
  unseen: { code: 3, means: "couldn't look: no stack, no credentials, no right, or AWS or Sequence didn't answer" },
} as const;

export type Exit = keyof typeof exits;

/** A foreseen end of a command. Its message is enough alone: it says what is wrong and what to do. */
export class StackError extends Error {
  override readonly name = "StackError";
  constructor(
    readonly exit: Exclude<Exit, "fine">,
    message: string,
  ) {
    super(message);
  }
}
