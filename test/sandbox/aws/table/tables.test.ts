import assert from "node:assert/strict";
import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { Tables } from "../../../../sandbox/aws/table";
import { make, TestCloud } from "../support";

const TABLE = "aws:dynamodb/table:Table";
const LEDGER = {
  name: "ledger",
  hashKey: "key",
  attributes: [{ name: "key", type: "S" }],
  billingMode: "PAY_PER_REQUEST",
  ttl: { attributeName: "expiresAt", enabled: true },
  pointInTimeRecovery: { enabled: true },
  deletionProtectionEnabled: true,
};

type Item = Record<string, AttributeValue>;

describe("DynamoDB", () => {
  let cloud: TestCloud;
  let tables: Tables;
  let client: DynamoDBClient;

  beforeEach(async () => {
    cloud = new TestCloud((context) => {
      tables = new Tables(context);
      return [tables.api];
    });
    await cloud.endpoint.start();
    await make(tables, TABLE, "ledger", LEDGER);
    client = new DynamoDBClient(cloud.as());
  });
  afterEach(() => cloud.stop());

  const TableName = "ledger";
  const put = (Item: Item, more: object = {}) => client.send(new PutItemCommand({ TableName, Item, ...more }));
  const get = (Key: Item) => client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  const scan = (more: object = {}) => client.send(new ScanCommand({ TableName, ...more }));

  const isNew = { ConditionExpression: "attribute_not_exists(#key)", ExpressionAttributeNames: { "#key": "key" } };
  const isVersion = (version: number) => ({
    ConditionExpression: "#version = :version",
    ExpressionAttributeNames: { "#version": "version" },
    ExpressionAttributeValues: { ":version": { N: String(version) } },
  });
  const entry = (key: string, version: number, more: Item = {}): Item => ({
    key: { S: key },
    version: { N: String(version) },
    ...more,
  });

  describe("a table", () => {
    it("has the name, ARN and key that were declared", async () => {
      const table = await make(tables, TABLE, "other", { ...LEDGER, name: undefined });
      assert.match(table.id, /^other-[0-9a-f]{7}$/);
      assert.equal(table.state.arn, `arn:aws:dynamodb:us-east-1:123456789012:table/${table.id}`);
      assert.equal(table.state.hashKey, "key");
    });

    it("is refused a second time", async () => {
      await assert.rejects(make(tables, TABLE, "again", LEDGER), { code: "ResourceInUseException" });
    });

    const bad: [string, object, string | RegExp][] = [
      ["a name of two characters", { name: "ab" }, /tableName/],
      ["a name with a blank", { name: "a b c" }, /tableName/],
      ["a key without a definition", { attributes: [] }, /needs an attribute definition/],
      [
        "a key of another type",
        { attributes: [{ name: "key", type: "N" }] },
        /doesn't run DynamoDB keys of the type N/,
      ],
      ["a sort key", { rangeKey: "s" }, /doesn't run DynamoDB tables with rangeKey/],
      [
        "a definition without a key",
        { attributes: [...LEDGER.attributes, { name: "x", type: "S" }] },
        'all attributes must be indexed. Unused attributes: ["x"]',
      ],
      ["a time-to-live without an attribute", { ttl: { enabled: true } }, /attributeName is required/],
      ["a time-to-live that isn't enabled", { ttl: { attributeName: "x" } }, /unless ttl.enabled/],
      ["an index", { globalSecondaryIndexes: [{}] }, /doesn't run DynamoDB tables with globalSecondaryIndexes/],
    ];
    for (const [title, inputs, message] of bad)
      it(`is refused with ${title}`, async () => {
        await assert.rejects(make(tables, TABLE, "bad", { ...LEDGER, name: "bad", ...inputs }), { message } as Error);
      });
  });

  describe("an item", () => {
    it("is read as it was put, by whole primary key", async () => {
      const item: Item = {
        key: { S: "a" },
        n: { N: "12.5" },
        flag: { BOOL: true },
      };
      await put(item);
      assert.deepEqual((await get({ key: { S: "a" } })).Item, item);
    });

    it("is absent, not empty, if there is none", async () => {
      assert.equal((await get({ key: { S: "a" } })).Item, undefined);
    });

    it("is gone once it is deleted, and may be deleted again", async () => {
      await put(entry("a", 1));
      for (let time = 0; time < 2; time++)
        await client.send(new DeleteItemCommand({ TableName, Key: { key: { S: "a" } } }));
      assert.equal((await get({ key: { S: "a" } })).Item, undefined);
    });

    it("is replaced whole by a second put", async () => {
      await put(entry("a", 1, { old: { S: "x" } }));
      await put(entry("a", 2));
      assert.deepEqual((await get({ key: { S: "a" } })).Item, entry("a", 2));
    });

    const bad: [string, Item, RegExp][] = [
      ["no key", { x: { S: "a" } }, /Missing the key key in the item/],
      ["a key of another type", { key: { N: "1" } }, /Type mismatch for key key expected: S actual: N/],
      ["an empty key", { key: { S: "" } }, /cannot contain an empty string value/],
      [
        "a key of more than 2,048 bytes",
        { key: { S: "é".repeat(1_025) } },
        /Size of hashkey has exceeded the maximum size limit of 2048 bytes/,
      ],
      ["a number that is none", { key: { S: "a" }, n: { N: "NaN" } }, /cannot be converted to a numeric value/],
      ["more than 400 KB", { key: { S: "a" }, x: { S: "x".repeat(410_000) } }, /maximum allowed size/],
    ];
    for (const [title, item, message] of bad)
      it(`is refused with ${title}`, async () => {
        await assert.rejects(put(item), { name: "ValidationException", message } as never);
      });

    it("is refused for a key with an attribute too many or of the wrong name", async () => {
      for (const key of [{ key: { S: "a" }, x: { S: "b" } }, { id: { S: "a" } }, { key: { N: "1" } }] as Item[])
        await assert.rejects(get(key), { message: "The provided key element does not match the schema" });
    });

    it("is refused in a table that doesn't exist", async () => {
      const command = new PutItemCommand({ TableName: "other", Item: entry("a", 1) });
      await assert.rejects(client.send(command), { name: "ResourceNotFoundException" });
    });

    it("stays as it was when the object that it came from changes", async () => {
      await put(entry("a", 1));
      const [item] = tables.items("ledger");
      (item as { version: unknown }).version = { N: "9" };
      assert.deepEqual((await get({ key: { S: "a" } })).Item?.version, { N: "1" });
    });
  });

  describe("a conditional write", () => {
    it("makes an item only once", async () => {
      await put(entry("a", 1), isNew);
      await assert.rejects(put(entry("a", 2), isNew), {
        name: "ConditionalCheckFailedException",
        message: "The conditional request failed",
      });
      assert.deepEqual((await get({ key: { S: "a" } })).Item, entry("a", 1));
    });

    it("replaces exactly the version that it expects", async () => {
      await put(entry("a", 1));
      await put(entry("a", 2), isVersion(1));
      await assert.rejects(put(entry("a", 2), isVersion(1)), { name: "ConditionalCheckFailedException" });
      await assert.rejects(put(entry("b", 2), isVersion(1)), { name: "ConditionalCheckFailedException" });
      assert.deepEqual((await get({ key: { S: "a" } })).Item?.version, { N: "2" });
      assert.equal((await get({ key: { S: "b" } })).Item, undefined);
    });

    it("is won by one of many at the same time", async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, n) => put(entry("a", 1, { n: { N: String(n) } }), isNew)),
      );
      assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
    });

    it("changes nothing when its condition isn't one that the sandbox runs", async () => {
      await assert.rejects(put(entry("a", 1), { ConditionExpression: "attribute_not_exists(key)" }), {
        name: "NotImplemented",
        message: "the sandbox doesn't run the DynamoDB condition attribute_not_exists(key) with no names and values",
      });
      assert.deepEqual(tables.items("ledger"), []);
    });
  });

  describe("time-to-live", () => {
    const expiresAt = (iso: string): Item => ({ expiresAt: { N: String(Date.parse(iso) / 1000) } });

    it("removes an item by the sandbox's clock", async () => {
      await put(entry("a", 1, expiresAt("2026-12-02T00:00:00Z")));
      await put(entry("b", 1, expiresAt("2026-12-03T00:00:00Z")));
      await cloud.context.clock.advanceTo(Date.parse("2026-12-02T12:00:00Z"));
      assert.equal((await get({ key: { S: "a" } })).Item, undefined);
      assert.deepEqual(
        (await scan()).Items?.map(({ key }) => key?.S),
        ["b"],
      );
      await put(entry("a", 1), isNew);
    });

    it("leaves an item alone without a number, or with one from years ago", async () => {
      await put(entry("a", 1, { expiresAt: { S: "1" } }));
      await put(entry("b", 1, expiresAt("2020-01-01T00:00:00Z")));
      assert.equal((await scan()).Count, 2);
    });
  });

  describe("a scan", () => {
    beforeEach(async () => {
      for (let n = 0; n < 25; n++) await put(entry(`item ${n}`, n));
    });

    async function pages(more: object): Promise<{ items: Item[]; count: number }> {
      const items: Item[] = [];
      let ExclusiveStartKey: Item | undefined;
      for (let count = 1; count < 100; count++) {
        const page = await scan({ ...more, ...(ExclusiveStartKey && { ExclusiveStartKey }) });
        items.push(...(page.Items ?? []));
        ExclusiveStartKey = page.LastEvaluatedKey;
        if (!ExclusiveStartKey) return { items, count };
      }
      throw new Error("the scan doesn't end");
    }

    it("finds every item once, page by page", async () => {
      const { items, count } = await pages({ Limit: 10 });
      assert.equal(count, 3);
      assert.equal(new Set(items.map(({ key }) => key?.S)).size, 25);
      assert.equal(items.length, 25);
    });

    it("in segments finds every item in one of them", async () => {
      const segments = await Promise.all([0, 1, 2].map((Segment) => pages({ Segment, TotalSegments: 3, Limit: 4 })));
      const keys = segments.flatMap(({ items }) => items.map(({ key }) => key?.S));
      assert.deepEqual([keys.length, new Set(keys).size], [25, 25]);
      assert.ok(segments.every(({ items }) => items.length < 25));
      await assert.rejects(scan({ Segment: 3, TotalSegments: 3 }), /Segment must be less than TotalSegments/);
    });

    it("needs no last key when it is finished", async () => {
      assert.equal((await scan()).LastEvaluatedKey, undefined);
    });

    it("ends a page at one megabyte", async () => {
      for (let n = 0; n < 5; n++) await put({ key: { S: `big ${n}` }, x: { S: "x".repeat(390_000) } });
      const { items, count } = await pages({});
      assert.equal(items.length, 30);
      assert.ok(count > 1);
    });
  });

  it("says which calls and parameters it doesn't run", async () => {
    const query = new QueryCommand({ TableName, KeyConditionExpression: "#key = :key" });
    await assert.rejects(client.send(query), { message: "the sandbox doesn't run dynamodb:Query" });
    const condition = { ConditionExpression: "attribute_exists(#key)" };
    const removal = new DeleteItemCommand({ TableName, Key: { key: { S: "a" } }, ...condition });
    await assert.rejects(client.send(removal), {
      message: "the sandbox doesn't run dynamodb:DeleteItem with ConditionExpression",
    });
    await assert.rejects(scan({ FilterExpression: "#version > :one" }), {
      message: "the sandbox doesn't run dynamodb:Scan with FilterExpression",
    });
    const projection = new GetItemCommand({ TableName, Key: { key: { S: "a" } }, ProjectionExpression: "x" });
    await assert.rejects(client.send(projection), {
      message: "the sandbox doesn't run dynamodb:GetItem with ProjectionExpression",
    });
  });

  it("asks for the right on the table's ARN, by table name or ARN", async () => {
    const arn = "arn:aws:dynamodb:us-east-1:123456789012:table/ledger";
    const role = await cloud.role("writer", { Effect: "Allow", Action: "dynamodb:PutItem", Resource: arn });
    client = new DynamoDBClient(cloud.as(role));
    await put(entry("a", 1));
    await put(entry("a", 2), { TableName: arn });
    await assert.rejects(put(entry("a", 1), { TableName: "ledger-2" }), { name: "AccessDeniedException" });
    await assert.rejects(get({ key: { S: "a" } }), { name: "AccessDeniedException" });
    await assert.rejects(scan(), { name: "AccessDeniedException" });
  });
});
