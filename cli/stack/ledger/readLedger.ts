import { type AttributeValue, GetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { isNote } from "../../../lambda/agreements/ledgerNotes";
import { occurrenceItem } from "../../../lambda/triggers/aws/dynamoDb";
import type { LedgerItem } from "../../../lambda/triggers/lifecycle/ledgerItem";
import type { Clients } from "../aws/clients";
import { isMissing } from "../aws/explain";
import { StackError } from "../exit";
import type { LiveStack, LiveTriggers } from "../find/live";

/** What of a ledger is read: its table, and how to reach it. */
export interface LedgerTable {
  readonly clients: Clients;
  /**
   * ARN of the table. Its name may be a person's (`ledgerTableName`), and in another account there may be another table of that name,
   * whose stop switch stops nothing here.
   */
  readonly ledgerTable: string;
}

export function ledgerOf({ clients }: LiveStack, { arn, ledgerTable }: LiveTriggers): LedgerTable {
  const [, partition, , region, account] = arn.split(":");
  return { clients, ledgerTable: `arn:${partition}:dynamodb:${region}:${account}:table/${ledgerTable}` };
}

export interface ReadLedger {
  /** Those that `wanted` lets pass, in no order. */
  readonly items: readonly LedgerItem[];
  /** How many items were read, notes and what isn't ours included. */
  readonly read: number;
  /** Keys of items that are neither notes nor occurrences of this package. */
  readonly foreign: readonly string[];
  /** False if there are more than this reads. */
  readonly isWhole: boolean;
}

/** So many parts of the table are read at a time: a table has no order, and no index, because a write must not cost more for what people look up now and then. */
const SEGMENTS = 8;
/** A page has up to 1 MB, about 1,500 occurrences. */
const MOST_PAGES_A_SEGMENT = 100;

/** Reads the whole table, a million occurrences at most. */
export async function readLedger(
  { clients, ledgerTable }: LedgerTable,
  wanted: (item: LedgerItem) => boolean = () => true,
): Promise<ReadLedger> {
  // By key, because an emulator may give each segment the whole table.
  const items = new Map<string, LedgerItem | undefined>();
  const foreign: string[] = [];
  let isWhole = true;
  const readSegment = async (_: unknown, Segment: number) => {
    let start: Record<string, AttributeValue> | undefined;
    for (let page = 0; page < MOST_PAGES_A_SEGMENT; page += 1) {
      const command = new ScanCommand({
        ...{ TableName: ledgerTable, Segment, TotalSegments: SEGMENTS },
        ...(start ? { ExclusiveStartKey: start } : {}),
      });
      const { Items = [], LastEvaluatedKey } = await orGone(ledgerTable, clients.dynamoDb.send(command));
      for (const item of Items) take(item);
      start = LastEvaluatedKey;
      if (!start) return;
    }
    isWhole = false;
  };
  const take = (item: Record<string, AttributeValue>) => {
    const key = item.key?.S ?? "";
    if (items.has(key)) return;
    items.set(key, undefined);
    if (isNote(key)) return;
    try {
      const occurrence = occurrenceItem(item);
      if (wanted(occurrence)) items.set(key, occurrence);
    } catch {
      foreign.push(key);
    }
  };
  await Promise.all(Array.from({ length: SEGMENTS }, readSegment));
  return { items: [...items.values()].filter((item) => item !== undefined), read: items.size, foreign, isWhole };
}

/** The occurrence with this idempotency key, as it is now. */
export async function readOccurrence(table: LedgerTable, key: string): Promise<LedgerItem | undefined> {
  const item = await readItem(table, key);
  return item && occurrenceItem(item);
}

/** The item with this key, as it is now. */
export async function readItem(
  { clients, ledgerTable }: LedgerTable,
  key: string,
): Promise<Record<string, AttributeValue> | undefined> {
  // An eventually consistent read could miss an execution.
  const input = { TableName: ledgerTable, Key: { key: { S: key } }, ConsistentRead: true };
  return (await orGone(ledgerTable, clients.dynamoDb.send(new GetItemCommand(input)))).Item;
}

/** A ledger that is gone is a danger: without it, only Sequence's memory of keys keeps a repetition from being a second execution. */
export async function orGone<T>(table: string, answer: Promise<T>): Promise<T> {
  return answer.catch((error) => {
    if (!isMissing(error)) throw error;
    throw new StackError(
      "unseen",
      `there is no ledger ${table}: if it is gone, run nothing by hand, and restore it (docs/operations.md, "Restoring the ledger"); ` +
        "if you look at the wrong account or region, change AWS_PROFILE or --region",
    );
  });
}
