import type { Counter } from "../count/counter";
import type { Story } from "../story";
import type { CampaignCloud } from "./cloud";
import type { Deployment } from "./deployment";
import type { CampaignSequence } from "./sequence";

/** What people and readers of mails and failures see of a stack and of Sequence. */
export interface WorldParts {
  readonly cloud: CampaignCloud;
  readonly sequence: CampaignSequence;
  readonly deployment: Deployment;
  readonly counter: Counter;
  readonly story: Story;
  /** What lay in the failure queue and wasn't redriven. */
  readonly failureBodies: string[];
  /** The API secret that Sequence takes. */
  secretOf(ruleId: string): string;
  /** Sequence takes a new one; the old one counts no more. */
  replaceSecret(ruleId: string): void;
  /** Secrets Manager holds the one that Sequence takes. */
  storeSecret(ruleId: string): void;
}
