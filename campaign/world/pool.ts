import type { InvocationResult } from "../../sandbox/aws/types";
import { lambdaRuns } from "../faults/lambda";
import type { Crossings } from "../faults/striker";
import { type Asked, type Doom, FunctionProcess } from "./process";

/** A process with the handler that it has loaded. */
interface Loaded {
  readonly process: FunctionProcess;
  readonly version: number;
  readonly handler: (event: unknown, context: LambdaContext) => Promise<unknown>;
  /** Other processes take what comes until then. */
  heldUntil: number;
}

interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

export interface PoolOptions {
  readonly striker: Crossings;
  readonly version: () => number;
  readonly load: (process: FunctionProcess) => Loaded["handler"];
  readonly askedOf: (event: unknown) => Asked;
  readonly newId: () => string;
  readonly tell: (subject: string, what: string) => void;
}

const THROTTLED: InvocationResult = {
  requestId: "",
  error: { type: "TooManyRequestsException", message: "Rate exceeded" },
};

/** The processes of one function. An idle one takes the next invocation; if there is none, a new one begins. */
export class Pool {
  private processes: Loaded[] = [];

  constructor(private readonly options: PoolOptions) {}

  invoke(event: unknown): Promise<InvocationResult> {
    const asked = this.options.askedOf(event);
    const loaded = this.idle();
    let doom: Doom | undefined;
    const crossing = {
      throttled: THROTTLED,
      doom: (given: Doom) => {
        doom = given;
      },
      skew: (ms: number) => {
        loaded.process.skewMs = ms;
      },
      freeze: () => loaded.process.freeze(),
      hold: (ms: number) => {
        loaded.heldUntil = Date.now() + ms;
      },
    };
    loaded.process.busy = true;
    const result = this.options.striker.cross(lambdaRuns, asked.subject, crossing, () =>
      this.run(loaded, event, asked, doom),
    );
    return Promise.resolve(result).finally(() => {
      loaded.process.busy = false;
    });
  }

  private async run(loaded: Loaded, event: unknown, asked: Asked, doom: Doom | undefined): Promise<InvocationResult> {
    const { process, handler } = loaded;
    const requestId = this.options.newId();
    const context = { awsRequestId: requestId, getRemainingTimeInMillis: () => process.remainingMs() };
    const ended = await process.invoke(asked, doom, () => handler(event, context));
    if ("payload" in ended) return { requestId, payload: ended.payload };
    if ("failed" in ended) return { requestId, error: { type: "Error", message: ended.failed } };
    this.options.tell(asked.subject, "the function's process ends");
    this.processes = this.processes.filter((one) => one !== loaded);
    return { requestId, error: { type: "Runtime.ExitError", message: ended.died } };
  }

  private idle(): Loaded {
    const version = this.options.version();
    this.processes = this.processes.filter((one) => one.process.busy || one.version === version);
    const found = this.processes.find(
      ({ process, heldUntil }) => !process.busy && process.alive && heldUntil <= Date.now(),
    );
    if (found) return found;
    const process = new FunctionProcess();
    const loaded = { process, version, handler: this.options.load(process), heldUntil: 0 };
    this.processes.push(loaded);
    return loaded;
  }
}
