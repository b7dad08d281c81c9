import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { arnOf, ask, urlOf, workQueue } from "../../endToEnd/support";
import { removePrograms, writeProgram } from "../../support/program";
import { endAll, root, runCli } from "../support";
import { awsEnvironment, foreignFolder, recordFile, type ServedStack, servedStack } from "./support";

interface Finding {
  readonly mark: string;
  readonly about: string;
  readonly says: string;
  readonly todo?: string;
}

interface Report {
  readonly findings: readonly Finding[];
  readonly wrong: number;
}

const quickstart = readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8");
const settings = readFileSync(join(root, "examples", "quickstart", "sandbox.yaml"), "utf8");

describe("sequence-remote-api doctor", function () {
  this.timeout(120_000);
  let served: ServedStack;
  let folder: string;

  before(async () => {
    folder = writeProgram({ "index.ts": quickstart, "sandbox.yaml": settings });
    served = await servedStack(folder);
    // A payday, and the daily check after it.
    await served.sandbox.clock.advanceTo("2026-12-02T08:00:00Z");
  });
  after(async () => {
    await served?.stop();
    removePrograms();
  });
  afterEach(endAll);

  const resourceName = (type: string, nameEnd: string) =>
    arnOf(served.sandbox, type, nameEnd).split(/[:/]/).at(-1) ?? "";

  /** What the doctor finds wrong, once nothing else is. */
  async function wrongWith(): Promise<readonly Finding[]> {
    const { code, json } = await served.json<Report>("doctor");
    const wrong = json.findings.filter(({ mark }) => mark === "wrong");
    assert.equal(code, wrong.length > 0 ? 1 : 0, JSON.stringify(json.findings));
    assert.equal(json.wrong, wrong.length);
    return wrong;
  }

  /** Breaks something, sees that the doctor tells exactly that, and mends it. */
  async function finds(about: string, says: RegExp, break_: () => unknown, mend: () => unknown): Promise<void> {
    await break_();
    const found = await wrongWith();
    await mend();
    assert.ok(found.length > 0, "nothing was found");
    assert.ok(
      found.some((each) => each.about === about && says.test(each.says)),
      JSON.stringify(found),
    );
    assert.ok(found.every(({ says: each, todo = "" }) => each.length + todo.length > 20));
  }

  it("finds nothing where all is well, and says of each thing how it is", async () => {
    const { code, stdout, stderr } = await served.run("doctor");
    assert.equal(code, 0, stdout + stderr);
    for (const line of [
      /^sequence in the sandbox \(stack sandbox of [\w-]+\)$/m,
      /^✓ access token: Sequence accepts it, and lists 6 accounts$/m,
      /^✓ API secret of ru_12345: filled; whether Sequence accepts it can't be tried/m,
      /^✓ amount rent: is answered: \$1,500\.00 at the moment$/m,
      /^✓ amount URLs: no rule asked by a revoked or old URL/m,
      /^✓ trigger payday: is due next on Tue, Dec 15, 2026, 09:00 EST$/m,
      /^✓ trigger payday: ran last on Tue, Dec 1, 2026, 09:00 EST, and Sequence accepted it$/m,
      /^✓ daily check: was completed last on Wed, Dec 2, 2026, 07:17 UTC$/m,
      /^✓ work queue's mapping: is on$/m,
      /^✓ work queue: is empty$/m,
      /^✓ alarms: all 16 are there, and none is on$/m,
      /^✓ failure queue: is empty$/m,
      /^✓ ledger: the table \S+ is there$/m,
      /^✓ stop switch: is off$/m,
      /^✓ amount function: runs what was deployed$/m,
      /^✓ trigger function: runs what was deployed$/m,
      /^✓ rights \(sequence-triggers-scheduler-policy\): are as they were deployed$/m,
      /^✓ mail: you@example\.com gets the mails$/m,
      /^- clock: not checked there/m,
      /^- costs: about \$5\.40 a month for 2 secrets, 16 alarms, 1 dashboard,/m,
      /^Nothing is wrong\.$/m,
    ])
      assert.match(stdout, line);
  });

  it("counts as nobody's question, and triggers nothing", async () => {
    const { sandbox } = served;
    const before = [
      sandbox.triggers.length,
      sandbox.mails().length,
      sandbox.amountReports.length,
      sandbox.transfers.length,
    ];
    await served.run("doctor");
    assert.deepEqual(
      [sandbox.triggers.length, sandbox.mails().length, sandbox.amountReports.length, sandbox.transfers.length],
      before,
    );
    assert.deepEqual(
      sandbox.alarms().filter(({ state }) => state === "ALARM"),
      [],
    );
  });

  it("sends a mail with --test-mail", async () => {
    const { stdout } = await served.run("doctor", "--test-mail");
    assert.match(stdout, /^✓ mail: one was sent now, with the subject "Test mail of your Sequence stack"/m);
    assert.equal(served.sandbox.mails().at(-1)?.subject, "Test mail of your Sequence stack");
  });

  describe("finds", () => {
    const secret = (nameEnd: string) => arnOf(served.sandbox, "aws:secretsmanager/secret:Secret", nameEnd);
    const refill = (nameEnd: string, value: string) => served.sandbox.fillSecret(secret(nameEnd), value);

    it("a secret that was emptied", async () => {
      const kept = String(served.sandbox.cloud.secrets.value(secret("-api-secrets")));
      await finds(
        "API secret of ru_12345",
        /without text under "ru_12345"/,
        () => refill("-api-secrets", "{}"),
        () => refill("-api-secrets", kept),
      );
    });

    it("an access token that was revoked", async () => {
      const kept = String(served.sandbox.cloud.secrets.value(secret("-access-token")));
      await finds(
        "access token",
        /Sequence refuses it: it was revoked/,
        () => refill("-access-token", "a-token-of-yesterday"),
        () => refill("-access-token", kept),
      );
    });

    it("a schedule that was disabled by hand", () =>
      finds(
        "schedules",
        /"payday" has the state "disabled"; deployed was "enabled"/,
        () => served.sandbox.cloud.scheduler.setEnabled("payday", false),
        () => served.sandbox.cloud.scheduler.setEnabled("payday", true),
      ));

    it("a schedule that was changed", () =>
      finds(
        "schedules",
        /has the expression "cron\(0 10 1,15 \* \? \*\)"; deployed was "cron\(0 9 1,15 \* \? \*\)"/,
        () => served.sandbox.cloud.scheduler.setExpression("payday", "cron(0 10 1,15 * ? *)"),
        () => served.sandbox.cloud.scheduler.setExpression("payday", "cron(0 9 1,15 * ? *)"),
      ));

    it("a mapping that is off", () =>
      finds(
        "work queue's mapping",
        /is disabled, so nothing takes messages out of the work queue/,
        () => served.sandbox.cloud.mappings.setEnabled(workQueue(served.sandbox), false),
        () => served.sandbox.cloud.mappings.setEnabled(workQueue(served.sandbox), true),
      ));

    it("a mail address that isn't confirmed", () =>
      finds(
        "mail",
        /you@example\.com isn't confirmed/,
        () => served.sandbox.cloud.topics.setConfirmed("you@example.com", false),
        () => served.sandbox.cloud.topics.setConfirmed("you@example.com", true),
      ));

    it("and says what to do about one, in words", async () => {
      served.sandbox.cloud.topics.setConfirmed("you@example.com", false);
      const { code, stdout } = await served.run("doctor");
      served.sandbox.cloud.topics.setConfirmed("you@example.com", true);
      assert.equal(code, 1);
      assert.match(
        stdout,
        /^✗ mail: you@example\.com isn't confirmed, so nothing is sent to it\n {4}→ click the link in AWS's mail; look for it in the spam, too$/m,
      );
      assert.match(stdout, /^1 wrong \(✗\)\.$/m);
    });

    it("a function whose code was replaced", async () => {
      const name = resourceName("aws:lambda/function:Function", "-amounts-function");
      const { functions } = served.sandbox.cloud;
      const files = Object.fromEntries(
        ["index.js", "config.json"].map((file) => [file, Buffer.from(String(functions.fileOf(name, file)))]),
      );
      await finds(
        "amount function",
        /isn't what was deployed: it has other code/,
        () => functions.replaceCode(name, { ...files, "index.js": Buffer.from(`${files["index.js"]}\n// changed\n`) }),
        () => functions.replaceCode(name, files),
      );
    });

    it("a statement that was removed from a role's policy", async () => {
      const { cloud, deployment } = served.sandbox;
      const policy = deployment.resources.find(({ name }) => name === "sequence-triggers-policy");
      const [role = "", name = ""] = String(policy?.id).split(":");
      const document = JSON.parse(String(policy?.inputs.policy));
      const without = {
        ...document,
        Statement: document.Statement.filter(({ Sid }: { Sid: string }) => Sid !== "WriteLog"),
      };
      await finds(
        "rights (sequence-triggers-policy)",
        /the statement WriteLog is missing or changed/,
        () => cloud.iam.putPolicy(role, name, without),
        () => cloud.iam.putPolicy(role, name, document),
      );
    });

    it("a rule in test mode", () =>
      finds(
        "trigger payday",
        /its rule is in test mode: no money moved/,
        async () => {
          served.sandbox.configureRule("ru_12345", { testMode: true });
          await served.sandbox.fire("payday");
        },
        async () => {
          served.sandbox.configureRule("ru_12345", { testMode: false });
          await served.sandbox.fire("payday");
        },
      ));

    it("a failure that waits for a person", () =>
      finds(
        "failure queue",
        /has 1 message that waits for a person; the oldest has been there for 3 minutes/,
        async () => {
          const { cloud, clock } = served.sandbox;
          cloud.queues.send(arnOf(served.sandbox, "aws:sqs/queue:Queue", "-failures"), "{}");
          await clock.advanceTo(clock.now() + 170_000);
          const { json } = await served.json<Report>("doctor");
          const on = json.findings.filter(({ about, mark }) => about === "alarms" && mark === "note");
          assert.match(
            on.map(({ says }) => says).join(),
            /^sequence-triggers-alarm-failure-queue-\w+ is on: Threshold Crossed/,
          );
        },
        () => {
          const queue = served.sandbox.cloud.queues.get(arnOf(served.sandbox, "aws:sqs/queue:Queue", "-failures"));
          for (const { receiptHandle } of queue.receive(10)) queue.delete(receiptHandle);
        },
      ));

    it("a URL whose key was revoked, once its rule has asked", async () => {
      const old = urlOf(served.sandbox, "rent");
      writeFileSync(join(folder, "index.ts"), quickstart.replace("amounts: {", 'urlKeys: ["v2"],\n  amounts: {'));
      await served.sandbox.redeploy();
      assert.deepEqual(await wrongWith(), []);
      assert.equal((await ask(old)).status, 404);
      await finds(
        "amount URLs",
        /rent was asked for by a URL that is revoked or mistyped/,
        () => {},
        () => {},
      );
    });

    it("a ledger that is gone", () =>
      finds(
        "ledger",
        /is gone: nothing is triggered without it/,
        () => served.sandbox.cloud.tables.remove(resourceName("aws:dynamodb/table:Table", "-ledger")),
        () => {},
      ));
  });
});

