import { physicalName } from "../names";
import { NotRunError, refuseParameters } from "../notRun";
import {
  type AwsApi,
  AwsError,
  type AwsOperation,
  type CloudContext,
  type Created,
  type CreateRequest,
  type Service,
} from "../types";
import { parseCondition } from "./expression";
import { ItemStore, type Segment } from "./itemStore";
import { continuousBackups, type Keeping, keepingOf, timeToLive } from "./keeping";
import { checkedItem, type Item, invalid, isObject } from "./values";

type Input = Record<string, unknown>;

const CONDITION = ["ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"];
const UNSUPPORTED_INPUTS = ["rangeKey", "globalSecondaryIndexes", "localSecondaryIndexes", "streamEnabled", "replicas"];
/** DynamoDB leaves an item alone whose time-to-live is longer ago than this: it is taken for something else than a time. */
const OLDEST_TTL_SECONDS = 5 * 365 * 24 * 60 * 60;

/**
 * DynamoDB, as far as the ledger needs it: tables whose items are read, written under a condition, deleted and scanned. Reads are
 * always consistent. An item is gone as soon as its time-to-live is over; AWS may take days.
 */
export class Tables implements Service {
  readonly resources: Service["resources"] = {
    "aws:dynamodb/table:Table": (request) => this.createTable(request),
  };
  readonly api: AwsApi = {
    signingName: "dynamodb",
    protocol: "awsJson",
    operations: {
      GetItem: this.operation("GetItem", ["Key", "ConsistentRead"], getItem),
      PutItem: this.operation("PutItem", ["Item", ...CONDITION], putItem),
      DeleteItem: this.operation("DeleteItem", ["Key"], deleteItem),
      DescribeTable: this.operation("DescribeTable", [], (_, { TableName }) => ({
        Table: {
          ...{ TableName, TableArn: this.arnOf(String(TableName)), TableStatus: "ACTIVE" },
          ItemCount: this.items(String(TableName)).length,
        },
      })),
      DescribeTimeToLive: this.operation("DescribeTimeToLive", [], (_, input) => timeToLive(this.keepingOf(input))),
      DescribeContinuousBackups: this.operation("DescribeContinuousBackups", [], (_, input) =>
        continuousBackups(this.keepingOf(input)),
      ),
      Scan: this.operation("Scan", ["ConsistentRead", "Limit", "ExclusiveStartKey", "Segment", "TotalSegments"], scan),
    },
  };
  /** By ARN. A test changes it as a person in the AWS console might. */
  readonly keeping = new Map<string, Keeping>();
  private readonly stores = new Map<string, ItemStore>();

  constructor(private readonly context: CloudContext) {}

  /** All items of a table, for tests and people. Throws `AwsError` if there is no such table. */
  items(tableName: string): Item[] {
    return structuredClone(this.store(tableName).page(Number.POSITIVE_INFINITY, undefined).items);
  }

  /** Puts an item, as a person would with the AWS CLI. Throws `AwsError` if there is no such table. */
  put(tableName: string, item: Item): void {
    const store = this.store(tableName);
    store.put(store.requireKeyIn(item));
  }

  /** Deletes an item in the same way. */
  delete(tableName: string, key: Item): void {
    const store = this.store(tableName);
    store.delete(store.requireKey(key));
  }

  /** As a person in the AWS console might: deletes a table behind the program's back. */
  remove(tableName: string): void {
    this.store(tableName);
    this.stores.delete(this.arnOf(tableName));
  }

  /** Items of tables that are declared no more are lost. */
  takeOver(earlier: Tables): void {
    for (const [arn, store] of this.stores)
      for (const item of earlier.stores.get(arn)?.page(Number.POSITIVE_INFINITY, undefined).items ?? [])
        store.put(store.requireKeyIn(item));
  }

  /** Puts all items of a table into another one, as DynamoDB does when it restores a backup. Throws `AwsError` if one is missing. */
  restore(from: string, to: string): void {
    const target = this.store(to);
    for (const item of this.items(from)) target.put(item);
  }

  private operation(
    name: string,
    parameters: readonly string[],
    run: (store: ItemStore, input: Input) => Input,
  ): AwsOperation {
    return {
      authorize: ({ TableName }) => ({ action: `dynamodb:${name}`, resource: this.arnOf(String(TableName)) }),
      run: (input) => {
        refuseParameters(`dynamodb:${name}`, input, ["TableName", ...parameters]);
        return run(this.store(String(input.TableName)), input);
      },
    };
  }

