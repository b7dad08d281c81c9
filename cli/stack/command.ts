import { Command, CommanderError } from "commander";
import { explained } from "./aws/explain";
import { type Exit, exits, StackError } from "./exit";
import { type FindOptions, findStack } from "./find";
import type { LiveAmounts, LiveStack, LiveTriggers } from "./find/live";
import { DEV_PAGE } from "./find/sandboxDoor";
import { type StackCommandName, stackCommands } from "./names";
import { printable } from "./printable";
import { waiting } from "./tell";

/** What a command came to. */
export interface Result {
  readonly exit: Exit;
  /** For a person. */
  readonly lines: readonly string[];
  /** The same for a program, with `--json`. */
  readonly json: unknown;
}

/** What a command is run with. */
export interface Call<Options = unknown> {
  /** Its arguments, in their order. */
  readonly args: readonly string[];
  readonly options: FindOptions & { readonly json: boolean } & Options;
  /** Finds the stack. Throws `StackError`. */
  stack(): Promise<LiveStack>;
}

export interface StackCommand {
  readonly name: StackCommandName;
  /** Adds arguments and options of its own; those that find the stack, and `--json`, are there. */
  readonly declare?: (command: Command) => unknown;
  /** Lines that can be typed, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  run(call: Call<never>): Promise<Result>;
}

/** The command for commander: its help, and what its words mean. */
function declared({ name, declare, examples }: StackCommand): Command {
  const command = new Command(name).description(stackCommands[name]);
  declare?.(command);
  command
    .option("--cwd <folder>", "folder of the Pulumi project", ".")
    .option("--stack <name>", "its stack (default: the selected one)")
    .option("--component <name>", "the component, if the stack has several")
    .option("--sandbox [page]", `a running dev instead of AWS (default: ${DEV_PAGE})`)
    .option("--export <file>", 'a saved "pulumi stack export", where there is no Pulumi CLI')
    .option("--amount-function <name>", "the function that answers amounts, where there is no record of the stack")
    .option("--trigger-function <name>", "the function that triggers rules, in the same way")
    .option("--region <name>", "AWS region of these functions")
    .option("--json", "print one JSON object instead of text", false)
    .exitOverride();
  const lines = examples.map(([line, does]) => `  npx sequence-remote-api ${line}\n      ${does}`);
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}

/** The help of a command, as `--help` prints it. */
export function helpOf(stackCommand: StackCommand): string {
  let help = "";
  const command = declared(stackCommand).configureOutput({
    writeOut: (text) => {
      help += text;
    },
    getOutHelpWidth: () => HELP_WIDTH,
    getOutHasColors: () => false,
  });
  new Command("sequence-remote-api").addCommand(command);
  command.outputHelp();
  return help;
}

const HELP_WIDTH = 100;

/** Runs the command with what was typed after its name, prints what came of it, and resolves to the exit code. */
export async function runCommand(stackCommand: StackCommand, typed: readonly string[]): Promise<number> {
  const command = declared(stackCommand);
  new Command("sequence-remote-api").addCommand(command);
  const isJson = typed.includes("--json");
  try {
    command.parse(typed, { from: "user" });
    const options = command.opts<Call["options"]>();
    const { exit, lines, json } = await stackCommand.run({
      args: command.processedArgs.flat().filter((each) => each !== undefined),
      options: options as never,
      stack: () => waiting("Looking for the stack", findStack(options)),
    });
    process.stdout.write(
      isJson ? `${JSON.stringify(json, undefined, 2)}\n` : lines.map((line) => `${printable(line)}\n`).join(""),
    );
    return exits[exit].code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exits.fine.code : exits.usage.code;
    const foreseen = explained(error);
    if (!foreseen) throw error;
    return failed(foreseen, isJson);
  }
}

function failed({ message, exit }: StackError, isJson: boolean): number {
  if (isJson) process.stdout.write(`${JSON.stringify({ error: message, exit: exits[exit].code }, undefined, 2)}\n`);
  else process.stderr.write(`error: ${printable(message)}\n`);
  return exits[exit].code;
}

/** The stack's amounts. Throws `StackError` if it has none. */
export function withAmounts(stack: LiveStack): LiveAmounts {
  if (stack.amounts) return stack.amounts;
  throw new StackError(
    "usage",
    `${stack.name} has no amounts: name a component that has (--component), or --amount-function`,
  );
}

/** The stack's triggers. Throws `StackError` if it has none. */
export function withTriggers(stack: LiveStack): LiveTriggers {
  if (stack.triggers) return stack.triggers;
  throw new StackError(
    "usage",
    `${stack.name} has no triggers: name a component that has (--component), or --trigger-function`,
  );
}
