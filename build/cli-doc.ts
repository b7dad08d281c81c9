/** A command as docs/cli.md shows it. */
export interface CommandHelp {
  readonly name: string;
  /** What `--help` prints. */
  readonly help: string;
}

/** An exit code of the commands for a live stack. */
export interface ExitCode {
  readonly code: number;
  readonly means: string;
}

const STORY = `# The command

\`sequence-remote-api\` comes with the package: \`npx sequence-remote-api\`. On the first day it begins a project and runs it on your laptop. On day
two there is a stack in AWS, and questions: is everything all right, what happened on the first, stop now. Everything lies in your account, and
the command shows it. It finds the stack by itself: it asks the Pulumi CLI for the record of your folder's project, and AWS with your own
credentials. With \`--sandbox\` the same commands work on a \`dev\` that runs in another terminal: try them there, where no money is.

\`\`\`mermaid
flowchart LR
  you(["You"]) -->|"doctor, history, pause, ..."| command["npx sequence-remote-api"]
  command -->|"pulumi stack export"| record["Pulumi's record of the stack"]
  command -->|"your credentials"| aws["Your AWS account"]
  command -->|"accounts"| sequence(["Sequence"])
  command -.->|"--sandbox"| dev["A running dev"]
\`\`\`
`;

const FINDING = `## Which stack

The commands for a live stack look at the one of these that you give; two of them are refused, because they could mean two stacks:

| you give | they use |
| --- | --- |
| \`--amount-function\`, \`--trigger-function\` and \`--region\` | these functions and what they are deployed with; nothing can be compared with the program |
| \`--sandbox\`, if need be with the address of dev's page | a running \`dev\`, with credentials that open nothing else |
| \`--export FILE\` | a file that \`pulumi stack export --file FILE\` wrote, where there is no Pulumi CLI |
| nothing, or \`--cwd\` and \`--stack\` | what \`pulumi stack export\` prints for the project of the folder |

No secret of the record is decrypted, so no passphrase is asked for. A stack that an update holds locked can be read, too. The region is that of the stack. AWS credentials come from where the AWS CLI takes
them: \`AWS_PROFILE\`, environment variables, SSO. If the stack has several components, name one by \`--component\`. Credentials of
Sequence are read from the stack's secret, an environment variable or standard input, never from an argument, and are never printed.

\`--json\` prints one JSON object on standard output and nothing else. Colours are for terminals only, and not if \`NO_COLOR\` is set. What takes longer than
a second says at a terminal, on standard error, what is waited for. [Operations](operations.md#rights-for-the-commands) has the rights that each needs.
`;

/** docs/cli.md, made from the commands' own help. `own` are the commands for a project, `live` those for a stack. */
export function cliDoc(own: readonly CommandHelp[], live: readonly CommandHelp[], exits: readonly ExitCode[]): string {
  return [
    "<!-- Made by build/cli-doc.ts: UPDATE_SNAPSHOTS=1 npx mocha test/cli/docs.test.ts -->",
    STORY,
    "## Exit codes\n",
    "Of the commands for a live stack:\n",
    "| code | says |\n| --- | --- |",
    `${exits.map(({ code, means }) => `| ${code} | ${means} |`).join("\n")}\n`,
    "The others end with 0 or 1, `dev` with 130 if it is interrupted: [when](sandbox.md#options).\n",
    FINDING,
    "## For a live stack\n",
    ...live.map(section),
    "## For a project\n",
    ...own.map(section),
  ].join("\n");
}

function section({ name, help }: CommandHelp): string {
  return `### ${name}\n\n\`\`\`text\n${help.trim()}\n\`\`\`\n`;
}
