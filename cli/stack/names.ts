/** The commands for a live stack, in the order of the help. Here and not beside their code, so that the help lists them without loading that. */
export const stackCommands = {
  accounts: "list the accounts with their ids and balances, as Sequence tells them now",
} as const satisfies Record<string, string>;

export type StackCommandName = keyof typeof stackCommands;
