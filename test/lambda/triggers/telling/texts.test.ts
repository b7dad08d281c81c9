import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { receivesWithin, redeliveryDelayMs } from "../../../../lambda/agreements/redelivery";
import { parseTriggerConfig } from "../../../../lambda/agreements/triggerConfig";
import { history } from "../../../../lambda/triggers/history";
import { sendCommand } from "../../../../lambda/triggers/telling/failure";
import { mail } from "../../../../lambda/triggers/telling/mails";
import { keyMemoryMinutesProblem, maxAgeMinutesProblem } from "../../../../provider/validation/limits";
import { aConfig, noAnswer, PAYDAY_TIME, scheduled, World } from "../world";

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

describe("the backoff", () => {
  it("is between 15 seconds and 15 minutes, whatever the count", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, random) => {
        const delay = redeliveryDelayMs(count, () => random);
        assert.ok(delay >= 15_000 && delay <= 900_000);
      }),
      { numRuns: 200 },
    );
  });

  it("gives the number of receives that a queue must allow", () => {
    assert.ok(receivesWithin(360) >= 6 * 8);
    assert.ok(receivesWithin(1200) < 1000, "SQS allows 1000");
    assert.ok(receivesWithin(0) > 1);
  });
});

describe("the configuration in the archive", () => {
  it("is taken as deployed, zeros included", () => {
    const config = aConfig({ maxAgeMinutes: 0, keyMemoryMinutes: 0 });
    assert.deepEqual(parseTriggerConfig(JSON.stringify(config)), config);
  });

  it("is refused with everything that is wrong", () => {
    const text = JSON.stringify({
      ...aConfig(),
      maxAgeMinutes: -1,
      keyMemoryMinutes: 1201,
      dryRun: "no",
      triggers: { payday: {} },
    });
    assert.throws(
      () => parseTriggerConfig(text),
      /maxAgeMinutes is -1.*keyMemoryMinutes is 1201.*dryRun.*trigger "payday" needs/s,
    );
    assert.throws(() => parseTriggerConfig("{}"), /version must be 1/);
    assert.throws(
      () => parseTriggerConfig(JSON.stringify({ ...aConfig(), triggers: null, notifyOnSuccess: 1 })),
      /notifyOnSuccess.*triggers/s,
    );
  });

  it("allows the minutes that the arguments allow, and no others", () => {
    const parse = (changes: object) => parseTriggerConfig(JSON.stringify({ ...aConfig(), ...changes }));
    for (const minutes of [0, 1, 360, 720, 721, 1200, 1201, -1, 1.5, "360", null]) {
      for (const [property, problem] of [
        ["maxAgeMinutes", maxAgeMinutesProblem],
        ["keyMemoryMinutes", keyMemoryMinutesProblem],
      ] as const) {
        if (problem(minutes) === undefined) assert.doesNotThrow(() => parse({ [property]: minutes }), property);
        else assert.throws(() => parse({ [property]: minutes }), new RegExp(`${property} is ${minutes}`));
      }
    }
  });
});

describe("the history", () => {
  async function filled(): Promise<World> {
    const world = new World();
    for (const day of ["2026-12-01", "2026-11-29", "2026-11-30"]) {
      world.now = Date.parse(`${day}T14:00:10Z`);
      await world.handle(scheduled({ scheduledTime: `${day}T14:00:00Z` }));
    }
    world.now = Date.parse("2026-11-30T18:00:00Z");
    await world.handle({ trigger: "payday", occurrence: "bonus" });
    return world;
  }
  const reader = (world: World) => ({
    async *all() {
      yield* world.ledger.items.values();
    },
  });

  it("lists occurrences newest first", async () => {
    const items = await history(reader(await filled()));
    assert.deepEqual(
      items.map(({ scheduledTime, occurrence }) => scheduledTime?.slice(0, 10) ?? occurrence),
      ["2026-12-01", "bonus", "2026-11-30", "2026-11-29"],
    );
  });

  it("is limited to a trigger and a number", async () => {
    const world = await filled();
    assert.deepEqual(await history(reader(world), { trigger: "rent" }), []);
    assert.equal((await history(reader(world), { trigger: "payday", limit: 2 })).length, 2);
  });
});
