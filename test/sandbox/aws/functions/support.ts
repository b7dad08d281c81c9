import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Functions, type FunctionsOptions } from "../../../../sandbox/aws/functions";
import { Logs } from "../../../../sandbox/aws/logs";
import type { Authorizer, CloudContext, Created, CreateRequest, JournalEntry } from "../../../../sandbox/aws/types";
import { SandboxClock } from "../../../../sandbox/clock";

/** A role that may do all, except what a test adds to `denied`. */
export class TestAuthorizer implements Authorizer {
  readonly denied = new Set<string>();
  untrusted = false;

  authorize({ action }: { roleArn: string; action: string; resource: string }) {
    return { allowed: !this.denied.has(action), reason: "test" };
  }
  canAssume() {
    return { allowed: !this.untrusted, reason: "test" };
  }
  credentialsOf() {
    return { accessKeyId: "AKIATEST", secretAccessKey: "test-secret", sessionToken: "test-token" };
  }
  roleOf() {
    return undefined;
  }
}

/** A cloud of functions and logs only. `stop` ends its processes and removes its folder. */
export interface TestCloud {
  readonly context: CloudContext;
  readonly entries: JournalEntry[];
  readonly clock: SandboxClock;
  readonly authorizer: TestAuthorizer;
  readonly logs: Logs;
  readonly functions: Functions;
  /** Declares a function whose `index.js` is `source`; returns its ARN. */
  deploy(source: string, inputs?: Record<string, unknown>, files?: Record<string, string>): Promise<string>;
  stop(): Promise<void>;
}

export function testContext(entries: JournalEntry[]): CloudContext & { clock: SandboxClock } {
  const clock = new SandboxClock(Date.parse("2031-05-06T07:08:09Z"));
  return {
    clock,
    accountId: "123456789012",
    region: "us-east-1",
    directory: mkdtempSync(join(tmpdir(), "sandbox-test-")),
    journal: {
      entries,
      record: (kind, detail) => void entries.push({ at: clock.now(), kind, ...detail }),
      subscribe: () => () => {},
    },
  };
}

export function testCloud(options: Partial<FunctionsOptions> = {}): TestCloud {
  const entries: JournalEntry[] = [];
  const context = testContext(entries);
  const authorizer = new TestAuthorizer();
  const logs = new Logs(context, authorizer);
  const functions = new Functions(context, { authorizer, logs, endpointUrl: () => "http://127.0.0.1:9", ...options });
  return {
    context,
    entries,
    clock: context.clock,
    authorizer,
    logs,
    functions,
    async deploy(source, inputs = {}, files = {}) {
      const { state } = await functions.resources["aws:lambda/function:Function"](
        functionRequest(source, inputs, files),
      );
      const group =
        (inputs.loggingConfig as { logGroup?: string } | undefined)?.logGroup ?? `/aws/lambda/${state.name}`;
      if (!logs.hasGroup(group)) create(logs, "aws:cloudwatch/logGroup:LogGroup", "logs", { name: group });
      return String(state.arn);
    },
    async stop() {
      await functions.stop();
      context.clock.stop();
      rmSync(context.directory, { recursive: true, force: true });
    },
  };
}

export function functionRequest(
  source: string,
  inputs: Record<string, unknown> = {},
  files: Record<string, string> = {},
): CreateRequest {
  const sources = { ...(source && { "index.js": source }), ...files };
  return {
    type: "aws:lambda/function:Function",
    name: "fn",
    inputs: {
      name: "fn",
      role: "arn:aws:iam::123456789012:role/fn",
      handler: "index.handler",
      runtime: "nodejs22.x",
      timeout: 30,
      ...inputs,
    },
    archives: { code: Object.fromEntries(Object.entries(sources).map(([path, text]) => [path, Buffer.from(text)])) },
  };
}

/** Creates a resource of a service synchronously. */
export function create(
  service: { resources: Readonly<Record<string, (request: CreateRequest) => unknown>> },
  type: string,
  name: string,
  inputs: Record<string, unknown>,
): Created {
  return service.resources[type]?.({ type, name, inputs, archives: {} }) as Created;
}

/** Waits, however long it takes, until a process of another's has ended; one that nobody has reaped yet counts as ended. */
export async function waitUntilEnded(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Waits, however long it takes, until a process is stopped, so that nothing in it goes on. */
export async function waitUntilStopped(pid: number): Promise<void> {
  while (!stateOf(pid).startsWith("T")) await new Promise((resolve) => setTimeout(resolve, 10));
}

function stateOf(pid: number): string {
  if (process.platform === "linux")
    return /^State:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";
  return execFileSync("ps", ["-o", "state=", "-p", String(pid)], { encoding: "utf8" }).trim();
}
