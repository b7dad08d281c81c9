import assert from "node:assert/strict";
import { arnOf } from "../../endToEnd/support";
import { endAll, runCli } from "../support";
import { awsEnvironment, foreignFolder, recordFile, type ServedStack, servedStack } from "./support";

/** What a stack may lack that an earlier version of this package deployed. */
describe("the commands for a live stack of an earlier version", function () {
  this.timeout(120_000);
  let served: ServedStack;

  before(async () => {
    served = await servedStack();
  });
  after(() => served?.stop());
  afterEach(endAll);

  const LATER_SETTINGS = [
    "keyMemoryMinutes",
    "digest",
    "heartbeatScheduleName",
    "asks",
    "holdUntilKnown",
    "expectAsked",
  ];
  const LATER_VARIABLES = ["AMOUNT_FUNCTION", "AMOUNT_LOG_GROUP", "EVENT_QUEUE_URL"];

  it("work on its record, which lacks what came later", async () => {
    const file = recordFile(served.sandbox, ({ resources }) => {
      for (const { type, inputs } of resources) {
        if (type !== "aws:lambda/function:Function") continue;
        const config = inputs.code.assets["config.json"];
        config.text = JSON.stringify(JSON.parse(config.text), (key, value) =>
          LATER_SETTINGS.includes(key) ? undefined : value,
        );
        for (const variable of LATER_VARIABLES) delete inputs.environment.variables[variable];
      }
    });
    const commands = [
      ["accounts"],
      ["amount"],
      ["history"],
      ["failures"],
      ["pause"],
      ["resume"],
      ["trigger", "payday", "--yes"],
      ["history"],
    ];
    for (const command of commands) {
      const { code, stdout, stderr } = await runCli([...command, "--export", file], {
        cwd: foreignFolder(),
        env: awsEnvironment(served.sandbox),
      });
      assert.equal(code, 0, `${command}: ${stderr}${stdout}`);
    }
  });

  it("say that its amount function can't be asked for its amounts, and look at the rest", async () => {
    const name = arnOf(served.sandbox, "aws:lambda/function:Function", "-amounts-function");
    const config = String(served.sandbox.cloud.functions.fileOf(name, "config.json"));
    await served.sandbox.cloud.functions.replaceCode(name, {
      "index.js": Buffer.from('exports.handler = async () => ({ statusCode: 404, body: "{}" });'),
      "config.json": Buffer.from(config),
    });
    const { code, stdout, stderr } = await served.run("amount");
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(
      stderr,
      /^error: the amount function's answer about "rent" is missing: .* Deploy again with "pulumi up"\n$/,
    );
    const doctor = await served.run("doctor");
    assert.match(
      doctor.stdout,
      /^✗ amounts: the amount function's answer about "rent" is missing: .*earlier version can't/m,
    );
    assert.match(doctor.stdout, /^✗ amount function: \S+ isn't what was deployed: it has other code$/m);
  });
});
