import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type JournalEntry, Sandbox } from "../../sandbox";
import { removePrograms, writeProgram } from "../support/program";
import {
  ask,
  failures,
  HOUR_MS,
  logged,
  MINUTE_MS,
  mails,
  PAYDAY,
  pass,
  root,
  startQuickstart,
  triggerCalls,
  urlOf,
  urlsOf,
  workQueue,
} from "./support";

const quickstart = readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8");
const settings = readFileSync(join(root, "examples", "quickstart", "sandbox.yaml"), "utf8");

/** What no role may be on: a policy must have a statement, and one on nothing allows nothing. */
const NOTHING = "arn:aws:sqs:us-east-1:000000000000:no-such-queue";

/**
 * Starts the quickstart with one input of one of its children changed, by what Pulumi has for that. `change` is the source of a
 * function from the declared value to the changed one.
 */
function startChanged(nameEnd: string, input: string, change: string): Promise<Sandbox> {
  const transformation = `
    pulumi.runtime.registerStackTransformation(({ name, props, opts }) =>
      name.endsWith("${nameEnd}")
        ? { props: { ...props, ${input}: pulumi.output(props.${input}).apply(${change}) }, opts }
        : undefined,
    );\n`;
  const directory = writeProgram({ "index.ts": transformation + quickstart, "sandbox.yaml": settings });
  return Sandbox.start({ directory, startAt: PAYDAY - MINUTE_MS });
}

interface Right {
  /** End of the policy's logical name. */
  readonly policy: string;
  readonly sid: string;
}

/** Starts the quickstart as if one statement of its component were on something else. */
function startWithout({ policy, sid }: Right): Promise<Sandbox> {
  return startChanged(
    policy,
    "policy",
    `(policy) => {
      const document = JSON.parse(policy);
      const statement = document.Statement.find(({ Sid }) => Sid === "${sid}");
      if (!statement) throw new Error("there is no statement ${sid}");
      return JSON.stringify(document, (key, value) => (value === statement ? { ...statement, Resource: "${NOTHING}" } : value));
    }`,
  );
}

function denied(sandbox: Sandbox): JournalEntry[] {
  return sandbox.journal.entries.filter(({ kind }) => kind === "iam.denied");
}

function deniedActions(sandbox: Sandbox): string[] {
  return [...new Set(denied(sandbox).map(({ action }) => String(action)))];
}

