import type { ChildProcess } from "node:child_process";
import type { CloudContext } from "../types";
import { childEnvironment, type EnvironmentParts } from "./childEnvironment";
import { exitReasonOf } from "./failures";
import { Output } from "./output";
import { continueGroup, killGroup, type Processes, peakMemoryMb, stopGroup } from "./processes";

/** What an execution environment is made with. */
export interface Setup extends Omit<EnvironmentParts, "runtimeApi" | "logStream"> {
  readonly context: CloudContext;
  readonly processes: Processes;
  readonly bootstrapFile: string;
  log(stream: string, line: string): void;
}

interface ProcessEvents {
  /** The process ended; its output may still come. */
  onExit(): void;
  /** The process is gone, and its output read. */
  onClosed(): void;
}

/** The process of an execution environment, with its output. */
export class FunctionProcess {
  /** How it ended, in Lambda's words. */
  exitReason = "";
  private readonly outputs: Output[] = [];
  private readonly child: ChildProcess;

  constructor(
    setup: Setup,
    { runtimeApi, logStream }: Pick<EnvironmentParts, "runtimeApi" | "logStream">,
    events: ProcessEvents,
  ) {
    const { clock } = setup.context;
    const child = setup.processes.start(
      [`--max-old-space-size=${setup.declaration.memoryMb}`, setup.bootstrapFile, String(clock.now() - Date.now())],
      { cwd: setup.taskRoot, env: childEnvironment({ ...setup, runtimeApi, logStream }) },
    );
    for (const stream of [child.stdout, child.stderr])
      if (stream) this.outputs.push(new Output(stream, (line) => setup.log(logStream, line)));
    child.once("exit", (code, signal) => {
      this.exitReason = exitReasonOf(code, signal);
      events.onExit();
    });
    child.once("error", (error) => {
      this.exitReason = error.message;
      events.onClosed();
    });
    child.once("close", () => events.onClosed());
    this.child = child;
  }

  /** The most memory that it has had; undefined where the system doesn't tell. */
  get peakMemoryMb(): number | undefined {
    return peakMemoryMb(this.child.pid);
  }

  /** Resolves once all that was written for the request is read, at the latest after `limitMs`. */
  async outputEnded(requestId: string, limitMs: number): Promise<void> {
    await Promise.all(this.outputs.map((output) => output.ended(requestId, limitMs)));
  }

  freeze(): void {
    stopGroup(this.child);
  }

  thaw(): void {
    continueGroup(this.child);
  }

  kill(): void {
    killGroup(this.child);
  }
}
