// The commands for a live stack. The build makes one file of this folder, with the AWS SDK in it; cli/main.ts loads it for these commands only.
//
// To add a command:
// 1. cli/stack/names.ts: its name and its sentence.
// 2. cli/stack/commands/NAME.ts: a `StackCommand`. It takes what it works on from `call.stack()`, and returns lines and JSON. It prints nothing itself.
// 3. A line in `commands` below.
// 4. UPDATE_SNAPSHOTS=1 npx mocha test/cli/docs.test.ts writes its help into docs/cli.md.
// 5. test/cli/stack/NAME.test.ts: run as a child process against a sandbox (`servedStack()` in its support.ts).

import { helpOf, runCommand, type StackCommand } from "./command";
import { accounts } from "./commands/accounts";
import { amount } from "./commands/amount";
import { doctor } from "./commands/doctor";
import { failures } from "./commands/failures";
import { fillSecretCommand } from "./commands/fillSecret";
import { history } from "./commands/history";
import { pause, resume } from "./commands/pause";
import { trigger } from "./commands/trigger";
import type { StackCommandName } from "./names";

const commands: Readonly<Record<StackCommandName, StackCommand>> = {
  doctor,
  amount,
  accounts,
  failures,
  history,
  pause,
  resume,
  trigger,
  "fill-secret": fillSecretCommand,
};

/** Runs a command with what was typed after its name. The result is the exit code. */
export function runStackCommand(name: StackCommandName, typed: readonly string[]): Promise<number> {
  return runCommand(commands[name], typed);
}

export function helpOfStackCommand(name: StackCommandName): string {
  return helpOf(commands[name]);
}
