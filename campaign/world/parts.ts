import type { Counter } from "../count";
import type { Story } from "../story";
import type { CampaignCloud } from "./cloud";
import type { Deployment } from "./deployment";
import type { CampaignSequence } from "./sequence";

/** What people and readers of mails and failures see of a world. */
export interface WorldParts {
  readonly cloud: CampaignCloud;
  readonly sequence: CampaignSequence;
  readonly deployment: Deployment;
  readonly counter: Counter;
  readonly story: Story;
  /** What lay in the failure queue and wasn't redriven. */
  readonly failureBodies: string[];
  /** The API secret that Sequence knows, by rule. */
  readonly secrets: Map<string, string>;
  secretOf(ruleId: string): string;
}
