import { ExecutionEnvironment } from "./executionEnvironment";
import type { Setup } from "./functionProcess";
import type { Ended, Invocation } from "./runtimeApi";

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html: 10 s for a cold start's first init phase. */
export const INIT_TIMEOUT_MS = 10_000;
/** More would only slow a laptop down; further invocations wait. */
const MAX_ENVIRONMENTS = 10;

/** The execution environments of one function: an idle one is used again, else one more is started. */
export class Pool {
  private readonly idle: ExecutionEnvironment[] = [];
  private readonly atWork = new Set<ExecutionEnvironment>();
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(
    private readonly setup: () => Setup,
    private readonly initTimeoutMs: number,
  ) {}

  /** Invocations under way or waiting. */
  get concurrency(): number {
    return this.running + this.waiting.length;
  }

  /** Kills the processes that are in an invocation. */
  killAtWork(): void {
    for (const environment of this.atWork) void environment.kill();
  }

  async invoke(invocation: Invocation): Promise<Ended> {
    await this.enter();
    try {
      return await this.run(invocation);
    } finally {
      this.leave();
    }
  }

  private async run(invocation: Invocation): Promise<Ended> {
    let environment = this.takeIdle();
    if (!environment) {
      environment = new ExecutionEnvironment(this.setup());
      let error = await environment.init(this.initTimeoutMs);
      if (error) {
        // Lambda tries a failed init phase once more, as part of the invocation and within its time.
        const setup = this.setup();
        environment = new ExecutionEnvironment(setup);
        error = await environment.init(setup.declaration.timeoutMs);
      }
      if (error) return environment.refuse(invocation, error);
    }
    this.atWork.add(environment);
    const ended = await environment.invoke(invocation);
    this.atWork.delete(environment);
    if (environment.alive) this.idle.push(environment);
    return ended;
  }

  private takeIdle(): ExecutionEnvironment | undefined {
    let environment = this.idle.pop();
    while (environment && !environment.alive) environment = this.idle.pop();
    return environment;
  }

  private async enter(): Promise<void> {
    if (this.running >= MAX_ENVIRONMENTS) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
  }

  /** The place goes to the one that has waited longest. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running--;
  }
}
