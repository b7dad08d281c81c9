import assert from "node:assert/strict";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { GetScheduleCommandOutput } from "@aws-sdk/client-scheduler";
import { once } from "../../../../lambda/triggers/aws/clientOptions";
import { DynamoDbLedger, type TableClient } from "../../../../lambda/triggers/aws/dynamoDb";
import { awsSchedules } from "../../../../lambda/triggers/aws/scheduler";
import { snsMail } from "../../../../lambda/triggers/aws/sns";
import { sqsFailureQueue, sqsWorkQueue } from "../../../../lambda/triggers/aws/sqs";
import type { LedgerItem } from "../../../../lambda/triggers/lifecycle/ledgerItem";

/** A client that records what is sent, as operation and input, and answers with `answer`. */
function recorder<T>(answer: (operation: string, input: unknown) => T | Promise<T>) {
  const sent: [string, unknown][] = [];
  const send = async (command: { input: unknown; constructor: { name: string } }): Promise<T> => {
    const operation = command.constructor.name.replace(/Command$/, "");
    sent.push([operation, command.input]);
    return answer(operation, command.input);
  };
  return { sent, client: async () => ({ send }) };
}

const named = (name: string) => Object.assign(new Error(`${name} happened`), { name });

const item: LedgerItem = {
  key: "k-1",
  version: 1,
  state: "claimed",
  outcome: "not-executed",
  trigger: "payday",
  ruleId: "ru_1",
  scheduledTime: "2026-12-01T14:00:00Z",
  body: '{"a":1}',
  owner: "o-1",
  leaseUntil: "2026-12-01T14:01:00.000Z",
  attempts: 1,
  updatedAt: "2026-12-01T14:00:00.000Z",
  warned: true,
  expiresAt: 1_830_000_000,
};

const attributes: Record<string, AttributeValue> = {
  key: { S: "k-1" },
  version: { N: "1" },
  state: { S: "claimed" },
  outcome: { S: "not-executed" },
  trigger: { S: "payday" },
  ruleId: { S: "ru_1" },
  scheduledTime: { S: "2026-12-01T14:00:00Z" },
  body: { S: '{"a":1}' },
  owner: { S: "o-1" },
  leaseUntil: { S: "2026-12-01T14:01:00.000Z" },
  attempts: { N: "1" },
  updatedAt: { S: "2026-12-01T14:00:00.000Z" },
  warned: { BOOL: true },
  expiresAt: { N: "1830000000" },
};

function table(answer: Parameters<typeof recorder<Awaited<ReturnType<TableClient["send"]>>>>[0] = () => ({})) {
  const { sent, client } = recorder(answer);
  return { sent, ledger: new DynamoDbLedger("ledger", client as unknown as () => Promise<TableClient>) };
}

