import type { FunctionArgs } from "../args";
import type { FunctionOptions } from "./function";

/** The settings of a function that the user can change, with what they are if he doesn't. */
export function functionDefaults(
  args: FunctionArgs,
): Pick<FunctionOptions, "memorySize" | "runtime" | "architecture" | "logRetentionDays" | "tags"> {
  return {
    memorySize: args.memorySize ?? 512,
    runtime: args.runtime ?? "nodejs24.x",
    architecture: args.architecture ?? "arm64",
    logRetentionDays: args.logRetentionDays ?? 90,
    tags: args.tags,
  };
}
