import type { RuntimeApiError } from "./runtimeApi";

/** Why a process had to be, or was, ended before it answered. */
export type ProcessEnd = "exit" | "timeout" | "memory";

/** Lambda's words for a process that didn't answer. `exitReason` says how it ended, if it ended by itself. */
export function processFailure(
  end: ProcessEnd,
  details: { requestId: string; limitMs: number; now: number; exitReason: string },
): RuntimeApiError {
  const { requestId, limitMs, now, exitReason } = details;
  if (end === "timeout") {
    const time = new Date(now).toISOString();
    const seconds = (limitMs / 1000).toFixed(2);
    return { type: "Sandbox.Timedout", message: `${time} ${requestId} Task timed out after ${seconds} seconds` };
  }
  const isMemory = end === "memory";
  return {
    type: isMemory ? "Runtime.OutOfMemory" : "Runtime.ExitError",
    message: `RequestId: ${requestId} Error: ${isMemory ? exitReasonOf(null, "SIGKILL") : exitReason}`,
  };
}

const SIGNAL_TEXTS: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: "aborted",
  SIGKILL: "killed",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
};

export function exitReasonOf(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `Runtime exited with error: signal: ${SIGNAL_TEXTS[signal] ?? signal}`;
  return code ? `Runtime exited with error: exit status ${code}` : "Runtime exited without providing a reason";
}
