import { join } from "node:path";
import type { Cloud, Created, CreateRequest } from "../../../sandbox/aws/types";
import { type Deployment, deploy, programConfig, readProject } from "../../../sandbox/engine";
import { writeProgram } from "../../support/program";

/** Makes everything, unless a test says otherwise, and remembers what it was asked. */
export class RecordingCloud implements Cloud {
  readonly requests: CreateRequest[] = [];
  readonly invokes: string[] = [];
  /** Errors of creations, by the resource's name. */
  readonly failing: Record<string, string> = {};

  async create(request: CreateRequest): Promise<Created> {
    this.requests.push(request);
    const failure = this.failing[request.name];
    if (failure) throw new Error(failure);
    return { id: `${request.name}-id`, state: { ...request.inputs, arn: `arn:${request.name}` } };
  }

  async invoke(token: string): Promise<Record<string, unknown>> {
    this.invokes.push(token);
    if (token !== "aws:index/getRegion:getRegion") throw new Error("the sandbox doesn't run this provider function");
    return { id: "us-east-1", region: "us-east-1" };
  }

  request(name: string): CreateRequest {
    const found = this.requests.find((request) => request.name === name);
    if (!found) throw new Error(`${name} was not created: ${this.requests.map((request) => request.name).join(", ")}`);
    return found;
  }
}

/** Writes a program and runs it; `files` is the text of its `index.ts`, or all its files. */
export function runProgram(
  files: string | Readonly<Record<string, string>>,
  options: { cloud?: Cloud; config?: Record<string, unknown> } = {},
): Promise<Deployment> {
  const folder = writeProgram(typeof files === "string" ? { "index.ts": files } : files);
  return deployFolder(folder, options);
}

export async function deployFolder(
  folder: string,
  { cloud = new RecordingCloud(), config = {} }: { cloud?: Cloud; config?: Record<string, unknown> } = {},
): Promise<Deployment> {
  const project = readProject(folder);
  return deploy({
    project,
    cloud,
    config: programConfig(project.name, config),
    settingsFile: join(project.programDirectory, "sandbox.yaml"),
  });
}

/**
 * Runs `work` as it would run outside of mocha, whose listener makes Node swallow unhandled rejections: one that the engine
 * leaves to Node, where it would end the process, fails here. The engine's listener must be there already, or come with `work`.
 */
export async function withoutMochasListener<T>(work: () => Promise<T>): Promise<T> {
  const mochas = process
    .listeners("unhandledRejection")
    .filter((listener) => listener.toString().includes("isMochaError"));
  for (const listener of mochas) process.off("unhandledRejection", listener);
  try {
    return await work();
  } finally {
    // What comes late has its chance to.
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    for (const listener of mochas) process.on("unhandledRejection", listener);
  }
}