  private createTable(request: CreateRequest): Created {
    const { inputs } = request;
    const name = physicalName(request, { maxLength: 255 });
    if (!/^[\w.-]{3,255}$/.test(name))
      throw invalid(
        `Value '${name}' at 'tableName' failed to satisfy constraint: pattern [a-zA-Z0-9_.-]+, 3 to 255 long`,
      );
    const arn = this.arnOf(name);
    if (this.stores.has(arn)) throw new AwsError("ResourceInUseException", `Table already exists: ${name}`);
    this.keeping.set(arn, keepingOf(inputs));
    this.stores.set(arn, new ItemStore(keyAttribute(inputs), this.expiry(inputs.ttl)));
    return {
      id: name,
      state: { ...inputs, name, arn, tagsAll: inputs.tags ?? {} },
    };
  }

  private expiry(ttl: unknown): (item: Item) => boolean {
    const { attributeName: attribute, enabled } = isObject(ttl) ? ttl : {};
    if (enabled !== true && attribute) throw invalid("ttl.attributeName must not be set unless ttl.enabled is true");
    if (enabled !== true) return () => false;
    if (typeof attribute !== "string" || attribute === "") throw invalid("ttl.attributeName is required");
    return (item) => {
      const age = this.context.clock.now() / 1000 - Number(item[attribute]?.N ?? Number.NaN);
      return age > 0 && age < OLDEST_TTL_SECONDS;
    };
  }

  private keepingOf({ TableName }: Input): Keeping {
    return this.keeping.get(this.arnOf(String(TableName))) ?? keepingOf({});
  }

  private arnOf(tableName: string): string {
    if (tableName.startsWith("arn:")) return tableName;
    return `arn:aws:dynamodb:${this.context.region}:${this.context.accountId}:table/${tableName}`;
  }

  private store(tableName: string): ItemStore {
    const store = this.stores.get(this.arnOf(tableName));
    if (!store) throw new AwsError("ResourceNotFoundException", "Requested resource not found");
    return store;
  }
}

function getItem(store: ItemStore, input: Input): Input {
  const item = store.get(store.requireKey(checkedItem(input.Key)));
  return item ? { Item: item } : {};
}

/** Condition and change are one step: nothing else runs in between. */
function putItem(store: ItemStore, input: Input): Input {
  const item = store.requireKeyIn(checkedItem(input.Item));
  const condition = parseCondition(input);
  if (!condition(store.get(item)))
    throw new AwsError("ConditionalCheckFailedException", "The conditional request failed");
  store.put(item);
  return {};
}

function deleteItem(store: ItemStore, input: Input): Input {
  store.delete(store.requireKey(checkedItem(input.Key)));
  return {};
}

function scan(store: ItemStore, input: Input): Input {
  const { Limit = Number.POSITIVE_INFINITY, ExclusiveStartKey } = input;
  if (typeof Limit !== "number" || Limit < 1) throw invalid("Limit must be 1 or more");
  const start = ExclusiveStartKey === undefined ? undefined : store.requireKey(checkedItem(ExclusiveStartKey));
  const { items, lastKey } = store.page(Limit, start, segmentOf(input));
  return { Items: items, Count: items.length, ScannedCount: items.length, LastEvaluatedKey: lastKey };
}

/** The share of the table that a parallel scan reads: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html */
function segmentOf({ Segment: index, TotalSegments: of }: Input): Segment | undefined {
  if (index === undefined && of === undefined) return undefined;
  if (typeof index !== "number" || typeof of !== "number" || index < 0 || index >= of || of > 1_000_000)
    throw invalid("Segment and TotalSegments must be given together, and Segment must be less than TotalSegments");
  return { index, of };
}

/** The name of the one key. Every declared attribute must belong to a key, as the provider checks at preview. */
function keyAttribute(inputs: Input): string {
  for (const input of UNSUPPORTED_INPUTS)
    if (inputs[input] !== undefined) throw new NotRunError(`DynamoDB tables with ${input}`);
  const attributes = (Array.isArray(inputs.attributes) ? inputs.attributes : []) as { name: string; type: string }[];
  const unused = attributes.map(({ name }) => name).filter((name) => name !== inputs.hashKey);
  if (unused.length > 0) throw invalid(`all attributes must be indexed. Unused attributes: ${JSON.stringify(unused)}`);
  const [attribute] = attributes;
  if (!attribute) throw invalid(`The key ${String(inputs.hashKey)} needs an attribute definition`);
  if (attribute.type !== "S") throw new NotRunError(`DynamoDB keys of the type ${attribute.type}`);
  return attribute.name;
}
