import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalCloud } from "../../../sandbox/aws/localCloud";
import { SandboxClock } from "../../../sandbox/clock";
import { type Deployment, loadSdk, programConfig, readProject, run, UserError } from "../../../sandbox/engine";
import { removePrograms, writeProgram } from "../../support/program";
import { RecordingCloud, runProgram, withoutMochasListener } from "./support";

const root = join(__dirname, "..", "..", "..");

/** The program fails, with an error for the user that says all of this. */
async function fails(deployment: () => Promise<Deployment>, ...says: (RegExp | string)[]): Promise<void> {
  await withoutMochasListener(() =>
    assert.rejects(deployment, (error: Error) => {
      for (const text of says)
        assert.ok(typeof text === "string" ? error.message.includes(text) : text.test(error.message), error.message);
      return true;
    }),
  );
}

describe("The engine, given a program that is wrong", () => {
  after(removePrograms);

  it("says where the program throws", () =>
    fails(() => runProgram('throw new Error("the bank is closed");'), "the bank is closed"));

  it("says what a function that it exports rejects with", () =>
    fails(() => runProgram('export = async () => { throw new Error("closed too"); };'), "closed too"));

  it("says which file has a syntax error, and where", () =>
    fails(() => runProgram("export const a = ;"), /index\.ts/, /:1:18|1:17/));

  it("says which module is missing", () =>
    fails(() => runProgram('import "./nowhere"; export const a = 1;'), "./nowhere"));

  it("names a resource that failed, with the cloud's words, though nothing refers to it", async () => {
    const cloud = new RecordingCloud();
    cloud.failing.broken = "The queue name is taken";
    await fails(
      () =>
        runProgram(
          `
          import * as aws from "@pulumi/aws";
          new aws.sqs.Queue("broken");
          export const fine = new aws.sqs.Queue("fine").arn;
          `,
          { cloud },
        ),
      /^aws:sqs\/queue:Queue "broken": The queue name is taken$/,
    );
  });

  it("isn't blamed for what an earlier program that failed had still under way", async () => {
    let stop = () => {};
    const slow = new RecordingCloud();
    slow.create = () =>
      new Promise((_, reject) => {
        stop = () => reject(new Error("the sandbox has stopped"));
      });
    const bucket = 'import * as aws from "@pulumi/aws";\nnew aws.sqs.Queue("late");\n';
    await fails(() => runProgram(`${bucket}throw new Error("no such bank");`, { cloud: slow }), "no such bank");
    const waits = "export = async () => { await new Promise((done) => setTimeout(done, 300)); return { a: 1 }; };";
    const next = withoutMochasListener(() => runProgram(waits));
    setTimeout(stop, 100);
    assert.deepEqual((await next).outputs, { a: 1 });
  });

  it("names each of several failed resources once, and not what only waits for them", async () => {
    const cloud = new RecordingCloud();
    Object.assign(cloud.failing, { first: "no first", second: "no second" });
    await fails(
      () =>
        runProgram(
          `
          import * as aws from "@pulumi/aws";
          const first = new aws.sqs.Queue("first");
          new aws.sqs.Queue("second");
          new aws.sqs.Queue("third", { redrivePolicy: first.arn });
          `,
          { cloud },
        ),
      /^2 things failed:\n/,
      '- aws:sqs/queue:Queue "first": no first',
      '- aws:sqs/queue:Queue "second": no second',
    );
  });

  it("refuses two resources of one type and name", () =>
    fails(
      () =>
        runProgram(`
          import * as aws from "@pulumi/aws";
          new aws.sqs.Queue("twin");
          new aws.sqs.Queue("twin");
        `),
      'aws:sqs/queue:Queue "twin"',
      "Duplicate resource URN",
      "try giving it a unique name",
    ));

  it("names a provider function that the cloud doesn't answer", () =>
    fails(
      () =>
        runProgram(`
          import * as aws from "@pulumi/aws";
          export const zones = aws.getAvailabilityZonesOutput().names;
        `),
      "aws:index/getAvailabilityZones:getAvailabilityZones",
      "the sandbox doesn't run this provider function",
    ));

  it("shows all that a component finds wrong with its arguments", () =>
    fails(
      () =>
        runProgram(`
          import { AmountKind, RemoteApi } from "sequence-remote-api";
          new RemoteApi("sequence", {
            amounts: { rent: { kind: AmountKind.Fixed, cents: 50 } },
            triggers: { payday: { ruleId: "ru_1", schedule: "rate(1 day)", timezone: "Mars/Base" } },
          });
        `),
      "cents",
      "rate(",
      "Mars/Base",
      "alarmEmail",
    ));

  it("refuses an archive that isn't there, and one that is a zip file", async () => {
    const program = (code: string) => `
      import * as aws from "@pulumi/aws";
      import { asset } from "@pulumi/pulumi";
      new aws.lambda.Function("fn", { role: "r", handler: "index.handler", runtime: "nodejs22.x", code: ${code} });
    `;
    await fails(
      () => runProgram(program('new asset.FileArchive("./nowhere")')),
      'aws:lambda/function:Function "fn"',
      "nowhere",
    );
    await fails(
      () => runProgram({ "index.ts": program('new asset.FileArchive("./code.zip")'), "code.zip": "PK" }),
      "code.zip",
      "give a folder or an AssetArchive",
    );
    await fails(
      () => runProgram(program('new asset.RemoteArchive("https://example.com/code.zip")')),
      "no archive from a URL",
    );
  });
});

