/** The commands for a live stack, in the order of the help. Here and not beside their code, so that the help lists them without loading that. */
export const stackCommands = {
  doctor: "look whether secrets, schedules, queues, functions, rights, mails and amounts are as they should be",
  amount: "what the amounts would be answered now, with their working; moves nothing and counts as nobody's question",
  accounts: "list the accounts with their ids and balances, as Sequence tells them now",
  history: "what became of each occurrence: the ledger as a table, newest first",
  failures: "what waits for a person: list, show, run, confirm that it was not executed, discard",
  pause: "the stop switch: no rule of the component is triggered until resume; nothing is deployed",
  resume: "switch the stop switch off, and say what waits and what was skipped",
  trigger: "run a rule once more: an extra occurrence through the stack's queue and ledger, or without a stack",
  "fill-secret": "store a credential in a secret of the stack, or of an ARN, beside those that it holds",
} as const satisfies Record<string, string>;

export type StackCommandName = keyof typeof stackCommands;
