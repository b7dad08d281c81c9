import type { CloudContext, CreateRequest } from "../types";
import { type LogFormat, readLogSettings } from "./accessLog";
import { TokenBucket } from "./throttle";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: an account's, where a stage says nothing. */
const ACCOUNT_RATE_PER_SECOND = 10_000;
const ACCOUNT_BURST = 5_000;

interface RouteSettings {
  readonly routeKey?: string;
  readonly throttlingRateLimit?: number;
  readonly throttlingBurstLimit?: number;
}

/** A declared stage: where an API's routes are served. */
export class Stage {
  readonly name: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly accessLog?: LogFormat;
  /** Without a deployment nothing is served; only `autoDeploy` makes one by itself. */
  readonly isDeployed: boolean;
  private readonly settings: readonly RouteSettings[];
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(
    { inputs }: CreateRequest,
    private readonly context: CloudContext,
    name: string,
  ) {
    this.name = name;
    this.variables = inputs.stageVariables as Record<string, string> | undefined;
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
