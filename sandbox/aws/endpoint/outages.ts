import type { Clock } from "../../clock";
import { ActiveStrikes, type StrikeLimits } from "../../strikes";
import { AwsError } from "../types";

export const OUTAGE_SERVICES = ["dynamodb", "secretsmanager", "sqs", "sns", "scheduler"] as const;

/** A service of AWS that doesn't answer the functions. */
export interface Outage extends StrikeLimits {
  /** By the name in its ARNs. */
  readonly service: (typeof OUTAGE_SERVICES)[number];
}

/** The services that are down. Only what functions call is struck: Scheduler still reaches its queue. */
export class Outages {
  private readonly active: ActiveStrikes<Outage>;

  constructor(clock: Pick<Clock, "now">) {
    this.active = new ActiveStrikes(clock);
  }

  begin(outage: Outage): { readonly struck: number; clear(): void } {
    return this.active.begin(outage);
  }

  clear(): void {
    this.active.clear();
  }

  list(): { readonly outage: Outage; readonly struck: number }[] {
    return this.active.list().map(({ what, struck }) => ({ outage: what, struck }));
  }

  takeOver(earlier: Outages): void {
    this.active.takeOver(earlier.active);
  }

  /** Throws `AwsError` if the service is down for this call. */
  check(service: string): void {
    if (this.active.next((outage) => outage.service === service))
      throw new AwsError("ServiceUnavailable", `${service} is down: an outage that somebody began in the sandbox`, 503);
  }
}
