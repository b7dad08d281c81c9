import type { Clock } from "../../clock";
import { type StrikeLimits, Strikes } from "../../strikes";
import { AwsError } from "../types";

/** A service of AWS that doesn't answer the functions. */
export interface Outage extends StrikeLimits {
  /** By the name in its ARNs. */
  readonly service: "dynamodb" | "secretsmanager" | "sqs" | "sns" | "scheduler";
}

interface Active {
  readonly outage: Outage;
  readonly strikes: Strikes;
}

/** The services that are down. Only what functions call is struck: Scheduler still reaches its queue. */
export class Outages {
  private readonly active = new Set<Active>();

  constructor(private readonly clock: Pick<Clock, "now">) {}

  begin(outage: Outage): { readonly struck: number; clear(): void } {
    const strikes = new Strikes(outage, this.clock.now());
    const entry: Active = { outage, strikes };
    this.active.add(entry);
    return {
      get struck() {
        return strikes.struck;
      },
      clear: () => this.active.delete(entry),
    };
  }

  clear(): void {
    this.active.clear();
  }

  list(): { readonly outage: Outage; readonly struck: number }[] {
    this.forgetOver();
    return [...this.active].map(({ outage, strikes }) => ({ outage, struck: strikes.struck }));
  }

  takeOver(earlier: Outages): void {
    for (const entry of earlier.active) this.active.add(entry);
  }

  /** Throws `AwsError` if the service is down for this call. */
  check(service: string): void {
    let striking: Active | undefined;
    for (const entry of this.active)
      if (entry.outage.service === service && entry.strikes.next(this.clock.now())) striking ??= entry;
    this.forgetOver();
    if (!striking) return;
    striking.strikes.struck++;
    throw new AwsError("ServiceUnavailable", `${service} is down: an outage that somebody began in the sandbox`, 503);
  }

  private forgetOver(): void {
    for (const entry of this.active) if (entry.strikes.isOver(this.clock.now())) this.active.delete(entry);
  }
}
