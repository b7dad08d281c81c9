import type { Journal } from "../aws/types";
import type { SandboxClock } from "../clock";
import type { ActionSettings } from "../settings";
import type { AccountBook } from "./accountBook";
import type { SimulatorModes } from "./modes";
import type { AmountAsked, TransferRecord, TriggerRecord } from "./records";
import { runRule } from "./ruleRun";

/** Runs accepted triggers, several at a time, and keeps what came of them. */
export class RuleRunner {
  readonly triggers: TriggerRecord[] = [];
  readonly transfers: TransferRecord[] = [];
  readonly amountsAsked: AmountAsked[] = [];
  private readonly running = new Set<Promise<void>>();
  private bug: unknown;

  constructor(
    private readonly context: {
      readonly clock: SandboxClock;
      readonly journal: Journal;
      readonly accounts: AccountBook;
      readonly modes: SimulatorModes;
      readonly resolveAmountUrl: (outputPath: string) => string;
      readonly stopped: AbortSignal;
    },
  ) {}

  /** Runs the rule once `answered` resolves. Until it is done, the clock doesn't move past this moment. */
  start(trigger: TriggerRecord, actions: readonly ActionSettings[], answered: Promise<unknown>): void {
    this.triggers.push(trigger);
    const { transfers, amountsAsked } = this;
    const run = answered
      .then(() => runRule({ ...this.context, transfers, amountsAsked }, trigger, actions))
      .catch((error: unknown) => {
        this.bug ??= error;
      });
    this.running.add(run);
    run.finally(() => this.running.delete(run));
    this.context.clock.track(run);
  }

  /** Resolves once every accepted trigger is done. Rejects with the first error that is a bug of the simulator. */
  async idle(): Promise<void> {
    await this.ended();
    if (this.bug !== undefined) throw this.bug;
  }

  /** Resolves once nothing runs. */
  async ended(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }
}
