/** What the REPORT line of an invocation says. */
export interface Report {
  readonly durationMs: number;
  readonly memorySizeMb: number;
  /** Undefined where the system doesn't tell. */
  readonly maxMemoryUsedMb: number | undefined;
  /** Of a cold start. */
  readonly initMs: number | undefined;
  readonly status: "success" | "error" | "timeout";
  readonly errorType: string | undefined;
}

/** The lines that Lambda itself writes around an invocation's. */
export class PlatformLog {
  constructor(private readonly write: (line: string) => void) {}

  initStart(runtime: string): void {
    this.write(`INIT_START Runtime Version: ${runtime}`);
  }

  initReport(initMs: number, errorType: string): void {
    this.write(
      `INIT_REPORT Init Duration: ${initMs.toFixed(2)} ms\tPhase: init\tStatus: error\tError Type: ${errorType}`,
    );
  }

  start(requestId: string): void {
    this.write(`START RequestId: ${requestId} Version: $LATEST`);
  }

  /** What became of a process that didn't answer. */
  failure(message: string): void {
    this.write(message);
  }

  report(requestId: string, report: Report): void {
    this.write(`END RequestId: ${requestId}`);
    this.write(reportText(requestId, report));
  }
}

function reportText(requestId: string, report: Report): string {
  const { durationMs, initMs, maxMemoryUsedMb, status, errorType } = report;
  const parts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    // Init time is billed.
    `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
    `Memory Size: ${report.memorySizeMb} MB`,
  ];
  if (maxMemoryUsedMb !== undefined) parts.push(`Max Memory Used: ${Math.ceil(maxMemoryUsedMb)} MB`);
  if (initMs !== undefined) parts.push(`Init Duration: ${initMs.toFixed(2)} ms`);
  if (status !== "success") parts.push(`Status: ${status}`);
  if (status === "error" && errorType) parts.push(`Error Type: ${errorType}`);
  return parts.join("\t");
}
