import { DescribeTableCommand, type ScanCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDbLedger } from "../../../lambda/triggers/aws/dynamoDb";
import { isPaused } from "../../../lambda/triggers/pause";
import { isMissing } from "../aws/explain";
import type { LiveStack } from "../find/live";
import { ledgerOf } from "../ledger/readLedger";
import { type Finding, fine, looked, note, wrong } from "./finding";

const ABOUT = "ledger";

/** The ledger is there, and the stop switch is off. */
export async function ledgerFindings(stack: LiveStack): Promise<Finding[]> {
  const { triggers, clients } = stack;
  if (!triggers) return [];
  const { ledgerTable: name } = triggers;
  const { ledgerTable: TableName } = ledgerOf(stack, triggers);
  return looked(ABOUT, async () => {
    try {
      const { Table } = await clients.dynamoDb.send(new DescribeTableCommand({ TableName }));
      if (Table?.TableStatus !== "ACTIVE")
        return [wrong(ABOUT, `the table ${name} is ${Table?.TableStatus}`, "wait until it is ACTIVE, and look again")];
    } catch (error) {
      if (!isMissing(error)) throw error;
      return [
        wrong(
          ABOUT,
          `the table ${name} is gone: nothing is triggered without it, and nobody knows any more what was executed`,
          "restore it from its backup (docs/operations.md), and only then deploy",
        ),
      ];
    }
    const ledger = new DynamoDbLedger(TableName, async () => ({
      send: (command, options) => clients.dynamoDb.send(command as ScanCommand, options),
    }));
    return [fine(ABOUT, `the table ${name} is there`), pause(await isPaused(ledger))];
  });
}

function pause(isOn: boolean): Finding {
  const about = "stop switch";
  if (!isOn) return fine(about, "is off");
  return note(
    about,
    "is on: no rule is triggered, and what gets too old meanwhile is skipped",
    "npx sequence-remote-api resume switches it off",
  );
}
