import { type ExecFileException, execFile } from "node:child_process";
import { resolve } from "node:path";
import { shown } from "../../../lambda/agreements/shown";
import { StackError } from "../exit";

/** More than any stack's state. */
const MOST_BYTES = 512 * 1024 * 1024;
const OTHER_WAYS =
  'Or give a saved one by --export FILE (made where the CLI is, by "pulumi stack export --file FILE"), or the functions\' names by ' +
  "--amount-function and --trigger-function with --region.";

/** A stack of thousands of resources takes seconds. */
const PATIENCE_MS = 120_000;

/** What `pulumi stack export` prints for the project of `folder`. It decrypts nothing. Throws `StackError`. */
export function pulumiExport(folder: string, stack: string | undefined, timeout = PATIENCE_MS): Promise<string> {
  const args = ["stack", "export", "--non-interactive", ...(stack === undefined ? [] : ["--stack", stack])];
  const cwd = resolve(folder);
  const options = { cwd, timeout, maxBuffer: MOST_BYTES, killSignal: "SIGKILL", encoding: "utf8" } as const;
  return new Promise((done, fail) => {
    execFile("pulumi", args, options, (error, stdout, stderr) => {
      if (error) fail(new StackError("unseen", whyNot(error, `${stderr}\n${stdout}`, { cwd, stack })));
      else done(stdout);
    });
  });
}

/** Where it was asked for, and for which stack. */
interface Asked {
  readonly cwd: string;
  readonly stack: string | undefined;
}

/** What the CLI 3.260 says of a beginner's mistakes, and what to do then. */
const MISTAKES: readonly (readonly [says: RegExp, means: (asked: Asked) => string])[] = [
  [
    /no Pulumi\.yaml|no Pulumi project/i,
    ({ cwd }) =>
      `${cwd} is in no Pulumi project: go to the folder of your program, or name it by --cwd FOLDER. For a sandbox that runs, give --sandbox.`,
  ],
  [
    /no stack named|stack .* not found/i,
    ({ cwd, stack }) =>
      `the project of ${cwd} has no stack ${shown(stack)}: "pulumi stack ls" lists those that there are, and "pulumi whoami -v" says where Pulumi looks for them.`,
  ],
  [
    /stack name may|organization name must/i,
    ({ stack }) => `--stack is ${shown(stack)}; it must be the name of a stack: "pulumi stack ls" lists them.`,
  ],
  [
    /no stack selected/i,
    ({ cwd }) =>
      `no stack is selected in ${cwd}: name one by --stack NAME; "pulumi stack ls" lists them. For a sandbox that runs, give --sandbox.`,
  ],
  [
    /PULUMI_ACCESS_TOKEN must be set|pulumi login/i,
    () =>
      'the Pulumi CLI isn\'t logged in: run "pulumi login" first, or set PULUMI_BACKEND_URL as you have it for "pulumi up".',
  ],
  [
    /^Unauthorized|invalid access token/i,
    () =>
      "the Pulumi CLI's login isn't valid any more: run \"pulumi login\" again, or set another PULUMI_ACCESS_TOKEN.",
  ],
];

function whyNot(error: ExecFileException, printed: string, asked: Asked): string {
  if (error.code === "ENOENT")
    return `the Pulumi CLI isn't on the PATH, or there is no folder ${asked.cwd}: install it (https://www.pulumi.com/docs/install/). ${OTHER_WAYS}`;
  if (error.killed) return `"pulumi stack export" didn't end in ${asked.cwd}: try it there by hand. ${OTHER_WAYS}`;
  // Only its error: it tells other things before, such as which token it logs in with.
  const says = /^error: (.*)/m.exec(printed)?.[1] ?? (printed.trim().split("\n")[0] || error.message);
  const known = MISTAKES.find(([pattern]) => pattern.test(says));
  return known?.[1](asked) ?? `"pulumi stack export" failed in ${asked.cwd}: ${says.replace(/\.$/, "")}. ${OTHER_WAYS}`;
}
