import { redeliveryDelayMs } from "../../agreements/redelivery";
import { type GivenUp, givenUpOf } from "../lifecycle/givenUp";
import type { LedgerItem } from "../lifecycle/ledgerItem";
import type { Occurrence } from "../lifecycle/request";
import { available } from "../occurrenceLedger";
import { noteSkipped } from "../pause";
import { type Delivery, DONE, retryIn, type TriggerDeps, type Verdict } from "../ports";
import { occurrenceFailure } from "./failure";
import { markTold, tellFailure, tellSkipped, tellTestMode } from "./tell";

/** Tells how an occurrence ended. Its message is done with only once that is kept where somebody hears of it. */
export class End {
  constructor(
    private readonly deps: TriggerDeps,
    private readonly delivery: Delivery,
    private readonly occurrence: Occurrence,
  ) {}

  /** An item that is failed, skipped or in test mode. */
  async tell(item: LedgerItem): Promise<Verdict> {
    if (item.state === "failed") return this.tellGivenUp(givenUpOf(item), item);
    if (item.state === "skipped") return this.tellSkipped(item);
    await tellTestMode(this.deps, item);
    return DONE;
  }

  /** `item` was written as failed; `known` is what the ledger knows if nothing was written. */
  async tellGivenUp(given: GivenUp, item: LedgerItem | undefined, known = item): Promise<Verdict> {
    try {
      const failure = occurrenceFailure(this.deps, this.occurrence, item ?? known, given, this.delivery.body);
      await tellFailure(this.deps, failure, item);
      return DONE;
    } catch (error) {
      this.deps.logger.error("failureQueue.failed", { error });
      return retryIn(redeliveryDelayMs(this.delivery.receiveCount, this.deps.random));
    }
  }

  /** `item` was written as skipped; it is absent if the ledger keeps an earlier failure. */
  async tellSkipped(item: LedgerItem | undefined): Promise<Verdict> {
    await available(() => noteSkipped(this.deps.ledger, this.occurrence));
    tellSkipped(this.deps, item);
    if (item) await markTold(this.deps, item);
    return DONE;
  }
}
