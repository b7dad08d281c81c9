import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bareCommand, engineCommand, isSecret, oldSecret, PluginProcess, secret } from "./pluginProcess";
import { root } from "./support";

const TOKEN = "access-token-3c9d";
const RULE_SECRET = "rule-secret-77ab";

const endpointInputs = {
  accessToken: secret(TOKEN),
  ceilingCents: 500_000,
  amounts: {
    rent: { kind: "Fixed", cents: 150_000 },
    buffer: { kind: "TopUp", account: "Bills Pod", targetCents: 50_000 },
  },
  alarmEmail: "you@example.com",
};

const triggersInputs = {
  triggers: {
    // A program in Python or YAML sends a plain map with a secret in it.
    payday: {
      ruleId: "ru_12345",
      apiSecret: secret(RULE_SECRET),
      schedule: "cron(0 9 1,15 * ? *)",
      timezone: "America/New_York",
    },
  },
  alarms: false,
};

describe("the built package", () => {
  it("loads the AWS services that it needs, and not the index of them all, which takes most of the time", () => {
    const script = `require("./dist/provider"); console.log(JSON.stringify(Object.keys(require.cache)))`;
    const loaded = JSON.parse(String(execFileSync(process.execPath, ["-e", script], { cwd: root }))) as string[];
    const indexes = loaded.filter((file) => /@pulumi.aws.(\w+.)?index\.js$/.test(file));
    assert.ok(indexes.some((file) => /@pulumi.aws.lambda.index\.js$/.test(file)));
    assert.ok(!indexes.some((file) => /@pulumi.aws.index\.js$/.test(file)));
  });
});

