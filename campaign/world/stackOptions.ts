import type { QueueEvent } from "../../lambda/triggers/handler";
import type { TriggerDeps } from "../../lambda/triggers/ports";
import type { QuestionLog } from "../amounts/questionLog";
import type { Counter } from "../count/counter";
import type { Plan } from "../plan";
import type { Story } from "../story";
import type { CampaignCloud } from "./cloud";
import type { DeploymentOptions } from "./deployment";
import type { CampaignSequence } from "./sequence";

/** What a protection that is switched off may change of a stack. */
export interface Weakened {
  keepsConnections: boolean;
  readonly cloud: CampaignCloud;
}

export interface StackOptions {
  readonly seed: number;
  readonly plan: Plan;
  readonly deployment: DeploymentOptions;
  /** With two, a second stack with the same triggers comes up after a third of the time, with a ledger of its own. */
  readonly stacks: 1 | 2;
  /** Whether people run what the mails ask for. */
  readonly people: boolean;
  /** Switches a protection of the product off. */
  readonly withoutProtection?: (deps: TriggerDeps, stack: Weakened) => TriggerDeps;
  readonly delivered?: (event: QueueEvent, stack: Weakened) => QueueEvent;
}

/** What the stacks of a world have in common. */
export interface SharedParts {
  readonly options: StackOptions;
  readonly sequence: CampaignSequence;
  readonly counter: Counter;
  readonly story: Story;
  readonly questions: QuestionLog;
  checkAmounts(names: readonly string[], subject: string): Promise<string>;
  secretOf(ruleId: string): string;
  replaceSecret(ruleId: string): void;
  storeSecret(ruleId: string): void;
}