describe("The engine, given configuration", () => {
  after(removePrograms);

  const program = `
    import * as pulumi from "@pulumi/pulumi";
    const config = new pulumi.Config();
    export const text = config.require("text");
    export const number = config.requireNumber("number");
    export const list = config.requireObject<string[]>("list");
    export const other = new pulumi.Config("other").require("key");
    export const missing = config.get("missing") ?? "not set";
  `;

  it("gives the program its values, of whatever type", async () => {
    const config = { text: "words", number: 7, list: ["a", "b"], "other:key": "theirs" };
    const { outputs, invented } = await runProgram(program, { config });
    assert.deepEqual(outputs, { text: "words", number: 7, list: ["a", "b"], other: "theirs", missing: "not set" });
    assert.deepEqual(invented, []);
  });

  it("makes up secrets and mail addresses that nobody gave, and says so", async () => {
    const { outputs, secretOutputs, invented } = await runProgram(`
      import * as pulumi from "@pulumi/pulumi";
      const config = new pulumi.Config();
      export const token = config.requireSecret("accessToken");
      export const again = config.requireSecret("accessToken");
      export const mail = config.require("alarmEmail");
    `);
    assert.match(String(outputs.token), /^sandbox-accessToken-[0-9a-f]{32}$/);
    assert.equal(outputs.again, outputs.token);
    assert.match(String(outputs.mail), /@example\.com$/);
    assert.deepEqual([...secretOutputs].sort(), ["again", "token"]);
    assert.deepEqual(invented, [
      { key: "fixture:accessToken", what: "secret" },
      { key: "fixture:alarmEmail", what: "mail address" },
    ]);
  });

  for (const method of ["require", "requireNumber", "requireObject", "requireBoolean", "requireSecretNumber"])
    it(`names what else is missing, and where to add it (${method})`, () =>
      fails(
        () =>
          runProgram(`
            import * as pulumi from "@pulumi/pulumi";
            export const value = new pulumi.Config().${method}("limit");
          `),
        '"fixture:limit"',
        /sandbox\.yaml:\nconfig:\n {2}limit: <value>/,
      ));
});

