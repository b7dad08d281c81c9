#!/usr/bin/env node
import "./nodeVersion";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { InitOptions } from "./init";
import { type StackCommandName, stackCommands } from "./stack/names";
import { DEFAULT_TEMPLATE, templateNames } from "./templates";

// Each command loads its own code when it runs: dev's and the stack's take a tenth of a second each.
const loadStack = () => require("./stack") as typeof import("./stack");

const manifest = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8"));

const program = new Command("sequence-remote-api")
  .description(
    "Sequence's Remote API on AWS as code: run your Pulumi program on this machine with simulated money, and look after the stack that runs on AWS.",
  )
  .version(manifest.version)
  .showHelpAfterError();

program
  .command("dev")
  .description(
    "deploy the program that Pulumi.yaml names on this machine, move to the first occurrence that calls Sequence, then serve and deploy again on changes",
  )
  .option("--cwd <folder>", "folder of the Pulumi program", ".")
  .option(
    "--port <number>",
    "port of the amount endpoint (default: 4390 or the next free one, and any free one with --once)",
    port,
  )
  .option("--once", "exit after the first round instead of serving until Ctrl+C", false)
  .option("--trigger <name>", "run this trigger now, instead of moving to an occurrence")
  .option("--event <trigger=text>", "send this event to a trigger without a schedule")
  .option("--at <time>", "move the clock to this time first, such as 2026-12-01T09:00:00-05:00")
  .option("--until <time>", "let everything happen until this time, instead of stopping at the first occurrence")
  .option("--json", "print one JSON object and nothing else", false)
  .option("--quiet", "print what went wrong and the last line only", false)
  .option("--verbose", "print every resource", false)
  .option("--logs", "print every line that the functions log, as it is", false)
  .option("--strict", "make resource types that the sandbox doesn't run an error", false)
  .action(async (options) => {
    const { dev, INTERRUPTED } = await import("./dev/index.js");
    process.exitCode = await dev(options);
    // Something that the interrupted program still waits for would keep this process alive.
    if (process.exitCode === INTERRUPTED) process.exit();
  });

program
  .command("init")
  .description("begin a project, or draft the sandbox.yaml of the program that is there; overwrites nothing")
  .argument("[folder]", "where; it is made if it doesn't exist", ".")
  .option("--template <name>", `what to begin with: ${templateNames().join(", ")} (default: ${DEFAULT_TEMPLATE})`)
  .option("--config <key=value>", "configuration that the program requires, may be repeated", collected, [])
  .action(async (folder: string, options: InitOptions) => {
    const { init } = await import("./init.js");
    process.exitCode = await init(folder, options);
    // What the program has begun may keep the process alive; everything of ours has ended.
    process.exit();
  });

for (const [name, description] of Object.entries(stackCommands) as [StackCommandName, string][]) {
  const command = program.command(name).description(description).allowUnknownOption().allowExcessArguments();
  // A file of its own, built with the AWS SDK in it, which knows the command's options too.
  command.helpInformation = () => loadStack().helpOfStackCommand(name);
  command.action(async () => {
    process.exitCode = await loadStack().runStackCommand(name, process.argv.slice(3));
  });
}

function collected(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535)
    throw new InvalidArgumentError("A port is a whole number from 1 to 65535.");
  return value;
}

program.parseAsync();