describe("the plugin for programs in other languages", () => {
  const schema = readFileSync(join(root, "dist", "schema.json"), "utf8");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

  describe("as Pulumi's engine starts it", () => {
    let plugin: PluginProcess;
    let consumer: string;
    before(async () => {
      consumer = mkdtempSync(join(tmpdir(), "sequence-consumer-"));
      plugin = await PluginProcess.start(engineCommand, consumer);
    });
    after(async () => {
      await plugin?.stop();
      rmSync(consumer, { recursive: true });
    });

    it("says its version", async () => assert.equal(await plugin.version(), version));

    it("answers the schema that was built", async () => assert.equal(await plugin.schema(), schema));

    it("refuses a component that it doesn't have, and names those it has", async () => {
      await assert.rejects(
        plugin.construct("sequence-remote-api:index:Nothing", "home", {}),
        /sequence-remote-api has no component "sequence-remote-api:index:Nothing"; it has .*RemoteAmountEndpoint/,
      );
    });

    it("makes a RemoteAmountEndpoint, with every output that the schema names", async () => {
      const { urn, state } = await plugin.construct(
        "sequence-remote-api:index:RemoteAmountEndpoint",
        "home",
        endpointInputs,
      );
      assert.match(urn, /::sequence-remote-api:index:RemoteAmountEndpoint::home$/);
      const { properties } = JSON.parse(schema).resources["sequence-remote-api:index:RemoteAmountEndpoint"];
      assert.deepEqual(Object.keys(state).sort(), Object.keys(properties).sort());
      assert.ok(isSecret(state.amountUrls), "amountUrls must be marked as secret");
      const urls = state.amountUrls.value as Record<string, string>;
      assert.deepEqual(Object.keys(urls).sort(), ["buffer", "rent"]);
      assert.match(urls.rent as string, /^https:\/\/home-api\..+\/amounts\/rent\/[\w-]{43}$/);
      assert.equal(state.functionName, "home-function-1234567");
      assert.equal(state.fillAccessToken, "");
    });

    it("keeps a secret that it was given marked, and out of every other input", async () => {
      await plugin.construct("sequence-remote-api:index:RemoteAmountEndpoint", "marked", endpointInputs);
      const children = plugin.registered.filter(({ name }) => name.startsWith("marked"));
      assert.ok(children.length > 10);
      const holding = children.filter(({ inputs }) => JSON.stringify(inputs).includes(TOKEN));
      assert.deepEqual(
        holding.map(({ name }) => name),
        ["marked-access-token-value"],
      );
      assert.ok(isSecret(holding[0]?.inputs.secretString));
    });

    it("takes a plain map with a secret inside", async () => {
      const { state } = await plugin.construct(
        "sequence-remote-api:index:ScheduledRuleTriggers",
        "pay",
        triggersInputs,
      );
      assert.equal(state.scheduleGroupName, "pay-schedules-1234567");
      const children = plugin.registered.filter(({ name }) => name.startsWith("pay"));
      const holding = children.filter(({ inputs }) => JSON.stringify(inputs).includes(RULE_SECRET));
      assert.deepEqual(
        holding.map(({ name }) => name),
        ["pay-api-secrets-value"],
      );
      assert.ok(isSecret(holding[0]?.inputs.secretString));
    });

    it("says what to do where a whole map is an output, because something in it was sent as a secret of the old kind", async () => {
      const { payday } = triggersInputs.triggers;
      const triggers = { payday: { ...payday, apiSecret: oldSecret(RULE_SECRET) } };
      await assert.rejects(
        plugin.construct("sequence-remote-api:index:ScheduledRuleTriggers", "old", { ...triggersInputs, triggers }),
        (error: Error) => {
          assert.match(error.message, /\n {2}triggers: /);
          assert.doesNotMatch(error.message, /__pulumiOutput|toString/);
          assert.ok(!error.message.includes(RULE_SECRET));
          return true;
        },
      );
    });

    it("makes a RemoteApi of both", async () => {
      const { state } = await plugin.construct("sequence-remote-api:index:RemoteApi", "all", {
        ...endpointInputs,
        triggers: triggersInputs.triggers,
      });
      const { properties } = JSON.parse(schema).resources["sequence-remote-api:index:RemoteApi"];
      assert.deepEqual(Object.keys(state).sort(), Object.keys(properties).sort());
      assert.match(String(state.dashboardUrl), /^https:\/\//);
    });

    it("answers wrong arguments with all that is wrong", async () => {
      await assert.rejects(
        plugin.construct("sequence-remote-api:index:ScheduledRuleTriggers", "wrong", {
          ...triggersInputs,
          maxAgeMinutes: -1,
          memorySize: 1,
        }),
        (error: Error) => {
          assert.match(error.message, /ScheduledRuleTriggers "wrong" can't be deployed/);
          assert.match(error.message, /memorySize/);
          assert.match(error.message, /maxAgeMinutes/);
          return true;
        },
      );
    });

    it("gives the consumer's provider to the children", async () => {
      const london = "urn:pulumi:test::test::pulumi:providers:aws::london::london-id";
      await plugin.construct("sequence-remote-api:index:ScheduledRuleTriggers", "gb", triggersInputs, {
        providers: { aws: london },
      });
      const children = plugin.registered.filter(({ name, type }) => name.startsWith("gb-") && type.startsWith("aws:"));
      assert.ok(children.length > 10);
      for (const { name, provider } of children) assert.equal(provider, london, name);
    });
  });

  it("compiles nothing to answer its schema", async () => {
    const plugin = await PluginProcess.start(bareCommand, tmpdir());
    assert.equal(await plugin.schema(), schema);
    const modules = (await plugin.stop()).split("\n").filter(Boolean);
    assert.ok(modules.some((module) => module.endsWith("plugin.js")));
    // Pulumi's SDK itself loads the TypeScript library, which it needs for something else.
    const compiling = modules.filter((module) =>
      /\.ts$|node_modules\/(ts-node|tsx|esbuild-register)\/|schema\.cjs$/.test(module),
    );
    assert.deepEqual(compiling, []);
  });
});
