import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { arnOf, workQueue } from "../../endToEnd/support";
import { endAll, root, runCli } from "../support";
import { awsEnvironment, foreignFolder, type ServedStack, servedStack } from "./support";

interface Report {
  readonly findings: readonly {
    readonly mark: string;
    readonly about: string;
    readonly says: string;
    readonly todo?: string;
  }[];
}

/** Calls that ask for a right of another name. */
const RIGHT_OF: Readonly<Record<string, string>> = {
  Invoke: "InvokeFunction",
  GetApi: "GET",
  GetRoutes: "GET",
  GetIntegrations: "GET",
  GetStage: "GET",
};

/** What a person, or a program of somebody else's, can change behind Pulumi's back, and what silently stops money or moves it wrongly. */
describe("sequence-remote-api doctor finds what isn't as it was deployed:", function () {
  this.timeout(120_000);
  let served: ServedStack;
  /** What a new stack has to know. */
  let usual: readonly string[];

  before(async () => {
    served = await servedStack();
    usual = (await told("note")).map(({ says }) => says);
  });
  after(() => served?.stop());
  afterEach(endAll);

  const cloud = () => served.sandbox.cloud;
  const named = (type: string, nameEnd: string) => arnOf(served.sandbox, type, nameEnd).split(/[:/]/).at(-1) ?? "";
  const resource = (type: string, nameEnd = "") => {
    const found = served.sandbox.deployment.resources.find((each) => each.type === type && each.name.endsWith(nameEnd));
    assert.ok(found);
    return found;
  };
  const functionName = (nameEnd: string) => named("aws:lambda/function:Function", nameEnd);
  const failureQueue = () => cloud().queues.get(arnOf(served.sandbox, "aws:sqs/queue:Queue", "-failures"));
  const api = () => cloud().httpApi.get(resource("aws:apigatewayv2/api:Api").id);

  const told = async (mark: string) => {
    const { json } = await served.json<Report>("doctor");
    return json.findings.filter((finding) => finding.mark === mark);
  };

  /** Breaks something, sees that the doctor tells this and nothing else, and mends it. What one leaves broken, the next one finds. */
  async function finds(
    about: string | readonly string[],
    says: RegExp,
    mark: "wrong" | "note",
    break_: () => unknown,
    mend: () => unknown,
  ) {
    await break_();
    const found = (await told(mark)).filter((each) => !usual.includes(each.says));
    await mend();
    assert.deepEqual(
      found.map((each) => each.about),
      [about].flat(),
      JSON.stringify(found),
    );
    assert.match(String(found[0]?.says), says);
    assert.ok(found.every((each) => `${each.says}${each.todo}`.length > 40));
  }

  it("nothing, where all is", async () => {
    const { code, stdout } = await served.run("doctor");
    assert.equal(code, 0, stdout);
    for (const line of [
      /^✓ amount API: is at http:\/\/127\.0\.0\.1:\d+, as it was deployed$/m,
      /^✓ amount API's right: is as it was deployed: it may call the function$/m,
      /^✓ amount function's concurrency: isn't limited$/m,
      /^✓ queue settings: of all 2 are as they were deployed$/m,
      /^✓ rights \(sequence-triggers-scheduler-role\): is taken on by whom it was deployed for$/m,
      /^✓ log groups: all 3 are there$/m,
      /^✓ ledger's keeping: what is deleted by mistake can be restored$/m,
    ])
      assert.match(stdout, line);
    assert.doesNotMatch(stdout, /^\?/m);
  });

  it("by the rights that docs/operations.md lists, and no others", async () => {
    // Only where messages wait it asks for how long.
    failureQueue().send("{}", "a test");
    const { entries } = served.sandbox.cloud.context.journal;
    const before = entries.length;
    await served.run("doctor", "--test-mail");
    const calls = entries
      .slice(before)
      .filter(({ kind, role }) => kind === "aws.call" && !/:role\//.test(String(role)));
    const called = new Set(calls.map(({ operation }) => RIGHT_OF[String(operation)] ?? String(operation)));
    for (const { receiptHandle } of failureQueue().receive(10)) failureQueue().delete(receiptHandle);
    const text = readFileSync(join(root, "docs", "operations.md"), "utf8");
    const [, list = ""] = /These are all:\n\n((?:[- ] .*\n)+)/.exec(text) ?? [];
    const listed = new Set([...list.matchAll(/`(?:\w+:)?([A-Z]\w+)`/g)].map(([, right]) => right));
    // Asked for only where the record hides a function's code.
    listed.delete("GetFunction");
    assert.deepEqual([...called].sort(), [...listed].sort());
  });

  it("a function that was switched off by a reserved concurrency of 0, or limited", async () => {
    const name = functionName("-triggers-function");
    await finds(
      "trigger function's concurrency",
      /is 0, so AWS never runs \S+: somebody switched it off/,
      "wrong",
      () => cloud().functions.change(name, { reservedConcurrency: 0 }),
      () => cloud().functions.change(name, { reservedConcurrency: undefined }),
    );
    cloud().functions.change(name, { reservedConcurrency: 3 });
    assert.match((await served.run("doctor")).stdout, /^✓ trigger function's concurrency: is limited to 3 at a time$/m);
    cloud().functions.change(name, { reservedConcurrency: undefined });
  });

  it("a function with another timeout, memory size or log group", () => {
    const name = functionName("-amounts-function");
    const { memorySize: memoryMb, loggingConfig } = resource("aws:lambda/function:Function", "-amounts-function")
      .inputs as { memorySize: number; loggingConfig: { logGroup: string } };
    const { logGroup } = loggingConfig;
    return finds(
      "amount function",
      /isn't what was deployed: it has another timeout, another memory size, another log group$/,
      "wrong",
      () => cloud().functions.change(name, { timeoutMs: 3_000, memoryMb: 128, logGroup: "elsewhere" }),
      () => cloud().functions.change(name, { timeoutMs: 15_000, memoryMb, logGroup }),
    );
  });

  it("an amount function that fails before it answers anything", () => {
    const { functions } = cloud();
    const name = functionName("-amounts-function");
    const files = Object.fromEntries(
      ["index.js", "config.json"].map((file) => [file, Buffer.from(String(functions.fileOf(name, file)))]),
    );
    return finds(
      ["amounts", "amount function"],
      /the function \S+ fails before it computes anything: its log says why$/,
      "wrong",
      () => functions.replaceCode(name, { ...files, "index.js": Buffer.from("throw new Error('broken')") }),
      () => functions.replaceCode(name, files),
    );
  });

  it("a role that others may take on", () => {
    const role = resource("aws:iam/role:Role", "-triggers-scheduler-role");
    const trust = (service: string) => ({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }],
    });
    return finds(
      "rights (sequence-triggers-scheduler-role)",
      /the role \S+ lets others take it on than was deployed/,
      "wrong",
      () => cloud().iam.putTrust(role.id, trust("scheduler.amazonaws.com")),
      () => cloud().iam.putTrust(role.id, JSON.parse(String(role.inputs.assumeRolePolicy))),
    );
  });

  it("an API that may not call the function any more", () => {
    const permission = resource("aws:lambda/permission:Permission");
    const { type, name, inputs } = permission;
    const { permissions } = cloud().functions;
    const arn = arnOf(served.sandbox, "aws:lambda/function:Function", "-amounts-function");
    return finds(
      "amount API's right",
      /policy lets the API call it no more: its statement is gone, so every question for an amount gets an error/,
      "wrong",
      () => permissions.remove(arn, permission.id),
      () => permissions.add(arn, { type, name, inputs, archives: {} }),
    );
  });

  it("a route that was deleted, and one that would answer in an amount's place", async () => {
    const { routes } = api();
    const [[key, route] = []] = routes;
    assert.ok(key && route);
    await finds(
      "amount API",
      /it has no route POST \/amounts\/\{name\}\/\{token\} any more$/,
      "wrong",
      () => routes.delete(key),
      () => routes.set(key, route),
    );
    await finds(
      "amount API",
      /it has a route POST \/amounts\/rent\/\{token\} that wasn't deployed and may answer in an amount's place$/,
      "wrong",
      () => routes.set("more exact", { ...route, id: "other", key: "POST /amounts/rent/{token}" }),
      () => routes.delete("more exact"),
    );
  });

  it("another function behind the API, and another throttle", async () => {
    const { integrations, stage } = api();
    const [[id, integration] = []] = integrations;
    assert.ok(id && integration && stage);
    await finds(
      "amount API",
      /it has another function behind it$/,
      "wrong",
      () => integrations.set(id, { ...integration, functionArn: `${integration.functionArn}-other` }),
      () => integrations.set(id, integration),
    );
    const { inputs } = stage;
    await finds(
      "amount API",
      /it has no automatic deployment, another throttle$/,
      "wrong",
      () =>
        Object.assign(stage, {
          inputs: {
            ...inputs,
            autoDeploy: false,
            defaultRouteSettings: { throttlingRateLimit: 0, throttlingBurstLimit: 20 },
          },
        }),
      () => Object.assign(stage, { inputs }),
    );
    await finds(
      "amount API",
      /it has no stage any more, so that it serves nothing$/,
      "wrong",
      () => Object.assign(api(), { stage: undefined }),
      () => Object.assign(api(), { stage }),
    );
  });

  it("a schedule that sends elsewhere, or loses what it can't send", () => {
    const { target } = resource("aws:scheduler/schedule:Schedule", "-payday").inputs as {
      target: Record<string, string>;
    };
    return finds(
      "schedules",
      /The schedule "payday" isn't what was deployed: it has another queue to send to, another dead-letter queue, so that what it can't send is lost, another number of tries$/,
      "wrong",
      () =>
        cloud().scheduler.setTarget("payday", {
          arn: `${target.arn}-other`,
          deadLetterArn: undefined,
          maximumRetryAttempts: 0,
        }),
      () =>
        cloud().scheduler.setTarget("payday", {
          arn: String(target.arn),
          deadLetterArn: failureQueue().arn,
          maximumRetryAttempts: 185,
        }),
    );
  });

  it("a mapping that loses failed messages", () =>
    finds(
      "work queue's mapping",
      /isn't what was deployed: it has other response types, so that failed messages are lost$/,
      "wrong",
      () => cloud().mappings.change(workQueue(served.sandbox), { reportsItemFailures: false }),
      () => cloud().mappings.change(workQueue(served.sandbox), { reportsItemFailures: true }),
    ));

  it("a queue that hands nothing to the failure queue, and keeps messages for a minute", () => {
    const queue = cloud().queues.get(workQueue(served.sandbox));
    const { settings } = queue;
    return finds(
      "queue settings",
      /it has another dead-letter queue, another time for which it keeps messages, a delay$/,
      "wrong",
      () => {
        queue.settings = { ...settings, redrivePolicy: undefined, messageRetentionSeconds: 60, delaySeconds: 900 };
      },
      () => {
        queue.settings = settings;
      },
    );
  });

  it("an alarm that was silenced, or watches for something else", async () => {
    const name = named("aws:cloudwatch/metricAlarm:MetricAlarm", "-alarm-failed");
    await finds(
      "alarms",
      /\S+-alarm-failed-\w+ isn't what was deployed: it has its actions switched off, so it tells nobody$/,
      "wrong",
      () => cloud().cloudWatch.change(name, { actionsEnabled: false }),
      () => cloud().cloudWatch.change(name, { actionsEnabled: true }),
    );
    await finds(
      "alarms",
      /it has another threshold$/,
      "wrong",
      () => cloud().cloudWatch.change(name, { threshold: 1_000 }),
      () => cloud().cloudWatch.change(name, { threshold: 1 }),
    );
  });

  it("a log group that is gone, or forgets earlier", async () => {
    const { logs } = cloud();
    const group = resource("aws:cloudwatch/logGroup:LogGroup", "-amounts-access-logs").id;
    await finds(
      "log groups",
      /\S+ is gone, and with it the metrics and alarms that come from its lines$/,
      "wrong",
      () => logs.remove(group),
      () => logs.setRetention(group, 90),
    );
    await finds(
      "log groups",
      /keeps its lines for 1 days; deployed were 90 days$/,
      "note",
      () => logs.setRetention(group, 1),
      () => logs.setRetention(group, 90),
    );
  });

  it("a ledger that forgets by another attribute, or can't be restored", async () => {
    const arn = arnOf(served.sandbox, "aws:dynamodb/table:Table", "-ledger");
    const { keeping } = cloud().tables;
    const deployed = { expiresBy: "expiresAt", isRecoverable: true };
    await finds(
      "ledger's keeping",
      /items are deleted by their attribute "updatedAt"; it must be "expiresAt", or what was executed is forgotten early/,
      "wrong",
      () => keeping.set(arn, { ...deployed, expiresBy: "updatedAt" }),
      () => keeping.set(arn, deployed),
    );
    await finds(
      "ledger's keeping",
      /the table has no point-in-time recovery, so what is deleted by mistake is lost$/,
      "note",
      () => keeping.set(arn, { ...deployed, isRecoverable: false }),
      () => keeping.set(arn, deployed),
    );
  });

  it("a secret that is scheduled for deletion", () => {
    const arn = arnOf(served.sandbox, "aws:secretsmanager/secret:Secret", "-api-secrets");
    return finds(
      "API secret of ru_12345",
      /its secret is scheduled for deletion, and nobody can read it until then/,
      "wrong",
      () => cloud().secrets.markForDeletion(arn, true),
      () => cloud().secrets.markForDeletion(arn, false),
    );
  });

  it("a secret whose key can't decrypt it", async () => {
    const refuses = createServer((_, response) => {
      response.writeHead(400, {
        "content-type": "application/x-amz-json-1.1",
        "x-amzn-errortype": "DecryptionFailure",
      });
      response.end(
        JSON.stringify({ __type: "DecryptionFailure", message: "Secrets Manager can't decrypt the secret." }),
      );
    });
    await new Promise<void>((resolve) => refuses.listen(0, "127.0.0.1", resolve));
    const { port } = refuses.address() as AddressInfo;
    const file = join(foreignFolder(), "stack.json");
    writeFileSync(file, JSON.stringify(served.sandbox.liveStack()));
    const env = { ...awsEnvironment(served.sandbox), AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}` };
    const { code, stdout } = await runCli(["doctor", "--export", file], { cwd: foreignFolder(), env });
    refuses.close();
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^✗ API secret of ru_12345: its secret can't be decrypted\n {4}→ look whether its KMS key is enabled/m,
    );
  });

  // The last: a topic can't be made again.
  it("a topic that is gone", () =>
    finds(
      "mail",
      /the topic arn:\S+ is gone, so nobody is told of anything$/,
      "wrong",
      () => cloud().topics.remove(arnOf(served.sandbox, "aws:sns/topic:Topic", "-topic")),
      () => {},
    ));
});