describe("The declared rights", () => {
  let sandbox: Sandbox;

  afterEach(() => sandbox?.stop());
  after(removePrograms);

  it("are enough for a round with its failures and the daily check", async () => {
    sandbox = await startQuickstart({ startAt: PAYDAY - HOUR_MS });
    sandbox.fault({ status: 500 });
    await pass(sandbox, 2 * HOUR_MS);
    sandbox.configureRule("ru_12345", { remote: false });
    await sandbox.clock.advanceTo(Date.parse("2026-12-16T14:00:00Z"));
    await sandbox.idle();
    for (const url of Object.values(urlsOf(sandbox))) assert.equal((await ask(url)).status, 200);
    assert.equal(sandbox.triggers.length, 1);
    assert.equal(failures(sandbox).length, 1);
    assert.deepEqual(denied(sandbox), []);
  });

  it("to the access token's secret are needed: without, the amount is an error", async () => {
    sandbox = await startWithout({ policy: "-amounts-policy", sid: "ReadAccessToken" });
    const answer = await ask(urlOf(sandbox, "buffer"));
    assert.equal(answer.status, 503);
    assert.equal(JSON.parse(answer.body).error.code, "ACCESS_TOKEN_UNAVAILABLE");
    assert.deepEqual(deniedActions(sandbox), ["secretsmanager:GetSecretValue"]);
    assert.equal((await ask(urlOf(sandbox, "rent"))).body, '{"amountInCents":150000}');
  });

  it("to the log are needed: without, the lines are lost, and the answer is right", async () => {
    sandbox = await startWithout({ policy: "-amounts-policy", sid: "WriteLog" });
    assert.equal((await ask(urlOf(sandbox, "buffer"))).body, '{"amountInCents":20000}');
    assert.deepEqual(deniedActions(sandbox), ["logs:CreateLogStream"]);
    assert.deepEqual(logged(sandbox, "amount.answered"), []);
  });

  it("to the API secrets are needed: without, Sequence isn't called, and a person hears of it", async () => {
    sandbox = await startWithout({ policy: "-triggers-policy", sid: "ReadApiSecrets" });
    await pass(sandbox, 7 * HOUR_MS);
    assert.deepEqual(triggerCalls(sandbox), []);
    assert.deepEqual(deniedActions(sandbox), ["secretsmanager:GetSecretValue"]);
    assert.deepEqual(
      failures(sandbox).map(({ executed }) => executed),
      ["no"],
    );
    assert.ok(mails(sandbox).length > 0);
  });

  it("to the ledger are needed: without, nothing is called that couldn't be remembered", async () => {
    sandbox = await startWithout({ policy: "-triggers-policy", sid: "KeepLedger" });
    await pass(sandbox, 7 * HOUR_MS);
    assert.deepEqual(triggerCalls(sandbox), []);
    assert.ok(deniedActions(sandbox).every((action) => action.startsWith("dynamodb:")));
    assert.ok(denied(sandbox).length > 0);
    assert.deepEqual(
      failures(sandbox).map(({ code, executed }) => [code, executed]),
      [["LEDGER_UNAVAILABLE", "unknown"]],
    );
    assert.equal(mails(sandbox).length, 1);
  });

  it("to the failure queue are needed: without, the failed occurrence stays in the work queue", async () => {
    sandbox = await startWithout({ policy: "-triggers-policy", sid: "GiveUpOccurrence" });
    sandbox.configureRule("ru_12345", { remote: false });
    await pass(sandbox, HOUR_MS);
    assert.deepEqual(deniedActions(sandbox), ["sqs:SendMessage"]);
    assert.equal(sandbox.cloud.queues.messages(workQueue(sandbox)).length, 1);
    assert.equal(triggerCalls(sandbox).length, 1);
  });

  it("to the topic are needed: without, the failure queue still has it", async () => {
    sandbox = await startWithout({ policy: "-triggers-policy", sid: "SendMail" });
    sandbox.configureRule("ru_12345", { remote: false });
    await pass(sandbox, HOUR_MS);
    assert.deepEqual(deniedActions(sandbox), ["SNS:Publish"]);
    assert.equal(failures(sandbox).length, 1);
    assert.deepEqual(mails(sandbox), []);
  });

  it("to look at the schedules are needed: without, the daily check says so", async () => {
    sandbox = await startWithout({ policy: "-triggers-policy", sid: "CheckSchedules" });
    await pass(sandbox, 24 * HOUR_MS);
    assert.deepEqual(deniedActions(sandbox), ["scheduler:GetSchedule"]);
    assert.match(String(mails(sandbox)[0]?.subject), /daily check/);
    assert.equal(sandbox.triggers.length, 1);
  });

  const trusting = {
    "-amounts-role": ["lambda", "amounts-function"],
    "-triggers-role": ["lambda", "triggers-function"],
    "-scheduler-role": ["scheduler", "triggers-heartbeat"],
  } as const;
  for (const [role, [service, child]] of Object.entries(trusting))
    it(`of ${service} to take on the ${role.slice(1)} are needed: without, the program doesn't deploy`, async () => {
      const start = startChanged(role, "assumeRolePolicy", `(policy) => policy.replace("${service}.", "ec2.")`);
      await assert.rejects(start, (error: Error) => {
        assert.match(error.message, new RegExp(`"sequence-${child}".*${service}`, "is"));
        return true;
      });
    });

  it("to take from the work queue are needed: without, the program doesn't deploy", async () => {
    await assert.rejects(startWithout({ policy: "-triggers-policy", sid: "TakeFromWorkQueue" }), (error: Error) => {
      assert.match(error.message, /EventSourceMapping "sequence-triggers-mapping"/);
      assert.match(error.message, /sqs:ReceiveMessage|ReceiveMessage/);
      return true;
    });
  });

  it("of Scheduler to the work queue are needed: without, nothing is triggered, and the journal says why", async () => {
    sandbox = await startWithout({ policy: "-scheduler-policy", sid: "SendToQueues" });
    await pass(sandbox, HOUR_MS);
    assert.deepEqual(triggerCalls(sandbox), []);
    assert.deepEqual(deniedActions(sandbox), ["sqs:SendMessage"]);
  });

  it("of the API to invoke the function are needed: without, every amount is an error", async () => {
    sandbox = await startChanged("-amounts-permission", "sourceArn", '(arn) => arn + "x"');
    for (const url of Object.values(urlsOf(sandbox))) {
      const answer = await ask(url);
      assert.equal(answer.status, 500);
      assert.equal(answer.body, '{"message":"Internal Server Error"}');
    }
    assert.deepEqual(deniedActions(sandbox), ["lambda:InvokeFunction"]);
  });
});
