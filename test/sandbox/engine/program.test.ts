import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { removePrograms, writeProgram } from "../../support/program";
import { deployFolder, RecordingCloud, runProgram, withoutMochasListener } from "./support";

const QUEUE = "aws:sqs/queue:Queue";

describe("The engine, given a program", () => {
  after(removePrograms);

  it("makes its resources and gives its outputs, with what is secret marked", async () => {
    const cloud = new RecordingCloud();
    const deployment = await runProgram(
      `
      import * as aws from "@pulumi/aws";
      import * as pulumi from "@pulumi/pulumi";
      const failures = new aws.sqs.Queue("failures", { delaySeconds: 5 });
      const work = new aws.sqs.Queue("work", { redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: failures.arn }) });
      export const arn = work.arn;
      export const hidden = pulumi.secret("s3cret");
      export const inside = { plain: 1, list: [pulumi.secret("deep")] };
      export const nothing = null;
      `,
      { cloud },
    );
    assert.deepEqual(deployment.outputs, {
      arn: "arn:work",
      hidden: "s3cret",
      inside: { plain: 1, list: ["deep"] },
      nothing: null,
    });
    assert.deepEqual([...deployment.secretOutputs].sort(), ["hidden", "inside"]);
    assert.equal(cloud.request("work").inputs.redrivePolicy, '{"deadLetterTargetArn":"arn:failures"}');
    const made = deployment.resources.filter(({ type }) => type === QUEUE);
    assert.deepEqual(
      made.map(({ name, id, custom }) => [name, id, custom]),
      [
        ["failures", "failures-id", true],
        ["work", "work-id", true],
      ],
    );
    assert.ok(made[1]?.dependencies.some((urn) => urn.endsWith("::failures")));
  });

  it("hands secrets to the cloud as they are, and marks the inputs and outputs that hold one", async () => {
    const cloud = new RecordingCloud();
    const deployment = await runProgram(
      `
      import * as aws from "@pulumi/aws";
      import * as pulumi from "@pulumi/pulumi";
      const version = new aws.secretsmanager.SecretVersion("value", { secretId: "s", secretString: pulumi.secret("s3cret") });
      export const text = version.secretString;
      export const id = version.secretId;
      `,
      { cloud },
    );
    assert.equal(cloud.request("value").inputs.secretString, "s3cret");
    assert.deepEqual(deployment.resources.find(({ name }) => name === "value")?.secretKeys, ["secretString"]);
    assert.deepEqual([...deployment.secretOutputs], ["text"]);
  });

  it("shows the tree of components", async () => {
    const { resources } = await runProgram(`
      import * as aws from "@pulumi/aws";
      import * as pulumi from "@pulumi/pulumi";
      class Outer extends pulumi.ComponentResource {
        constructor(name: string) {
          super("fixture:index:Outer", name);
          new aws.sqs.Queue(name + "-queue", {}, { parent: this, protect: true });
        }
      }
      new Outer("outer");
    `);
    const component = resources.find(({ name }) => name === "outer");
    const queue = resources.find(({ name }) => name === "outer-queue");
    assert.equal(component?.custom, false);
    assert.equal(queue?.parent, component?.urn);
    assert.match(queue?.urn ?? "", /::fixture:index:Outer\$aws:sqs\/queue:Queue::outer-queue$/);
    assert.equal(queue?.protect, true);
  });

  it("runs what a program exports as a function", async () => {
    const { outputs } = await runProgram(`
      import * as aws from "@pulumi/aws";
      export = async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return { arn: new aws.sqs.Queue("late").arn };
      };
    `);
    assert.deepEqual(outputs, { arn: "arn:late" });
  });

  it("runs what a program exports by default as a function", async () => {
    const { outputs } = await runProgram(`
      import * as aws from "@pulumi/aws";
      export default async () => ({ arn: new aws.sqs.Queue("late").arn });
    `);
    assert.deepEqual(outputs, { arn: "arn:late" });
  });

  it("runs JavaScript", async () => {
    const { outputs } = await runProgram({
      "index.js": `
        const aws = require("@pulumi/aws");
        exports.arn = new aws.sqs.Queue("plain").arn;
      `,
    });
    assert.deepEqual(outputs, { arn: "arn:plain" });
  });

  it("runs an ES module, as often as it is asked to", async () => {
    const files = {
      "package.json": '{"type":"module","main":"program.ts"}',
      "program.ts": `
        import * as aws from "@pulumi/aws";
        import { name } from "./name.js";
        await new Promise((resolve) => setImmediate(resolve));
        export const arn = new aws.sqs.Queue(name).arn;
      `,
      "name.ts": 'export const name: string = "modern";',
    };
    const folder = writeProgram(files);
    for (let time = 0; time < 2; time++) {
      const { outputs, resources } = await deployFolder(folder);
      assert.deepEqual(outputs, { arn: "arn:modern" });
      assert.ok(resources.some(({ name }) => name === "modern"));
    }
  });

  it("runs the file that Pulumi.yaml names, in the folder of that file", async () => {
    const { outputs } = await runProgram({
      "Pulumi.yaml": "name: fixture\nruntime:\n  name: nodejs\nmain: inner/program.ts\n",
      "inner/program.ts": `
        import { readFileSync } from "node:fs";
        export const text = readFileSync("text.txt", "utf8");
      `,
      "inner/text.txt": "beside the program",
    });
    assert.deepEqual(outputs, { text: "beside the program" });
  });

  it("answers provider functions", async () => {
    const cloud = new RecordingCloud();
    const { outputs } = await runProgram(
      `
      import * as aws from "@pulumi/aws";
      export const region = aws.getRegionOutput().region;
      `,
      { cloud },
    );
    assert.deepEqual(outputs, { region: "us-east-1" });
    assert.deepEqual(cloud.invokes, ["aws:index/getRegion:getRegion"]);
  });

  it("unpacks archives of text, files, folders and archives", async () => {
    const cloud = new RecordingCloud();
    await runProgram(
      {
        "index.ts": `
          import * as aws from "@pulumi/aws";
          import { asset } from "@pulumi/pulumi";
          const base = { role: "r", handler: "index.handler", runtime: "nodejs22.x" };
          new aws.lambda.Function("map", { ...base, code: new asset.AssetArchive({
            "config.json": new asset.StringAsset('{"a":1}'),
            "index.js": new asset.FileAsset("code/index.js"),
            "copy": new asset.FileArchive("code"),
            "nested": new asset.AssetArchive({ "x.txt": new asset.StringAsset("x") }),
          }) });
          new aws.lambda.Function("folder", { ...base, code: new asset.FileArchive("./code") });
        `,
        "code/index.js": "exports.handler = async () => 1;",
        "code/lib/inner.js": "inner",
      },
      { cloud },
    );
    const filesOf = (name: string) =>
      Object.fromEntries(
        Object.entries(cloud.request(name).archives.code ?? {}).map(([path, bytes]) => [path, bytes.toString()]),
      );
    assert.deepEqual(filesOf("map"), {
      "config.json": '{"a":1}',
      "index.js": "exports.handler = async () => 1;",
      "copy/index.js": "exports.handler = async () => 1;",
      "copy/lib/inner.js": "inner",
      "nested/x.txt": "x",
    });
    assert.deepEqual(filesOf("folder"), {
      "index.js": "exports.handler = async () => 1;",
      "lib/inner.js": "inner",
    });
  });

  it("runs one program after the other in one process, each with its own configuration", async () => {
    const program = `
      import * as pulumi from "@pulumi/pulumi";
      import * as aws from "@pulumi/aws";
      const config = new pulumi.Config();
      export const value = config.require("value");
      export const arn = new aws.sqs.Queue("queue").arn;
    `;
    for (const value of ["first", "second", "third"]) {
      const { outputs, resources } = await runProgram(program, { config: { value } });
      assert.deepEqual(outputs, { value, arn: "arn:queue" });
      assert.equal(resources.filter(({ type }) => type === QUEUE).length, 1);
    }
  });

  it("runs the same program again, as it is by then", async () => {
    const folder = writeProgram({
      "index.ts": 'export { value } from "./value";',
      "value.ts": "export const value = 1;",
    });
    assert.deepEqual((await deployFolder(folder)).outputs, { value: 1 });
    writeFileSync(join(folder, "value.ts"), "export const value = 2;");
    assert.deepEqual((await deployFolder(folder)).outputs, { value: 2 });
  });

  it("runs the next program after one that failed", async () => {
    const cloud = new RecordingCloud();
    cloud.failing.broken = "no";
    const program = (name: string) => `
      import * as aws from "@pulumi/aws";
      new aws.sqs.Queue("${name}");
    `;
    await withoutMochasListener(async () => {
      await assert.rejects(runProgram(program("broken"), { cloud }));
      const { resources } = await runProgram(program("fine"), { cloud });
      assert.ok(resources.some(({ name }) => name === "fine"));
    });
  });
});