describe("the ledger in DynamoDB", () => {
  it("reads an item consistently", async () => {
    const { sent, ledger } = table(() => ({ Item: attributes }));
    const { told, ...stored } = item;
    assert.deepEqual(await ledger.read("k-1"), stored);
    assert.deepEqual(sent, [["GetItem", { TableName: "ledger", Key: { key: { S: "k-1" } }, ConsistentRead: true }]]);
  });

  it("has no item where there is none", async () => {
    assert.equal(await table().ledger.read("k-1"), undefined);
  });

  it("refuses an item that is not its own rather than to overlook an execution", async () => {
    const { ledger } = table(() => ({ Item: { key: { S: "k-1" }, version: { N: "1" } } }));
    await assert.rejects(ledger.read("k-1"), /k-1 is not one of this program's: state, outcome, .* missing/);
  });

  it("writes texts that UTF-8 can hold, where an answer was cut inside a character", async () => {
    const { sent, ledger } = table();
    await ledger.write({ ...item, answer: "triggered \u{1f600}".slice(0, -1) });
    const [[, input]] = sent as [[string, { Item: Record<string, AttributeValue> }]];
    assert.deepEqual(input.Item.answer, { S: "triggered \ufffd" });
    assert.deepEqual(input.Item.body, { S: '{"a":1}' });
  });

  it("writes a first version only where there is no item", async () => {
    const { sent, ledger } = table();
    assert.equal(await ledger.write(item), true);
    const condition = {
      ConditionExpression: "attribute_not_exists(#key)",
      ExpressionAttributeNames: { "#key": "key" },
    };
    assert.deepEqual(sent, [["PutItem", { TableName: "ledger", Item: attributes, ...condition }]]);
  });

  it("writes a later version only over the one before it", async () => {
    const { sent, ledger } = table();
    assert.equal(await ledger.write({ ...item, version: 3 }), true);
    assert.deepEqual(sent, [
      [
        "PutItem",
        {
          TableName: "ledger",
          Item: { ...attributes, version: { N: "3" } },
          ConditionExpression: "#version = :version",
          ExpressionAttributeNames: { "#version": "version" },
          ExpressionAttributeValues: { ":version": { N: "2" } },
        },
      ],
    ]);
  });

  it("says when the condition failed, and throws what else goes wrong", async () => {
    const failing = (name: string) =>
      table(() => {
        throw named(name);
      }).ledger;
    assert.equal(await failing("ConditionalCheckFailedException").write(item), false);
    await assert.rejects(failing("ProvisionedThroughputExceededException").write(item), /happened/);
    await assert.rejects(failing("ConditionalCheckFailedException").read("k-1"), /happened/);
  });

  it("keeps the daily check's record beside the occurrences", async () => {
    const beganAt = "2026-11-30T00:00:00.000Z";
    const watched = { payday: { expects: "x", checkedUntil: "2026-12-01T00:00:00.000Z" } };
    const of = { ruleId: "ru_1", expression: "cron(0 14 * * ? *)", timezone: "UTC" };
    const until = "2026-12-02T00:00:00.000Z";
    const ended = [{ trigger: "rent", of, checkedUntil: beganAt, until, seen: [] }];
    const record = { version: 1, beganAt, watched, ended };
    const [text, endedText] = [JSON.stringify(watched), JSON.stringify(ended)];
    const before = { key: { S: "daily-check" }, version: { N: "1" }, beganAt: { S: beganAt }, watched: { S: text } };
    const stored = { ...before, ended: { S: endedText }, table: { S: "ledger" } };
    const { sent, ledger } = table((operation) => (operation === "GetItem" ? { Item: stored } : {}));
    assert.equal(await ledger.writeCheck(record), true);
    assert.deepEqual(await ledger.readCheck(), record);
    const [written] = sent.map(([, input]) => input as { Item: unknown });
    assert.deepEqual(written?.Item, stored);
    assert.equal(await table().ledger.readCheck(), undefined);
    const { ledger: older } = table(() => ({ Item: before }));
    assert.deepEqual(await older.readCheck(), { version: 1, beganAt, watched });
    const { ledger: restored } = table(() => ({ Item: { ...stored, table: { S: "another" } } }));
    assert.deepEqual(await restored.readCheck(), { version: 1, watched: {}, isRestored: true });
  });

  it("keeps notes beside the occurrences, and reads one that a person put there", async () => {
    const stored = { key: { S: "skipped" }, version: { N: "2" }, more: { N: "0" }, occurrences: { S: "{}" } };
    const answers: Record<string, Record<string, AttributeValue>> = { skipped: stored, pause: { key: { S: "pause" } } };
    const { sent, ledger } = table((_operation, input) => {
      const found = answers[(input as { Key?: { key: { S: string } } }).Key?.key.S ?? ""];
      return found ? { Item: found } : {};
    });
    assert.equal(await ledger.writeNote("skipped", { version: 2, more: 0, occurrences: "{}" }), true);
    const [written] = sent.map(([, input]) => input as { Item: unknown; ConditionExpression: string });
    assert.deepEqual([written?.Item, written?.ConditionExpression], [stored, "#version = :version"]);
    assert.deepEqual(await ledger.readNote("skipped"), { key: "skipped", version: 2, more: 0, occurrences: "{}" });
    assert.deepEqual(await ledger.readNote("pause"), { key: "pause", version: 0 });
    assert.ok(sent.slice(1).every(([, input]) => (input as { ConsistentRead: boolean }).ConsistentRead));
    assert.equal(await ledger.readNote("another"), undefined);
  });

  it("lists all occurrences, page after page, without notes", async () => {
    const last = { key: { S: "k-1" } };
    const { sent, ledger } = table((_operation, input) =>
      (input as { ExclusiveStartKey?: unknown }).ExclusiveStartKey
        ? { Items: [{ ...attributes, key: { S: "k-2" } }] }
        : { Items: [attributes, { key: { S: "daily-check" } }, { key: { S: "pause" } }], LastEvaluatedKey: last },
    );
    const keys: string[] = [];
    for await (const { key } of ledger.all()) keys.push(key);
    assert.deepEqual(keys, ["k-1", "k-2"]);
    assert.deepEqual(sent, [
      ["Scan", { TableName: "ledger" }],
      ["Scan", { TableName: "ledger", ExclusiveStartKey: last }],
    ]);
  });
});

describe("the queues in SQS", () => {
  it("put a message back", async () => {
    const { sent, client } = recorder(() => ({}));
    await sqsWorkQueue("https://sqs/1/work", client).putBack("r-1", 90);
    const input = { QueueUrl: "https://sqs/1/work", ReceiptHandle: "r-1", VisibilityTimeout: 90 };
    assert.deepEqual(sent, [["ChangeMessageVisibility", input]]);
  });

  it("take a failure as JSON", async () => {
    const { sent, client } = recorder(() => ({}));
    const failure = {
      version: 1,
      executed: "no",
      reason: "r",
      code: "C",
      attempts: 0,
      whatHappened: "h",
      whatToDo: "d",
    } as const;
    await sqsFailureQueue("https://sqs/1/failures", client).send(failure);
    const [operation, input] = sent[0] as [string, { QueueUrl: string; MessageBody: string }];
    assert.equal(operation, "SendMessage");
    assert.equal(input.QueueUrl, "https://sqs/1/failures");
    assert.deepEqual(JSON.parse(input.MessageBody), failure);
  });
});

describe("a mail through SNS", () => {
  it("is published to the topic", async () => {
    const { sent, client } = recorder(() => ({}));
    await snsMail("arn:topic", client).send({ subject: "s", text: "t" });
    assert.deepEqual(sent, [["Publish", { TopicArn: "arn:topic", Subject: "s", Message: "t" }]]);
  });
});

describe("a schedule of EventBridge Scheduler", () => {
  const at = (time: string) => new Date(time);
  const found = (answer: Partial<GetScheduleCommandOutput>) => recorder(() => answer as GetScheduleCommandOutput);

  it("is read as it is", async () => {
    const { sent, client } = found({
      State: "ENABLED",
      ScheduleExpression: "cron(0 9 * * ? *)",
      ScheduleExpressionTimezone: "Europe/Berlin",
      StartDate: at("2026-01-01T00:00:00Z"),
      EndDate: at("2027-01-01T00:00:00Z"),
      CreationDate: at("2025-01-01T00:00:00Z"),
      LastModificationDate: at("2026-02-01T00:00:00Z"),
      Target: { Arn: "arn:queue", RoleArn: "arn:role", Input: "{}" },
    });
    assert.deepEqual(await awsSchedules("group", client).get("payday"), {
      enabled: true,
      expression: "cron(0 9 * * ? *)",
      timezone: "Europe/Berlin",
      startsAt: Date.parse("2026-01-01T00:00:00Z"),
      endsAt: Date.parse("2027-01-01T00:00:00Z"),
      changedAt: Date.parse("2026-02-01T00:00:00Z"),
      input: "{}",
    });
    assert.deepEqual(sent, [["GetSchedule", { GroupName: "group", Name: "payday" }]]);
  });

  it("that says little has Scheduler's defaults", async () => {
    const schedule = await awsSchedules("group", found({ State: "DISABLED" }).client).get("payday");
    assert.equal(schedule?.enabled, false);
    assert.equal(schedule?.timezone, "UTC");
    assert.equal(schedule?.changedAt, undefined);
  });

  it("that doesn't exist is undefined; any other error is thrown", async () => {
    const failing = (name: string) =>
      recorder<GetScheduleCommandOutput>(() => {
        throw named(name);
      }).client;
    assert.equal(await awsSchedules("group", failing("ResourceNotFoundException")).get("payday"), undefined);
    await assert.rejects(awsSchedules("group", failing("ThrottlingException")).get("payday"), /happened/);
  });
});

describe("a client that is made on first use", () => {
  it("is made once, and again only if that failed", async () => {
    let made = 0;
    const make = once(async () => {
      made += 1;
      if (made === 1) throw new Error("not yet");
      return made;
    });
    await assert.rejects(make(), /not yet/);
    assert.deepEqual(await Promise.all([make(), make()]), [2, 2]);
  });
});
