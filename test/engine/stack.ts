import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";

const root = join(__dirname, "..", "..");
const SERVICES = "apigatewayv2 cloudwatch logs dynamodb iam lambda scheduler secretsmanager sns sqs sts".split(" ");

export const onAws = process.env.ENGINE_TARGET === "aws";

/** Where the provider makes resources: in MiniStack by its endpoints, or in the one account that was confirmed. */
function providerConfig(): Record<string, string> {
  const region = process.env.AWS_REGION || "us-east-1";
  if (onAws) return { region, allowedAccountIds: JSON.stringify([process.env.SEQUENCE_TEST_AWS_ACCOUNT]) };
  const url = process.env.EMULATOR_URL;
  return {
    region,
    accessKey: "test",
    secretKey: "test",
    skipCredentialsValidation: "true",
    skipMetadataApiCheck: "true",
    skipRequestingAccountId: "true",
    endpoints: JSON.stringify([Object.fromEntries(SERVICES.map((service) => [service, url]))]),
  };
}

/** A folder with a Pulumi project in it and the package as it is published; its state is in the folder too. */
export class EngineProject {
  readonly folder = mkdtempSync(join(tmpdir(), "sequence-engine-"));

  private constructor() {}

  static async make(): Promise<EngineProject> {
    const project = new EngineProject();
    const { pack } = await import(pathToFileURL(join(root, "build", "pack.mjs")).href);
    const packed = join(project.folder, "package.tgz");
    pack(packed);
    mkdirSync(join(project.folder, "state"));
    writeFileSync(join(project.folder, "package.json"), '{"private":true}\n');
    execFileSync("npm", ["install", "--no-audit", "--no-fund", packed], { cwd: project.folder, stdio: "inherit" });
    return project;
  }

  /** Writes files, by their path in the folder. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
  }

  /** The stack of the project that lies in the folder, with `config` beside the provider's. */
  async stack(name: string, config: Readonly<Record<string, { value: string; secret?: boolean }>>): Promise<Stack> {
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: name, workDir: this.folder },
      { envVars: this.environment },
    );
    for (const [key, value] of Object.entries(providerConfig())) await stack.setConfig(`aws:${key}`, { value });
    for (const [key, value] of Object.entries(config)) await stack.setConfig(key, value);
    return stack;
  }

  /** As `pulumi stack export` gives it to anyone; the Automation API's export shows secrets. */
  exportedState(name: string): { deployment: { resources: { urn: string }[] } } {
    const args = ["stack", "export", "--stack", name];
    const env = { ...process.env, ...this.environment };
    return JSON.parse(execFileSync("pulumi", args, { cwd: this.folder, env, encoding: "utf8" }));
  }

  private get environment() {
    return { PULUMI_BACKEND_URL: `file://${this.folder}/state`, PULUMI_CONFIG_PASSPHRASE: "of-the-tests" };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
