import type { RemoteApiArgs } from "../remoteApi";
import { report } from "./report";

/** Checks what concerns the whole; the parts check their own arguments. */
export function validateRemoteApiArgs(name: string, args: RemoteApiArgs): void {
  if (args.amounts === undefined && args.triggers === undefined)
    report("RemoteApi", name, [
      { path: "amounts", reason: "is missing, and so is triggers: give at least one of them" },
    ]);
}
