import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SNSClient } from "@aws-sdk/client-sns";
import fc from "fast-check";
import { failureBody } from "../../../../lambda/agreements/failureMessage";
import { type SnsSender, snsMail } from "../../../../lambda/triggers/aws/sns";
import { skippedMail } from "../../../../lambda/triggers/telling/checkMails";
import { sendCommand } from "../../../../lambda/triggers/telling/failure";
import { mail } from "../../../../lambda/triggers/telling/mails";
import { noAnswer, PAYDAY_TIME, scheduled, World } from "../world";

describe("the command of a mail", () => {
  it("is taken by a shell as it is meant, whatever the message says", () => {
    const texts = ["it's", '"; rm -rf ~ #', "$(id) `id` \\ \n", "ünï ¢ode", "!history", "'"];
    for (const occurrence of texts) {
      const message = { trigger: "payday", occurrence };
      const command = sendCommand({ url: "https://sqs/1/it's", region: "us-east-1" }, message);
      const shown = execFileSync("sh", [
        "-c",
        `aws() { for word in "$@"; do printf '%s\\0' "$word"; done; }; ${command}`,
      ]);
      const words = shown.toString().split("\0").slice(0, -1);
      assert.deepEqual(words.slice(0, -1), [
        "sqs",
        "send-message",
        "--queue-url",
        "https://sqs/1/it's",
        "--region",
        "us-east-1",
        "--message-body",
      ]);
      assert.deepEqual(JSON.parse(words.at(-1) ?? ""), message);
    }
  });

  it("sent as the mail says runs the occurrence again", async () => {
    const world = new World({ keyMemoryMinutes: 0 });
    world.answer = () => {
      throw noAnswer();
    };
    await world.handle(scheduled());
    const command = world.failures[0]?.command ?? "";
    const body = /--message-body '(.*)'$/.exec(command)?.[1] ?? "";
    const confirmedNotExecutedUntil = "2026-12-01T14:01:20Z";
    assert.deepEqual(JSON.parse(body), { trigger: "payday", scheduledTime: PAYDAY_TIME, confirmedNotExecutedUntil });
    world.answer = (call) => ({
      ...call,
      requestId: "r",
      message: "",
      testMode: false,
      attempts: 1,
      idempotencyKey: call.key,
    });
    world.now += 60_000;
    await world.handle(body);
    assert.equal(world.ledger.only().state, "executed");
  });
});

describe("a mail", () => {
  it("has a subject that SNS takes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const { subject } = mail(text, []);
        assert.match(subject, /^Sequence:[\x20-\x7e]*$/);
        assert.ok(subject.length < 100);
      }),
      { numRuns: 100 },
    );
  });

  it("can be sent whatever half a character an excerpt ends in", async () => {
    const bodies: string[] = [];
    const sns = createServer((request, response) => {
      request.on("data", (chunk) => bodies.push(String(chunk)));
      request.on("end", () => response.end("<PublishResponse><PublishResult/></PublishResponse>"));
    }).listen(0, "127.0.0.1");
    await once(sns, "listening");
    const endpoint = `http://127.0.0.1:${(sns.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: "a-made-up-id", secretAccessKey: "a-made-up-key" };
    const client = new SNSClient({ region: "us-east-1", endpoint, credentials, maxAttempts: 1 });
    try {
      const topic = snsMail("arn:aws:sns:us-east-1:123456789012:topic", async () => client as unknown as SnsSender);
      await topic.send(mail("a failure", ["Sequence answered 500 (\u{1f600}".slice(0, -1)]));
      assert.match(bodies.join(""), /Message=Sequence%20answered%20500%20%28%EF%BF%BD%0A/);
    } finally {
      client.destroy();
      sns.close();
    }
  });

  it("has whole paragraphs, as many as SNS takes, and says how many it leaves out", () => {
    const occurrences = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => {
        const event = `${i} ${"'".repeat(190)}`;
        return [`key-${i}`, { title: `invoice of the event "${event}"`, message: { trigger: "invoice", event } }];
      }),
    );
    const { url } = new World().deps().workQueue;
    const { text } = skippedMail(
      { workQueue: { url, putBack: async () => {} }, region: "us-east-1" },
      { version: 1, occurrences, more: 0 },
      false,
    );
    assert.ok(Buffer.byteLength(text) < 262_144, `${Buffer.byteLength(text)} bytes`);
    const commands = text.split("\n").filter((line) => line.startsWith("aws "));
    assert.ok(commands.length > 150, `${commands.length} commands`);
    for (const command of commands) assert.match(command, /"\}'$/);
    const left = /^(\d+) more paragraphs don't fit into a mail/m.exec(text)?.[1];
    assert.equal(Number(left), 200 - commands.length);
  });
});

describe("a failure", () => {
  it("is text that SQS takes, whatever is in it, and reads as it was", () => {
    const failure = { whatHappened: 'There is no trigger "\ufffe\uffff\u0001\ud83d".', whatToDo: "-" };
    const body = failureBody(failure);
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    assert.match(body, /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd]*$/);
    assert.deepEqual(JSON.parse(body), failure);
  });
});
