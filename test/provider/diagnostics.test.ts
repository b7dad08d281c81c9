import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { removePrograms, writeProgram } from "../support/program";
import { Engine, engineCommand, PluginProcess, programCommand, secret } from "./pluginProcess";

/** What must not be shown, in the places into which somebody may put it by mistake. */
const CREDENTIAL = "hunter2-5f0c1d7a9b";

/** Each argument is wrong, and holds a credential. */
const wrongArguments = {
  accessToken: `${CREDENTIAL}\n${CREDENTIAL}`,
  accessTokenSecretArn: CREDENTIAL,
  accountsPath: `/accounts?secret=${CREDENTIAL}`,
  baseUrl: `https://user:${CREDENTIAL}@api.getsequence.io`,
  triggerPath: `/rules/{ruleId}/trigger?secret=${CREDENTIAL}`,
  urlKeys: [`${CREDENTIAL}/`],
  ceilingCents: 500_000,
  amounts: { buffer: { kind: "TopUp", account: "Bills Pod", targetCents: 50_000 } },
  triggers: {
    payday: {
      ruleId: `https://api.getsequence.io/rules/ru_1/trigger?secret=${CREDENTIAL}`,
      apiSecret: `${CREDENTIAL}\n`.repeat(2),
      apiSecretArn: CREDENTIAL,
      schedule: "cron(0 9 1 * ? *)",
      timezone: "UTC",
    },
  },
  alarmEmail: `you@example.com, ${CREDENTIAL}`,
};
const wrongPaths = [
  "accessToken",
  "accessTokenSecretArn",
  "accountsPath",
  "alarmEmail",
  "baseUrl",
  "triggerPath",
  "triggers.payday.apiSecret",
  "triggers.payday.apiSecretArn",
  "triggers.payday.ruleId",
  "urlKeys",
];

/** Everything that Pulumi's runner for Node.js tells the engine of a program, and its exit code. */
async function runProgram(program: string, { preview = true } = {}) {
  const cwd = writeProgram({
    "package.json": '{"name":"fixture"}',
    "index.js": `const pulumi = require("@pulumi/pulumi");
      const { RemoteApi } = require("sequence-remote-api");
      ${program}`,
  });
  const engine = await Engine.start();
  try {
    const child = spawn(process.execPath, programCommand(engine, { cwd, preview }), { cwd, stdio: "pipe" });
    const printed: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => printed.push(String(chunk)));
    const [code] = (await once(child, "close")) as [number];
    const errors = engine.logged.filter(({ level }) => level === "error").map(({ message }) => message);
    return { code, errors, printed: printed.join(""), registered: engine.registered };
  } finally {
    engine.stop();
  }
}

/** The paths in the lines of a message, sorted; a line that is there twice is an error. */
function pathsIn(message: string): string[] {
  const lines = message.split("\n").slice(1);
  assert.deepEqual(lines, [...new Set(lines)]);
  return [...new Set(lines.map((line) => line.split(":")[0]?.trim() ?? ""))].sort();
}

describe("what Pulumi shows of wrong arguments", () => {
  after(removePrograms);

  describe("in a program in TypeScript or JavaScript", () => {
    it("is one message without a stack, each problem once under its path, and no credential", async () => {
      const { code, errors, printed } = await runProgram(
        `new RemoteApi("sequence", ${JSON.stringify(wrongArguments)});`,
      );
      assert.equal(errors.length, 1, errors.join("\n---\n"));
      const [message = ""] = errors;
      assert.match(message, /^RemoteApi "sequence" can't be deployed as it is declared:\n/);
      assert.deepEqual(pathsIn(message), wrongPaths);
      assert.doesNotMatch(message, /\n {4}at |__pulumi|hunter2/);
      assert.equal(printed, "");
      // To the engine this says: the user has been told.
      assert.equal(code, 32);
    });

    for (const preview of [true, false])
      it(`is the same for values that are known later${preview ? ", in a preview too" : ""}`, async () => {
        const late = `(value) => pulumi.output(new Promise((resolve) => setTimeout(() => resolve(value), 200)))`;
        const { code, errors, printed, registered } = await runProgram(
          `const late = ${late};
           new RemoteApi("sequence", {
             memorySize: late(3),
             baseUrl: late("https://user:${CREDENTIAL}@api.getsequence.io"),
             alarmEmail: late("you"),
             amounts: { rent: { kind: "Fixed", cents: 100 } },
             triggers: { payday: { ruleId: "ru_1", schedule: "cron(0 9 1 * ? *)", timezone: "UTC" } },
           });`,
          { preview },
        );
        assert.deepEqual(errors.flatMap(pathsIn).sort(), ["alarmEmail", "baseUrl", "memorySize"]);
        for (const message of errors)
          assert.match(message, /^RemoteApi "sequence" can't be deployed as it is declared:\n/);
        assert.doesNotMatch(errors.join(""), /\n {4}at |__pulumi|hunter2/);
        assert.equal(printed, "");
        assert.equal(code, 32);
        const made = registered.map(({ type }) => type);
        for (const type of ["aws:lambda/function:Function", "aws:sns/topicSubscription:TopicSubscription"])
          assert.ok(!made.includes(type), `${type} was made with a wrong value`);
      });
  });

  describe("in every other language", () => {
    let plugin: PluginProcess;
    before(async () => {
      plugin = await PluginProcess.start(engineCommand, tmpdir());
    });
    after(() => plugin?.stop());

    /** The error that the engine gets. */
    async function refusal(inputs: object) {
      const type = "sequence-remote-api:index:RemoteApi";
      return plugin.construct(type, "sequence", inputs).then(
        () => assert.fail("it was made"),
        (error: { details: string; metadata: { get(key: string): unknown[] } }) => error,
      );
    }

    it("is one message for the engine, without a list of properties whose values it would print", async () => {
      const { details, metadata } = await refusal(wrongArguments);
      assert.match(details, /^RemoteApi "sequence" can't be deployed as it is declared:\n/);
      assert.deepEqual(pathsIn(details), wrongPaths);
      assert.deepEqual(metadata.get("grpc-status-details-bin"), []);
      assert.doesNotMatch(details, /\n {4}at |hunter2/);
    });

    it("is the same for values that are known later, and nothing is logged beside it", async () => {
      const { details } = await refusal({
        baseUrl: secret(`https://user:${CREDENTIAL}@api.getsequence.io`),
        alarms: false,
        amounts: { rent: { kind: "Fixed", cents: 100 } },
        triggers: { payday: { ruleId: "ru_1", schedule: "cron(0 9 1 * ? *)", timezone: "UTC" } },
      });
      assert.match(details, /^RemoteApi "sequence" can't be deployed as it is declared:\n {2}baseUrl: /);
      assert.doesNotMatch(details, /\n {4}at |hunter2/);
      assert.deepEqual(
        plugin.engine.logged.filter(({ level }) => level === "error"),
        [],
      );
    });
  });
});