describe("A project", () => {
  after(removePrograms);

  const projectFails = (files: Record<string, string>, ...says: string[]) => {
    const folder = writeProgram(files);
    assert.throws(
      () => readProject(folder),
      (error: Error) => error instanceof UserError && says.every((text) => error.message.includes(text)),
    );
  };

  it("is found from a folder below it", () => {
    const { name, directory, programDirectory } = readProject(join(root, "examples", "quickstart"));
    assert.equal(name, "sequence-quickstart");
    assert.equal(directory, root);
    assert.equal(programDirectory, join(root, "examples", "quickstart"));
  });

  it("must be there", () => {
    const folder = tmpdir();
    assert.throws(
      () => readProject(folder),
      (error: Error) =>
        error instanceof UserError && error.message.includes("no Pulumi.yaml") && error.message.includes("--cwd"),
    );
  });

  it("must be one for Node.js", () => {
    projectFails({ "Pulumi.yaml": "name: snake\nruntime: python\n" }, "runtime: nodejs", '"python"', "pulumi up");
    projectFails({ "Pulumi.yaml": "name: snake\nruntime:\n  name: go\n" }, '"go"');
  });

  it("must have a name, and a program where Pulumi.yaml says it is", () => {
    projectFails({ "Pulumi.yaml": "runtime: nodejs\n" }, '"name" is missing');
    projectFails({ "Pulumi.yaml": "name: a\nruntime: nodejs\nmain: nowhere\n" }, '"main"', "nowhere");
    projectFails({ "Pulumi.yaml": "name: [a\n" }, "can't be read");
  });

  it("must have something to run", () => fails(() => runProgram({}), "no program to run", "index.ts"));
});

describe("A resource type that the sandbox doesn't run", () => {
  after(removePrograms);

  const program = `
    import * as aws from "@pulumi/aws";
    const bucket = new aws.s3.Bucket("files");
    export const arn = bucket.arn;
  `;

  async function onLocalCloud(strict: boolean): Promise<{ cloud: LocalCloud; deployment: Deployment }> {
    const clock = new SandboxClock();
    const cloud = new LocalCloud({ clock, strict });
    try {
      return { cloud, deployment: await runProgram(program, { cloud }) };
    } finally {
      await cloud.stop();
      clock.stop();
    }
  }

  it("is listed as declared and not run, and can be referred to", async () => {
    const { cloud, deployment } = await onLocalCloud(false);
    assert.deepEqual(cloud.notRun, [{ type: "aws:s3/bucket:Bucket", name: "files" }]);
    assert.match(String(deployment.outputs.arn), /^arn:aws:s3:/);
  });

  it("is an error with strict", () =>
    fails(() => onLocalCloud(true).then(({ deployment }) => deployment), 'aws:s3/bucket:Bucket "files"', "--strict"));
});

describe("A preview", () => {
  it("makes nothing, runs no apply on what only the cloud can tell, and leaves such outputs out", async () => {
    const sdk = loadSdk(root);
    const cloud = new RecordingCloud();
    let applied = false;
    const deployment = await run({
      sdk,
      cloud,
      config: programConfig("fixture", {}),
      projectName: "fixture",
      preview: true,
      program: () => {
        class Queue extends sdk.pulumi.CustomResource {
          declare readonly arn: import("@pulumi/pulumi").Output<string>;
          constructor(name: string, props: Record<string, unknown>) {
            super("aws:sqs/queue:Queue", name, { arn: undefined, ...props });
          }
        }
        const first = new Queue("first", { delaySeconds: 5 });
        const arn = first.arn.apply((value) => {
          applied = true;
          return value;
        });
        new Queue("second", { redrivePolicy: arn });
        return { arn, known: "plain" };
      },
    });
    assert.deepEqual(cloud.requests, []);
    assert.equal(applied, false);
    assert.deepEqual(deployment.outputs, { known: "plain" });
    assert.deepEqual(
      deployment.resources.map(({ name }) => name),
      ["fixture-sandbox", "first", "second"],
    );
    assert.equal(deployment.resources[1]?.inputs.delaySeconds, 5);
  });
});
