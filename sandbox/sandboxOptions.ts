import { being } from "../lambda/agreements/shown";
import { UserError } from "./engine";
import { refuseUnknown } from "./port/options";
import type { Time } from "./port/types";

export interface SandboxOptions {
  /** The folder of the Pulumi project, or one below it. */
  readonly directory: string;
  /** Port of the first HTTP API. Defaults to a free one. */
  readonly port?: number;
  /** Take the next free port if that one is taken, instead of failing. Defaults to false. */
  readonly nextPort?: boolean;
  /** Make resource types that the sandbox doesn't run an error. Defaults to false. */
  readonly strict?: boolean;
  /** Where the sandbox's clock starts. Defaults to `clock` of sandbox.yaml, else to now. */
  readonly startAt?: Time;
  /** Ends a start that is under way: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called at each resource that a deployment has made, with how many it has made by then. */
  readonly onResource?: (made: number) => void;
}

const OPTIONS = [
  "directory",
  "port",
  "nextPort",
  "strict",
  "startAt",
  "signal",
  "onResource",
] satisfies (keyof SandboxOptions)[];

/** Throws `UserError` for what a program without types can give. */
export function checkOptions(options: SandboxOptions): void {
  refuseUnknown(options, OPTIONS, "startSandbox");
  const { directory, port = 0 } = options;
  if (typeof directory !== "string")
    throw new UserError(`directory ${being(directory)}; it must be text, the folder of a Pulumi program.`);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UserError(`port ${being(port)}; it must be a whole number from 0 to 65535, and 0 is any free one.`);
}
