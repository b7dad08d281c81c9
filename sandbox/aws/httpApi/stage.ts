import type { CloudContext, CreateRequest } from "../types";
import { type LogFormat, readLogSettings } from "./accessLog";

/** An account's limit holds where a stage has none: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const ACCOUNT_RATE_PER_SECOND = 10_000;
const ACCOUNT_BURST = 5_000;

interface RouteSettings {
  readonly routeKey?: string;
  readonly throttlingRateLimit?: number;
  readonly throttlingBurstLimit?: number;
}

/** A declared stage `$default`: it serves an API's routes at the root. */
export class Stage {
  readonly accessLog: LogFormat | undefined;
  /** What it is declared with. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Without a deployment nothing is served; only `autoDeploy` makes one by itself. */
  readonly isDeployed: boolean;
  private readonly settings: readonly RouteSettings[];
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(
    { inputs }: Pick<CreateRequest, "inputs">,
    private readonly context: CloudContext,
  ) {
    this.inputs = inputs;
    this.isDeployed = inputs.autoDeploy === true || inputs.deploymentId !== undefined;
    this.accessLog = inputs.accessLogSettings ? readLogSettings(inputs.accessLogSettings) : undefined;
    this.settings = [
      ...((inputs.routeSettings as RouteSettings[] | undefined) ?? []),
      inputs.defaultRouteSettings ?? {},
    ];
  }

  /** Whether one more request to the route may pass now. Each route has a budget of its own. */
  admits(routeKey: string): boolean {
    let bucket = this.buckets.get(routeKey);
    if (!bucket) {
      bucket = this.bucketFor(routeKey);
      this.buckets.set(routeKey, bucket);
    }
    return bucket.take();
  }

  private bucketFor(routeKey: string): TokenBucket {
    const settings = this.settings.find((entry) => entry.routeKey === routeKey) ?? this.settings.at(-1);
    const rate = settings?.throttlingRateLimit ?? ACCOUNT_RATE_PER_SECOND;
    const burst = settings?.throttlingBurstLimit ?? ACCOUNT_BURST;
    return new TokenBucket(rate, burst, () => this.context.clock.now());
  }
}

/** Lets through `ratePerSecond` requests a second, and a burst of `burst` at once. */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly ratePerSecond: number,
    private readonly burst: number,
    private readonly now: () => number,
  ) {
    this.tokens = burst;
    this.filledAt = now();
  }

  /** Whether one more request may pass now. */
  take(): boolean {
    const now = this.now();
    this.tokens = Math.min(this.burst, this.tokens + (Math.max(0, now - this.filledAt) / 1000) * this.ratePerSecond);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
