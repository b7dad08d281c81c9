import { DescribeContinuousBackupsCommand, DescribeTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import { isMissing } from "../aws/explain";
import type { LiveStack } from "../find/live";
import { ledgerOf } from "../ledger/readLedger";
import { DEPLOY_AGAIN, type Finding, fine, looked, note, wrong } from "./finding";

const ABOUT = "ledger's keeping";
/** Attribute of the time at which an item may go, as provider/parts/ledger.ts declares it. */
const EXPIRES_AT = "expiresAt";

/** Nothing of the ledger is deleted before its time, and what is by mistake can be restored. A table that was restored has neither setting. */
export async function ledgerKeepingFindings(stack: LiveStack): Promise<Finding[]> {
  const { triggers } = stack;
  if (!triggers) return [];
  const { clients, ledgerTable: TableName } = ledgerOf(stack, triggers);
  return looked(ABOUT, async () => {
    try {
      const [{ TimeToLiveDescription: ttl }, { ContinuousBackupsDescription: backups }] = await Promise.all([
        clients.dynamoDb.send(new DescribeTimeToLiveCommand({ TableName })),
        clients.dynamoDb.send(new DescribeContinuousBackupsCommand({ TableName })),
      ]);
      const isRecoverable = backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === "ENABLED";
      return keepingFindings(ttl?.AttributeName, isRecoverable);
    } catch (error) {
      // That it is gone is told beside this.
      if (isMissing(error) || (error as Error).name === "TableNotFoundException") return [];
      throw error;
    }
  });
}

function keepingFindings(expiresBy: string | undefined, isRecoverable: boolean): Finding[] {
  if (expiresBy !== undefined && expiresBy !== EXPIRES_AT)
    return [
      wrong(
        ABOUT,
        `items are deleted by their attribute "${expiresBy}"; it must be "${EXPIRES_AT}", or what was executed is forgotten early and could run again`,
        DEPLOY_AGAIN,
      ),
    ];
  if (isRecoverable) return [fine(ABOUT, "what is deleted by mistake can be restored")];
  return [
    note(
      ABOUT,
      "the table has no point-in-time recovery, so what is deleted by mistake is lost",
      'switch it on: docs/operations.md, "Restoring the ledger", step 3',
    ),
  ];
}
