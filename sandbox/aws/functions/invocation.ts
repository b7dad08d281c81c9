import { randomUUID } from "node:crypto";
import { AwsError, type CloudContext, type InvocationResult } from "../types";
import type { DeclaredFunction } from "./declaredFunctions";
import { MAX_REQUEST_BYTES } from "./runtimeApi";

/**
 * Runs a function once, in a process that is idle or new, and resolves with how that ended. Rejects with `AwsError` if the event has more
 * than 6 MB, or reserved concurrency is used up.
 */
export async function invocation(
  { declaration, pool }: DeclaredFunction,
  event: unknown,
  { journal }: Pick<CloudContext, "journal">,
): Promise<InvocationResult> {
  const json = JSON.stringify(event ?? {});
  if (Buffer.byteLength(json) > MAX_REQUEST_BYTES)
    throw new AwsError(
      "RequestTooLargeException",
      `Request must be smaller than ${MAX_REQUEST_BYTES} bytes for the InvokeFunction operation`,
      413,
    );
  if (pool.concurrency >= (declaration.reservedConcurrency ?? Number.POSITIVE_INFINITY)) {
    journal.record("function.throttled", { function: declaration.name });
    throw new AwsError("TooManyRequestsException", "Rate Exceeded.", 429);
  }
  const requestId = randomUUID();
  const startedAt = performance.now();
  const ended = await pool.invoke({ requestId, event: json });
  const ms = Math.round(performance.now() - startedAt);
  const failure = "error" in ended ? { outcome: "error", errorType: ended.error.type } : { outcome: "ok" };
  journal.record("function.invoked", { function: declaration.name, requestId, ms, ...failure });
  return "error" in ended ? { requestId, error: ended.error } : { requestId, payload: ended.payload };
}
