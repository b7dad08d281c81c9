import { ledgerNotes } from "../../lambda/agreements/ledgerNotes";
import type { StopSwitch } from "../faults/stopSwitch";
import type { CampaignCloud } from "./cloud";

/** The stop switch of a stack, as a person sets and clears it in the ledger's table. */
export class LedgerSwitch implements StopSwitch {
  /** Since when it is on. */
  setAt: number | undefined;

  constructor(private readonly cloud: CampaignCloud) {}

  readonly set = (): void => {
    this.setAt ??= Date.now();
    this.run("PutItem", { Item: { key: { S: ledgerNotes.pause } } });
  };

  readonly clear = (): void => {
    this.setAt = undefined;
    this.run("DeleteItem", { Key: { key: { S: ledgerNotes.pause } } });
  };

  private run(operation: string, input: object): void {
    this.cloud.tables.api.operations[operation]?.run({ TableName: "ledger", ...input });
  }
}
