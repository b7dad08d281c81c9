import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { type ProcessEnd, processFailure } from "./failures";
import { FunctionProcess, type Setup } from "./functionProcess";
import { PlatformLog } from "./platformLog";
import { type Ended, type Invocation, RuntimeApi, type RuntimeApiError } from "./runtimeApi";

type PhaseEnd =
  | { readonly kind: "ready" | ProcessEnd }
  | { readonly kind: "response"; readonly payload: unknown }
  | { readonly kind: "error"; readonly error: RuntimeApiError };

const MEMORY_CHECK_MS = 50;
/** After its answer a healthy process writes the rest of its output and asks for work within this time. */
const SETTLE_MS = 5_000;

/**
 * One process that runs a function, one invocation at a time: Lambda's execution environment. Between invocations the process
 * is stopped, as Lambda freezes it. It is killed when it runs out of time or memory. Time limits are real time, whatever the
 * sandbox's clock does.
 */
export class ExecutionEnvironment {
  private readonly api: RuntimeApi;
  private readonly platform: PlatformLog;
  private readonly logStream: string;
  private readonly closed: Promise<void>;
  private process: FunctionProcess | undefined;
  private onClosed = () => {};
  private isClosed = false;
  private isReady = false;
  private endPhase: ((end: PhaseEnd) => void) | undefined;
  private initMs: number | undefined;

  constructor(private readonly setup: Setup) {
    const date = new Date(setup.context.clock.now()).toISOString().slice(0, 10).replaceAll("-", "/");
    this.logStream = `${date}/[$LATEST]${randomBytes(16).toString("hex")}`;
    this.platform = new PlatformLog((line) => setup.log(this.logStream, line));
    this.closed = new Promise((resolve) => {
      this.onClosed = resolve;
    });
    this.api = new RuntimeApi({
      onReady: () => {
        this.isReady = true;
        this.endPhase?.({ kind: "ready" });
      },
      onResponse: (payload) => this.endPhase?.({ kind: "response", payload }),
      onError: (error) => this.endPhase?.({ kind: "error", error }),
    });
  }

  /** Whether it can take an invocation. */
  get alive(): boolean {
    return this.isReady && !this.isClosed;
  }

  /** Starts the process and loads the user's code. Returns the error if that fails; the environment is then gone. */
  async init(limitMs: number): Promise<RuntimeApiError | undefined> {
    await mkdir(this.setup.scratch, { recursive: true });
    const runtimeApi = await this.api.listen();
    this.platform.initStart(this.setup.declaration.runtime);
    const startedAt = performance.now();
    const end = await this.runPhase(limitMs, () => this.start(runtimeApi)).catch((error) => {
      this.close();
      throw error;
    });
    this.initMs = performance.now() - startedAt;
    if (end.kind === "ready") return undefined;
    const error = await this.failureOf(end, limitMs, "init");
    await this.kill();
    this.platform.initReport(this.initMs, error.type);
    return error;
  }

  async invoke({ requestId, event }: Invocation): Promise<Ended> {
    const { declaration } = this.setup;
    this.platform.start(requestId);
    const startedAt = performance.now();
    this.isReady = false;
    let end = await this.runPhase(declaration.timeoutMs, () => this.dispatch(requestId, event));
    if (end.kind === "response" || end.kind === "error") {
      await this.process?.outputEnded(requestId, SETTLE_MS);
      if (this.exceedsMemory()) end = { kind: "memory" };
    }
    const ended =
      end.kind === "response"
        ? { payload: end.payload }
        : { error: await this.failureOf(end, declaration.timeoutMs, requestId) };
    this.report(requestId, performance.now() - startedAt, ended);
    await this.settled();
    if (this.alive) this.process?.freeze();
    return ended;
  }

  /** Ends an invocation whose environment never came to life. */
  refuse({ requestId }: Invocation, error: RuntimeApiError): Ended {
    this.platform.start(requestId);
    this.report(requestId, 0, { error });
    return { error };
  }

  /** Resolves when the process is gone and its output read. */
  async kill(): Promise<void> {
    this.process?.kill();
    await this.closed;
  }

  private start(runtimeApi: string): void {
    this.process = new FunctionProcess(
      this.setup,
      { runtimeApi, logStream: this.logStream },
      {
        onExit: () => {
          this.isReady = false;
        },
        onClosed: () => this.close(),
      },
    );
  }

  private close(): void {
    this.isClosed = true;
    this.api.close();
    this.onClosed();
    this.endPhase?.({ kind: "exit" });
  }

  private dispatch(requestId: string, event: string): void {
    const { context, declaration } = this.setup;
    const now = context.clock.now();
    this.process?.thaw();
    this.api.dispatch(
      requestId,
      {
        "lambda-runtime-deadline-ms": String(now + declaration.timeoutMs),
        "lambda-runtime-invoked-function-arn": declaration.arn,
        "lambda-runtime-trace-id": `Root=1-${Math.floor(now / 1000).toString(16)}-${randomBytes(12).toString("hex")};Sampled=0`,
        "sandbox-clock-offset-ms": String(now - Date.now()),
      },
      event,
    );
  }

  /** Resolves with the first thing that ends the phase: something the process tells, its end, or a limit. */
  private runPhase(limitMs: number, begin: () => void): Promise<PhaseEnd> {
    return new Promise((resolve) => {
      begin();
      const timer = setTimeout(() => this.endPhase?.({ kind: "timeout" }), limitMs);
      const watch = setInterval(() => {
        if (this.exceedsMemory()) this.endPhase?.({ kind: "memory" });
      }, MEMORY_CHECK_MS);
      this.endPhase = (end) => {
        this.endPhase = undefined;
        clearTimeout(timer);
        clearInterval(watch);
        resolve(end);
      };
      if (this.isClosed) this.endPhase({ kind: "exit" });
    });
  }

  /** Waits until the process is ready for more or gone. */
  private async settled(): Promise<void> {
    if (this.isReady || this.isClosed) return;
    const end = await this.runPhase(SETTLE_MS, () => {});
    if (end.kind !== "ready") await this.kill();
  }

  private exceedsMemory(): boolean {
    return (this.process?.peakMemoryMb ?? 0) > this.setup.declaration.memoryMb;
  }

  private async failureOf(end: PhaseEnd, limitMs: number, requestId: string): Promise<RuntimeApiError> {
    if (end.kind === "error") return end.error;
    if (end.kind !== "exit") await this.kill();
    const exitReason = this.process?.exitReason ?? "";
    // "ready" without an answer breaks the protocol: the process was killed, and that counts as an exit.
    const how = end.kind === "timeout" || end.kind === "memory" ? end.kind : "exit";
    const error = processFailure(how, { requestId, limitMs, exitReason, now: this.setup.context.clock.now() });
    this.platform.failure(error.message);
    return error;
  }

  private report(requestId: string, durationMs: number, ended: Ended): void {
    const errorType = "error" in ended ? ended.error.type : undefined;
    this.platform.report(requestId, {
      durationMs,
      memorySizeMb: this.setup.declaration.memoryMb,
      maxMemoryUsedMb: this.process?.peakMemoryMb,
      initMs: this.initMs,
      status: errorType === undefined ? "success" : errorType === "Sandbox.Timedout" ? "timeout" : "error",
      errorType,
    });
    this.initMs = undefined;
  }
}
