import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { given } from "../../../lambda/agreements/given";
import { ledgerNotes } from "../../../lambda/agreements/ledgerNotes";
import type { SkippedNote } from "../../../lambda/triggers/pause";
import { StackError } from "../exit";
import { type LedgerTable, orGone, readItem } from "./readLedger";

/** The stop switch, while it is on. */
export interface Pause {
  /** ISO 8601, UTC; absent if somebody switched it on without this command. */
  readonly since?: string;
  readonly reason?: string;
}

const KEY = { key: { S: ledgerNotes.pause } };

/** Undefined if the stop switch is off. */
export async function readPause(table: LedgerTable): Promise<Pause | undefined> {
  const item = await readItem(table, ledgerNotes.pause);
  if (!item) return undefined;
  return given({ since: item.since?.S, reason: item.reason?.S });
}

/** Throws `StackError` while the stop switch is on: what is sent then would wait, and could get too old. */
export async function refuseWhilePaused(table: LedgerTable): Promise<void> {
  if (await readPause(table))
    throw new StackError("problem", 'the stop switch is on: nothing was sent. Run "resume" first');
}

/** Switches it on. False if it was on, which stays as it is. */
export async function switchOn({ clients, ledgerTable }: LedgerTable, { since, reason }: Pause): Promise<boolean> {
  const texts = Object.entries({ since, reason }).flatMap(([name, S]) => (S === undefined ? [] : [[name, { S }]]));
  const command = new PutItemCommand({
    TableName: ledgerTable,
    Item: { ...KEY, ...Object.fromEntries(texts) },
    ConditionExpression: "attribute_not_exists(#key)",
    ExpressionAttributeNames: { "#key": "key" },
  });
  try {
    await orGone(ledgerTable, clients.dynamoDb.send(command));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "ConditionalCheckFailedException") return false;
    throw error;
  }
}

export async function switchOff({ clients, ledgerTable }: LedgerTable): Promise<void> {
  await orGone(ledgerTable, clients.dynamoDb.send(new DeleteItemCommand({ TableName: ledgerTable, Key: KEY })));
}

/** What a pause has left out since the last daily mail: titles, and how many more. */
export async function readSkippedTitles(
  table: LedgerTable,
): Promise<{ readonly titles: readonly string[]; readonly more: number }> {
  const item = await readItem(table, ledgerNotes.skipped);
  const occurrences = JSON.parse(item?.occurrences?.S ?? "{}") as SkippedNote["occurrences"];
  return { titles: Object.values(occurrences).map(({ title }) => title), more: Number(item?.more?.N ?? 0) };
}
