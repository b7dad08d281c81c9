import assert from "node:assert/strict";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { RandomInteger } from "@pulumi/random";
import { RemoteApi, type RemoteApiArgs } from "../../../provider";
import { quickstartArgs } from "../quickstartProgram";
import { declare, named, root } from "../support";

const declareWith = (changes: Partial<RemoteApiArgs>) =>
  declare(() => void new RemoteApi("sequence", quickstartArgs(changes)));

describe("arguments that are outputs", () => {
  it("pass through their gate to the resource", async () => {
    const deployment = await declareWith({ memorySize: pulumi.output(256), tags: pulumi.output({ team: "finance" }) });
    const fn = named(deployment, "sequence-amounts-function");
    assert.equal(fn.inputs.memorySize, 256);
    assert.deepEqual(fn.inputs.tags, { team: "finance" });
  });

  it("end the deployment before a bad one is used", async () => {
    await assert.rejects(declareWith({ memorySize: pulumi.output(3) }), /memorySize: is 3; it must be a whole number/);
  });

  it("are checked deep inside the amounts too", async () => {
    const amounts = { rent: { kind: "Fixed" as const, cents: pulumi.secret(50) } };
    await assert.rejects(declareWith({ amounts }), /amounts\.rent\.cents: is 50/);
  });

  it("are refused where they decide what is bundled, or a deployed amount could have no export", async () => {
    const amounts = { bonus: { kind: "Custom" as const, export: pulumi.secret("bonus") as never } };
    const amountsModule = join(root, "examples/custom-amounts/amounts.ts");
    await assert.rejects(
      declareWith({ amounts, amountsModule }),
      /amounts\.bonus\.export: is an output or a secret, but decides what is made/,
    );
  });

  it("are looked for in a payload that contains itself, which is refused in words", async () => {
    const payload: Record<string, unknown> = {};
    payload.self = payload;
    const payday = { ruleId: "ru_1", schedule: "cron(0 9 1 * ? *)", timezone: "UTC", payload };
    await assert.rejects(declareWith({ triggers: { payday } }), /triggers\.payday\.payload: .* contains itself/);
  });

  it("are checked inside a payload too", async () => {
    const payload = { note: pulumi.output("<aws.scheduler.scheduled-time>") };
    const triggers = {
      payday: { ruleId: "ru_1", schedule: "cron(0 9 1 * ? *)", timezone: "UTC", payload },
    };
    await assert.rejects(declareWith({ triggers }), /triggers\.payday\.payload: contains <aws\./);
  });

  it("that are secret never show their value when they are refused", async () => {
    await assert.rejects(declareWith({ accessToken: pulumi.secret("se\ncret") }), (error: Error) => {
      assert.match(error.message, /accessToken: has a space/);
      assert.doesNotMatch(error.message, /cret"|se\n/);
      return true;
    });
  });

  it("don't hold up a preview that doesn't know them", async () => {
    const deployment = await declare(
      () => {
        const size = new RandomInteger("size", { min: 1, max: 2 }).result;
        new RemoteApi("sequence", { ...quickstartArgs(), memorySize: size });
      },
      { preview: true },
    );
    assert.ok(named(deployment, "sequence-amounts-function"));
  });
});

describe("an argument that is null, as programs without types can give it", () => {
  for (const name of ["amounts", "triggers", "ceilingCents", "amountsModule", "memorySize", "alarms"] as const)
    it(`is refused by its name: ${name}`, async () => {
      await assert.rejects(declareWith({ [name]: null }), new RegExp(`\n  ${name}: is null; it must be`));
    });
});

describe("the API secrets of one rule", () => {
  const at = { ruleId: "ru_1", schedule: "cron(0 9 1 * ? *)", timezone: "UTC" };
  const secretsOf = (one: string, two: string) =>
    declareWith({
      triggers: {
        one: { ...at, apiSecret: pulumi.secret(one) },
        two: { ...at, schedule: "cron(0 9 2 * ? *)", apiSecret: pulumi.secret(two) },
      },
    });

  it("may be given to each of its triggers", async () => {
    const version = named(await secretsOf("same-secret", "same-secret"), "sequence-triggers-api-secrets-value");
    assert.equal(version.inputs.secretString, '{"ru_1":"same-secret"}');
  });

  it("end the deployment if they differ, and aren't shown", async () => {
    await assert.rejects(secretsOf("right-secret", "stale-secret"), (error: Error) => {
      assert.match(error.message, /has different values of apiSecret for rule ru_1;/);
      assert.doesNotMatch(error.message, /right-secret|stale-secret/);
      return true;
    });
  });
});

describe("the API secrets of many rules", () => {
  const triggersWith = (count: number, characters: number, ofLast = characters) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `t${i}`,
        {
          ruleId: `ru_${i}`,
          schedule: "cron(0 9 1 * ? *)",
          timezone: "UTC",
          apiSecret: pulumi.secret("s".repeat(i === count - 1 ? ofLast : characters)),
        },
      ]),
    );

  it("may have as many bytes together as one secret holds", async () => {
    const version = named(
      await declareWith({ triggers: triggersWith(16, 4_085, 4_094) }),
      "sequence-triggers-api-secrets-value",
    );
    assert.equal(Buffer.byteLength(String(version.inputs.secretString)), 65_536);
    await assert.rejects(declareWith({ triggers: triggersWith(16, 4_085, 4_095) }), /16 rules with 65537 bytes/);
  });

  it("end the deployment if they have more, which names how many fit and shows none", async () => {
    await assert.rejects(declareWith({ triggers: triggersWith(200, 400) }), (error: Error) => {
      // A rule takes 410 to 412 bytes, by the length of its id.
      assert.match(
        error.message,
        /triggers: has API secrets of 200 rules with 82291 bytes as JSON; .* first 159 rules fit/,
      );
      assert.doesNotMatch(error.message, /sss/);
      return true;
    });
  });
});

