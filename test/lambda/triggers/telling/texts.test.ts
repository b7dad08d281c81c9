import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
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
});
