import { type ExecFileException, execFile } from "node:child_process";
import { resolve } from "node:path";
import { StackError } from "../exit";

/** More than any stack's state. */
const MOST_BYTES = 512 * 1024 * 1024;
const OTHER_WAYS =
  'Or give a saved one by --export FILE (made where the CLI is, by "pulumi stack export --file FILE"), or the functions\' names by ' +
  "--amount-function and --trigger-function with --region.";

/** What `pulumi stack export` prints for the project of `folder`. It decrypts nothing. Throws `StackError`. */
export function pulumiExport(folder: string, stack: string | undefined): Promise<string> {
  const args = ["stack", "export", "--non-interactive", ...(stack === undefined ? [] : ["--stack", stack])];
  const cwd = resolve(folder);
  return new Promise((done, fail) => {
    execFile("pulumi", args, { cwd, maxBuffer: MOST_BYTES, encoding: "utf8" }, (error, stdout, stderr) => {
      if (error) fail(new StackError("unseen", whyNot(error, `${stderr}\n${stdout}`, cwd)));
      else done(stdout);
    });
  });
}

/** What the CLI says of a beginner's mistakes, and what to do then. */
const MISTAKES: readonly (readonly [says: RegExp, means: (folder: string) => string])[] = [
  [
    /no Pulumi\.yaml|no Pulumi project/i,
    (folder) =>
      `${folder} is in no Pulumi project: go to the folder of your program, or name it by --cwd FOLDER. For a sandbox that runs, give --sandbox.`,
  ],
  [
    /no stack named|stack .* not found/i,
    (folder) => `the project of ${folder} has no such stack: "pulumi stack ls" lists those that there are.`,
  ],
  [
    /no stack selected|no (current )?stack|missing required.*stack/i,
    (folder) =>
      `no stack is selected in ${folder}: name one by --stack NAME; "pulumi stack ls" lists them. For a sandbox that runs, give --sandbox.`,
  ],
  [/pulumi login|PULUMI_ACCESS_TOKEN/i, () => 'the Pulumi CLI isn\'t logged in: run "pulumi login" first.'],
];

function whyNot(error: ExecFileException, printed: string, folder: string): string {
  if (error.code === "ENOENT")
    return `the Pulumi CLI isn't on the PATH, or there is no folder ${folder}: install it (https://www.pulumi.com/docs/install/). ${OTHER_WAYS}`;
  const known = MISTAKES.find(([says]) => says.test(printed));
  if (known) return known[1](folder);
  const line = printed.split("\n").find((each) => /^error: /.test(each)) ?? printed.trim().split("\n")[0] ?? "";
  return `"pulumi stack export" failed in ${folder}: ${line.replace(/^error: /, "")}. ${OTHER_WAYS}`;
}