describe("sequence-remote-api doctor of functions that are named", function () {
  this.timeout(120_000);
  let served: ServedStack;

  before(async () => {
    served = await servedStack();
  });
  after(() => served?.stop());
  afterEach(endAll);

  const doctor = (args: readonly string[], env: Record<string, string>) =>
    runCli(["doctor", ...args], { cwd: foreignFolder(), env });
  function named(): string[] {
    const nameOf = (end: string) => arnOf(served.sandbox, "aws:lambda/function:Function", end).split(":").at(-1) ?? "";
    const functions = [
      "--amount-function",
      nameOf("-amounts-function"),
      "--trigger-function",
      nameOf("-triggers-function"),
    ];
    return [...functions, "--region", "us-east-1"];
  }

  it("says what it can't compare", async () => {
    const { code, stdout, stderr } = await doctor(named(), awsEnvironment(served.sandbox));
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^✓ amount function: \S+ is there; without a record of the stack it can't be compared$/m);
    assert.match(stdout, /^- rights: not compared: there is no record of the stack$/m);
    assert.match(stdout, /^✓ clock: this machine is \d+ seconds? /m);
  });

  it("compares nothing that the record hides because it is secret", async () => {
    const hidden = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
    const record = JSON.parse(JSON.stringify(served.sandbox.liveStack()));
    for (const { type, inputs } of record.deployment.resources) {
      if (type === "aws:sns/topicSubscription:TopicSubscription") inputs.endpoint = hidden;
      if (type === "aws:iam/rolePolicy:RolePolicy") inputs.policy = hidden;
      if (type === "aws:lambda/function:Function") Object.assign(inputs, { role: hidden, environment: hidden });
    }
    const file = join(foreignFolder(), "stack.json");
    writeFileSync(file, JSON.stringify(record));
    const { code, stdout, stderr } = await doctor(["--export", file], awsEnvironment(served.sandbox));
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^✓ mail: you@example\.com gets the mails$/m);
    assert.match(stdout, /^- rights \(sequence-amounts-policy\): not compared: the record hides them$/m);
  });

  it("says that the record is of an update that runs or broke off", async () => {
    const file = recordFile(served.sandbox, (deployment) => {
      const resource = deployment.resources.find(({ urn }) => urn.endsWith("::sequence-triggers-function"));
      deployment.pending_operations = [{ resource, type: "updating" }];
    });
    const { code, stdout } = await doctor(["--export", file], awsEnvironment(served.sandbox));
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^! record: an update runs, or one broke off, at sequence-triggers-function: /m);
  });

  it("says what an emulator lacks as not checked there", async () => {
    const lacks = createServer((_, response) => {
      response.writeHead(501, { "content-type": "application/x-amz-json-1.0", "x-amzn-errortype": "NotImplemented" });
      response.end(JSON.stringify({ __type: "NotImplemented", message: "there is no DescribeTable here" }));
    });
    await new Promise<void>((resolve) => lacks.listen(0, "127.0.0.1", resolve));
    const { port } = lacks.address() as AddressInfo;
    const env = { ...awsEnvironment(served.sandbox), AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` };
    const { code, stdout } = await doctor(named(), env);
    lacks.close();
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^- ledger: not checked there: there is no DescribeTable here$/m);
  });

  it("says what it couldn't look at for want of a right, and tells the rest all the same", async () => {
    const keys = served.sandbox.cloud.iam.credentialsOf(arnOf(served.sandbox, "aws:iam/role:Role", "-triggers-role"));
    const noRight = {
      ...awsEnvironment(served.sandbox),
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_SESSION_TOKEN: keys.sessionToken,
    };
    const denied = await doctor(named(), noRight);
    assert.equal(denied.code, 3);
    assert.match(denied.stderr, /you \(arn:\S+\) may not do lambda:GetFunctionConfiguration on arn:\S+function:/);
    const file = join(foreignFolder(), "stack.json");
    writeFileSync(file, JSON.stringify(served.sandbox.liveStack()));
    const { code, stdout } = await doctor(["--export", file], noRight);
    assert.equal(code, 3, stdout);
    assert.match(stdout, /^✓ API secret of ru_12345: filled/m);
    assert.match(stdout, /^\? ledger: couldn't be looked at: .*may not do dynamodb:DescribeTable on arn:\S+table/m);
    assert.match(stdout, /^Nothing wrong was seen.*not seen \(\?\)\.$/m);
  });
});
