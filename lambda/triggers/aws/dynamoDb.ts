import type {
  AttributeValue,
  GetItemCommand,
  PutItemCommand,
  PutItemCommandInput,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { isNote, ledgerNotes } from "../../agreements/ledgerNotes";
import { wellFormed } from "../../agreements/shown";
import type { CheckRecord } from "../check/record";
import type { LedgerReader } from "../history";
import type { LedgerItem } from "../lifecycle/ledgerItem";
import type { Ledger, Note } from "../ports";
import { CLIENT_OPTIONS, once, withinDeadline } from "./clientOptions";

type Item = Record<string, AttributeValue>;

/** The part of `DynamoDBClient` that is used. */
export interface TableClient {
  send(
    command: GetItemCommand | PutItemCommand | ScanCommand,
    options: { abortSignal: AbortSignal },
  ): Promise<{ Item?: Item | undefined; Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined }>;
}

export const dynamoDbClient = once(async (): Promise<TableClient> => {
  const { DynamoDBClient } = await import("@aws-sdk/client-dynamodb");
  const client = new DynamoDBClient(CLIENT_OPTIONS);
  return { send: (command, options) => client.send(command as ScanCommand, options) };
});

/** The ledger in a DynamoDB table with the partition key `key` (a string) and the TTL attribute `expiresAt`. */
export class DynamoDbLedger implements Ledger, LedgerReader {
  constructor(
    private readonly tableName: string,
    private readonly client: () => Promise<TableClient> = dynamoDbClient,
  ) {}

  async read(key: string): Promise<LedgerItem | undefined> {
    const item = await this.get(key);
    return item && occurrenceItem(item);
  }

  write(item: LedgerItem): Promise<boolean> {
    return this.put(attributesOf(item), item.version);
  }

  async readCheck(): Promise<CheckRecord | undefined> {
    const item = await this.get(ledgerNotes.check);
    if (!item) return undefined;
    const { version, beganAt, watched, ended, table } = plainItem(item);
    if (table !== undefined && table !== this.tableName)
      return { version: Number(version), watched: {}, isRestored: true };
    return {
      version: Number(version),
      ...(beganAt === undefined ? {} : { beganAt: String(beganAt) }),
      watched: JSON.parse(String(watched)) as CheckRecord["watched"],
      ...(ended === undefined ? {} : { ended: JSON.parse(String(ended)) as NonNullable<CheckRecord["ended"]> }),
    };
  }

  writeCheck({ watched, ended = [], isRestored: _, ...rest }: CheckRecord): Promise<boolean> {
    const texts = { watched: JSON.stringify(watched), ended: JSON.stringify(ended), table: this.tableName };
    return this.writeNote(ledgerNotes.check, { ...rest, ...texts });
  }

  async readNote(name: string): Promise<Note | undefined> {
    const item = await this.get(name);
    return item && ({ version: 0, ...plainItem(item) } as Note);
  }

  writeNote(name: string, note: Note): Promise<boolean> {
    return this.put(attributesOf({ ...note, key: name }), note.version);
  }

  /** Every occurrence, in no order. For people's tools: it reads the whole table. */
  async *all(): AsyncGenerator<LedgerItem> {
    const { ScanCommand } = await import("@aws-sdk/client-dynamodb");
    let start: Item | undefined;
    do {
      const command = new ScanCommand({ TableName: this.tableName, ...(start ? { ExclusiveStartKey: start } : {}) });
      const page = await (await this.client()).send(command, withinDeadline());
      for (const item of page.Items ?? []) if (!isNote(item.key?.S)) yield occurrenceItem(item);
      start = page.LastEvaluatedKey;
    } while (start);
  }

  private async get(key: string): Promise<Item | undefined> {
    const { GetItemCommand } = await import("@aws-sdk/client-dynamodb");
    // An eventually consistent read could miss an execution.
    const input = { TableName: this.tableName, Key: { key: { S: key } }, ConsistentRead: true };
    return (await (await this.client()).send(new GetItemCommand(input), withinDeadline())).Item;
  }

  private async put(item: Item, version: number): Promise<boolean> {
    const { PutItemCommand } = await import("@aws-sdk/client-dynamodb");
    const condition: Omit<PutItemCommandInput, "TableName" | "Item"> =
      version === 1
        ? { ConditionExpression: "attribute_not_exists(#key)", ExpressionAttributeNames: { "#key": "key" } }
        : {
            ConditionExpression: "#version = :version",
            ExpressionAttributeNames: { "#version": "version" },
            ExpressionAttributeValues: { ":version": { N: String(version - 1) } },
          };
    try {
      const command = new PutItemCommand({ TableName: this.tableName, Item: item, ...condition });
      await (await this.client()).send(command, withinDeadline());
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === "ConditionalCheckFailedException") return false;
      throw error;
    }
  }
}

function attributesOf(values: object): Item {
  const item: Item = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "string") item[name] = { S: wellFormed(value) };
    else if (typeof value === "number") item[name] = { N: String(value) };
    else if (typeof value === "boolean") item[name] = { BOOL: value };
    else if (value !== undefined) throw new TypeError(`a ledger item's "${name}" can't be ${typeof value}`);
  }
  return item;
}

function plainItem(item: Item): Record<string, unknown> {
  const values = Object.entries(item).map(([name, value]) => [name, value.S ?? value.BOOL ?? Number(value.N)] as const);
  return Object.fromEntries(values);
}

/** An occurrence as the table has it. Throws for an item that isn't ours, which stops everything about its occurrence: it may stand for an execution. */
export function occurrenceItem(item: Item): LedgerItem {
  const values = plainItem(item);
  const missing = ["key", "state", "outcome", "body", "trigger", "ruleId", "updatedAt"].filter(
    (name) => typeof values[name] !== "string",
  );
  if (missing.length > 0 || !Number.isInteger(values.version))
    throw new TypeError(
      `ledger item ${String(values.key)} is not one of this program's: ${missing.join(", ")} missing`,
    );
  return values as unknown as LedgerItem;
}