describe("a pasted trigger URL", () => {
  const deployed = (baseUrl: string) =>
    declareWith({
      baseUrl: pulumi.output(baseUrl),
      triggers: {
        payday: {
          ruleId: "https://proxy.example/sequence/rules/ru_1/trigger",
          schedule: "cron(0 9 1 * ? *)",
          timezone: "UTC",
        },
      },
    });

  it("is compared with a baseUrl that is an output as soon as that is known", async () => {
    const { archives } = await deployed("https://proxy.example/sequence");
    const config = JSON.parse(String(archives["sequence-triggers-function"]?.["config.json"]));
    assert.equal(config.triggers.payday.triggerPath, "/rules/{ruleId}/trigger");
    await assert.rejects(deployed("https://api.getsequence.io"), /triggers\.payday\.ruleId.* isn't on baseUrl/);
  });
});

describe("problems of several arguments", () => {
  it("come all at once, by property", async () => {
    const messages: string[] = [];
    await declare(() => {
      try {
        new RemoteApi("sequence", {
          ...quickstartArgs(),
          memorySize: 3,
          amounts: { rent: { kind: "Fixed", cents: 50 } },
          triggers: { payday: { ruleId: "ru_1", schedule: "rate(1 day)", timezone: "EST" } },
        });
      } catch (error) {
        assert.ok(pulumi.RunError.isInstance(error));
        messages.push(error.message);
      }
    });
    assert.deepEqual(
      messages.flatMap((message) => [...message.matchAll(/^ {2}([\w.]+): /gm)].map(([, path]) => path)),
      ["memorySize", "amounts.rent.cents", "triggers.payday.schedule", "triggers.payday.timezone"],
    );
  });
});

describe("warnings", () => {
  /** What Pulumi's log prints under test. */
  async function warningsOf(changes: Partial<RemoteApiArgs>): Promise<string[]> {
    const original = console.warn;
    const lines: string[] = [];
    console.warn = (line: string) => void lines.push(line);
    try {
      await declareWith(changes);
    } finally {
      console.warn = original;
    }
    return lines;
  }

  it("name two triggers that are of one rule", async () => {
    const at = { schedule: "cron(0 9 1 * ? *)", timezone: "UTC" };
    const warnings = await warningsOf({
      triggers: {
        one: { ruleId: "ru_1", ...at },
        two: { ruleId: "https://api.getsequence.io/remote-api/rules/ru_1/trigger", ...at },
      },
    });
    assert.match(warnings.join("\n"), /triggers one and two are of one rule, ru_1/);
  });

  it("name skipped days on which nothing happens anyway, with the nearest that are meant perhaps", async () => {
    const payday = { ruleId: "ru_1", schedule: "cron(0 9 1,15 * ? *)", timezone: "America/New_York" };
    const skipDates = ["2027-01-01", "2027-01-18", "2027-07-05"];
    assert.match(
      (await warningsOf({ triggers: { payday: { ...payday, skipDates } } })).join("\n"),
      /trigger payday: skipDates has 2027-01-18, 2027-07-05, on which it doesn't fire anyway\. The nearest to 2027-01-18: 2027-01-15 and 2027-02-01/,
    );
    assert.deepEqual(await warningsOf({ triggers: { payday: { ...payday, skipDates: ["2027-01-01"] } } }), []);
    const otherWeek = { schedule: "cron(0 9 ? * FRI *)", everyWeeks: 2, from: "2027-01-08", skipDates: ["2027-01-15"] };
    assert.match(
      (await warningsOf({ triggers: { payday: { ...payday, ...otherWeek } } })).join("\n"),
      /The nearest to 2027-01-15: 2027-01-08 and 2027-01-22/,
    );
  });

  it("name two amounts that read one account", async () => {
    const amounts = {
      a: { kind: "Sweep" as const, account: "Main", floorCents: 0 },
      b: { kind: "Percent" as const, account: "Main", percent: 10 },
    };
    assert.match((await warningsOf({ amounts })).join("\n"), /Main/);
  });

  it("name an access token that no amount needs", async () => {
    const amounts = { rent: { kind: "Fixed" as const, cents: 100 } };
    assert.match((await warningsOf({ amounts })).join("\n"), /access token is not used/);
  });

  it("count the amounts that may be asked for at once, which the throttle would turn away", async () => {
    const amounts = Object.fromEntries(
      Array.from({ length: 21 }, (_, i) => [`a${i}`, { kind: "Fixed" as const, cents: 100 }]),
    );
    const none = { accessToken: undefined, amounts };
    assert.match(
      (await warningsOf(none)).join("\n"),
      /there are 21 amounts, and throttlingBurstLimit is 20: .* give throttlingBurstLimit 21 or more/,
    );
    assert.deepEqual(await warningsOf({ ...none, throttlingBurstLimit: 21 }), []);
  });

  it("aren't given for the quickstart", async () => {
    assert.deepEqual(await warningsOf({}), []);
  });

  it("come for a trigger that fires more often than once an hour", async () => {
    const ofSchedule = (schedule: string) =>
      warningsOf({ triggers: { minutely: { ruleId: "ru_1", schedule, timezone: "UTC" } } });
    const [warning] = await ofSchedule("cron(* * * * ? *)");
    assert.match(String(warning), /minutely fires 1,440 times on each of its days, 43,200 times in 30 days/);
    assert.deepEqual(await ofSchedule("cron(0 * * * ? *)"), []);
  });
});
