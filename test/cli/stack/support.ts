import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Page, startPage } from "../../../page/server";
import { Sandbox, type SandboxOptions } from "../../../sandbox";
import { START } from "../../endToEnd/support";
import { type Ended, root, runCli } from "../support";

/** A program in a sandbox of this process, served as `dev` serves it, and the commands against it, each a child process in a foreign folder. */
export interface ServedStack {
  readonly sandbox: Sandbox;
  readonly page: Page;
  /** Runs `sequence-remote-api ...args --sandbox <page>`. */
  run(...args: string[]): Promise<Ended>;
  /** The same with `--json`. */
  json<T = Record<string, unknown>>(
    ...args: string[]
  ): Promise<{ readonly code: number | null; readonly json: T; readonly stderr: string }>;
  stop(): Promise<void>;
}

export async function servedStack(directory = root, options: Partial<SandboxOptions> = {}): Promise<ServedStack> {
  const sandbox = await Sandbox.start({ directory, startAt: START, ...options });
  const page = await startPage(sandbox, { title: "test", stack: () => sandbox.liveStack() });
  const elsewhere = foreignFolder();
  const run = (...args: string[]) => runCli([...args, "--sandbox", page.url], { cwd: elsewhere, env: NO_AWS });
  return {
    ...{ sandbox, page, run },
    async json(...args) {
      const { code, stdout, stderr } = await run(...args, "--json");
      return { code, json: JSON.parse(stdout), stderr };
    },
    async stop() {
      await page.stop();
      await sandbox.stop();
      rmSync(elsewhere, { recursive: true });
    },
  };
}

/** What of a developer's own machine must not reach a command under test. */
export const NO_AWS: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: "",
  AWS_SECRET_ACCESS_KEY: "",
  AWS_SESSION_TOKEN: "",
  AWS_PROFILE: "",
  AWS_CONFIG_FILE: "/nonexistent",
  AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
  AWS_EC2_METADATA_DISABLED: "true",
  // The AWS SDK warns of Node.js 20, which isn't asked for any more.
  NODE_NO_WARNINGS: "1",
};

/** A folder without a program. */
export function foreignFolder(): string {
  return mkdtempSync(join(tmpdir(), "sequence-foreign-"));
}

/** A resource as `pulumi stack export` has it, in JSON. */
// biome-ignore lint/suspicious/noExplicitAny: tests change whatever they are about.
export type ExportedResource = { urn: string; type: string; inputs: any; outputs: any };

/** A file with what `pulumi stack export` would print of the sandbox's stack, once `change` has changed it. */
export function recordFile(
  sandbox: Sandbox,
  change: (deployment: { resources: ExportedResource[]; pending_operations?: object[] }) => void,
): string {
  const { sandbox: _, ...record } = JSON.parse(JSON.stringify(sandbox.liveStack()));
  change(record.deployment);
  const file = join(foreignFolder(), "stack.json");
  writeFileSync(file, JSON.stringify(record));
  return file;
}

/** What a sandbox's AWS needs of the environment, in place of `--sandbox`: as an AWS account has it. */
export function awsEnvironment(sandbox: Sandbox): Record<string, string> {
  const { url, operatorCredentials } = sandbox.cloud.endpoint;
  return {
    ...NO_AWS,
    AWS_ACCESS_KEY_ID: operatorCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operatorCredentials.secretAccessKey,
    AWS_SESSION_TOKEN: operatorCredentials.sessionToken,
    AWS_ENDPOINT_URL: url,
  };
}

/** The same with the keys of an operator who has these statements only. */
export function operatorEnvironment(sandbox: Sandbox, Statement: readonly object[]): Record<string, string> {
  const { iam } = sandbox.cloud;
  const name = "operator";
  const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
  const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
  const request = { type: "aws:iam/role:Role", name, inputs: { name, assumeRolePolicy }, archives: {} };
  try {
    iam.resources[request.type]?.(request);
  } catch (error) {
    if ((error as { code?: string }).code !== "EntityAlreadyExists") throw error;
  }
  iam.putPolicy(name, "rights", { Version: "2012-10-17", Statement });
  const keys = iam.credentialsOf(`arn:aws:iam::000000000000:role/${name}`);
  return {
    ...awsEnvironment(sandbox),
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken,
  };
}

/** A folder for the PATH with a `pulumi` that runs this JavaScript. `log(line)` and `fail(line)` are there, and `args`. */
export function fakePulumi(script: string): string {
  const folder = foreignFolder();
  mkdirSync(folder, { recursive: true });
  const helpers =
    "const args = process.argv.slice(2); const fs = require('node:fs');\n" +
    "const log = (text) => process.stdout.write(text); const fail = (text) => { process.stderr.write(text); process.exitCode = 255; };\n";
  writeFileSync(join(folder, "pulumi"), `#!${process.execPath}\n${helpers}${script}\n`, { mode: 0o755 });
  return folder;
}
