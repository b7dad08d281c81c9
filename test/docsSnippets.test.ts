import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { testAmount } from "../lambda/amounts/testing";
import { type CredentialSource, SequenceClient } from "../lambda/client";
import { Sandbox } from "../sandbox";
import { ask, awsClientOptions, logged, root, START, urlOf } from "./endToEnd/support";
import { type Block, blocksOf, pages } from "./support/docBlocks";
import { removePrograms, writeProgram } from "./support/program";
import { changedQuickstart, INVOICE } from "./support/quickstart";
import { fileOf, isAmounts, isProgram, isTest, readerFiles, whole } from "./support/wholeExample";

const CREDENTIAL = "a-made-up-credential";

/** Examples that are neither programs nor amounts nor tests: a page, what is in the one of its examples that is meant, and how it is run. */
const runs: readonly (readonly [page: string, text: string, run: (example: Block) => Promise<void>])[] = [
  ["README.md", "client.getAccounts()", theClient],
  ["docs/client.md", "sequence.account(", theClient],
  ["docs/client.md", "refresh: async", theCredentialSource],
  ["docs/amounts.md", "throw new AmountError(", theAmountError],
  ["docs/testing.md", "sandbox.outage(", theFaults],
  ["docs/testing.md", "pulumiMocks(", theMocks],
  ["docs/triggers.md", "new SQSClient()", theSender],
];

/** Those that can't be run, each with the reason. */
const leftOut: readonly (readonly [page: string, text: string, why: string])[] = [
  ["docs/client.md", "type Transport =", "a type, which test/docsExamples.test.ts compares with the package's"],
  [
    "docs/recipes.md",
    "const alarmEmail =",
    "the first lines of every recipe, with which test/testing/recipes.test.ts runs each",
  ],
];

const snippets = pages
  .flatMap(blocksOf)
  .filter(({ language }) => language === "ts")
  .filter((example) => !isProgram(example) && !isAmounts(example) && !isTest(example));

let sandbox: Sandbox;
let folder: string;

describe("the snippets in the docs", () => {
  before(async () => {
    const directory = changedQuickstart("triggers: {", `triggers: { ${INVOICE}`);
    const settings = readFileSync(join(directory, "sandbox.yaml"), "utf8");
    const credentials = `config:\n  accessToken: ${CREDENTIAL}\n  paydaySecret: ${CREDENTIAL}\n`;
    writeFileSync(join(directory, "sandbox.yaml"), settings.replace("config:\n", credentials));
    sandbox = await Sandbox.start({ directory, startAt: START });
    folder = writeProgram({
      "package.json": '{"type":"module"}',
      ...readerFiles(),
      "client.ts": withDefaults("sequence-remote-api/client", "SequenceClient", { baseUrl: sandbox.sequenceUrl }),
      "sqs.ts": withDefaults("@aws-sdk/client-sqs", "SQSClient", awsClientOptions(sandbox)),
    });
  });
  after(async () => {
    await sandbox?.stop();
    removePrograms();
  });

  for (const [page, text, run] of runs) {
    const [example, ...more] = snippets.filter((each) => each.page === page && each.code.includes(text));
    it(`${page} with ${text} runs`, async () => {
      assert.ok(example && more.length === 0, `${page} has not one example with ${text}`);
      await run(example);
    });
  }

  it("docs/amounts.md shows the answers as they are", async () => {
    const json = blocksOf("docs/amounts.md").filter(({ language }) => language === "json");
    const [answer, error, ...more] = json.map(({ code }) => JSON.parse(code));
    assert.deepEqual(more, []);
    assert.deepEqual(Object.keys(answer), Object.keys(JSON.parse((await ask(urlOf(sandbox, "rent"))).body)));
    sandbox.setBalance("Bills Pod", { unknown: "the bank does not answer" });
    const { requestId, ...told } = JSON.parse((await ask(urlOf(sandbox, error.error.amount))).body).error;
    assert.deepEqual({ error: { ...told, requestId: error.error.requestId } }, error);
    assert.match(requestId, /^[\w-]{36}$/);
  });

  it("docs/operations.md asks CloudWatch for fields that failures have", async () => {
    const page = readFileSync(join(root, "docs", "operations.md"), "utf8");
    const [, fields = ""] = /^fields (.+?) \| filter event = "amount\.failed"/m.exec(page) ?? [];
    sandbox.setBalance("Bills Pod", { unknown: "the bank does not answer" });
    await ask(urlOf(sandbox, "buffer"));
    sandbox.fault({ endpoint: "accounts", status: 400 });
    await ask(urlOf(sandbox, "buffer"));
    const lines = logged(sandbox, "amount.failed").slice(-2);
    const has = (value: unknown, path: string) =>
      path.split(".").reduce((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value) !==
      undefined;
    const missing = fields.split(", ").filter((path) => !lines.some((line) => has(line, path)));
    assert.deepEqual([missing, lines.length], [[], 2]);
  });

  it("are all run, or left out for a reason", () => {
    const known = [...runs, ...leftOut];
    const isKnown = ({ page, code }: Block) => known.some(([of, text]) => of === page && code.includes(text));
    assert.deepEqual(
      snippets.filter((example) => !isKnown(example)).map(({ place }) => place),
      [],
    );
    for (const [page, text] of leftOut)
      assert.ok(
        snippets.some((example) => example.page === page && example.code.includes(text)),
        `${page} has no ${text} any more`,
      );
  });
});

/** A module that exports a client, which takes these options where it isn't given others. */
function withDefaults(module: string, name: string, options: object): string {
  return `import { ${name} as Original } from "${module}";
export * from "${module}";
export class ${name} extends Original { constructor(options = {}) { super({ ...${JSON.stringify(options)}, ...options }); } }
`;
}

/** Runs the example as a module of its own, with clients that call this machine. Resolves to what it exports. */
async function run(example: Block, more = ""): Promise<Record<string, unknown>> {
  const file = join(folder, fileOf(example));
  const text = whole(example)
    .replace('"sequence-remote-api/client"', '"../client"')
    .replace('"@aws-sdk/client-sqs"', '"../sqs"');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${text}${more}`);
  return import(pathToFileURL(file).href);
}

async function withEnvironment<T>(name: string, value: string, work: () => Promise<T>): Promise<T> {
  process.env[name] = value;
  try {
    return await work();
  } finally {
    delete process.env[name];
  }
}

/** Reads the accounts, and triggers the rule. */
async function theClient(example: Block): Promise<void> {
  // A rule that was triggered before this asks for its amounts, which reads the accounts, and so does this one's.
  await sandbox.idle();
  const [calls, triggers] = [sandbox.calls.length, sandbox.triggers.length];
  await withEnvironment("SEQUENCE_ACCESS_TOKEN", CREDENTIAL, () => run(example));
  const made = sandbox.calls.slice(calls).map(({ endpoint, status }) => ({ endpoint, status }));
  assert.deepEqual(made[0], { endpoint: "accounts", status: 200 });
  assert.deepEqual(
    made.filter(({ endpoint }) => endpoint === "trigger"),
    [{ endpoint: "trigger", status: 200 }],
  );
  assert.equal(sandbox.triggers.length, triggers + 1);
}

/** Its first value is refused, and the one that it reads afresh is taken. */
async function theCredentialSource(example: Block): Promise<void> {
  const { apiSecret } = await run(example, "export { apiSecret };");
  const calls = sandbox.calls.length;
  const client = new SequenceClient({ baseUrl: sandbox.sequenceUrl });
  await client.triggerRule("ru_12345", { apiSecret: apiSecret as CredentialSource });
  // After these the rule asks for its amounts, which reads the accounts.
  const tries = sandbox.calls.slice(calls).filter(({ endpoint }) => endpoint === "trigger");
  assert.deepEqual(
    tries.map(({ status }) => status),
    [401, 200],
  );
}

async function theAmountError(example: Block): Promise<void> {
  const [code, message] = [...example.code.matchAll(/"([^"]+)"/g)].map(([, text]) => text);
  const custom = () => run(example).then(() => 0);
  await assert.rejects(testAmount(custom, { accounts: [] }), { code, message });
}

async function theFaults(example: Block): Promise<void> {
  Object.assign(globalThis, { sandbox });
  await run(example);
  assert.equal(sandbox.activeFaults().length, example.code.trim().split("\n").length);
  sandbox.clearFaults();
}

async function theMocks(example: Block): Promise<void> {
  const component = `new RemoteApi("sequence", { ...args, triggers: {
    payday: { ruleId: "ru_12345", schedule: "cron(0 9 1 * ? *)", timezone: "UTC" } } });`;
  const code = example.code.replace("// Declare your components here.", component);
  assert.notEqual(code, example.code);
  const { schedules } = await run({ ...example, code }, "export { schedules };");
  // The trigger's, and that of the daily check.
  assert.equal((schedules as unknown[]).length, 2);
}

/** What it sends sets the trigger off, with its payload. */
async function theSender(example: Block): Promise<void> {
  const { paid } = (await run(example)) as { paid(invoice: object): Promise<void> };
  const outputs = [...sandbox.deployment.componentOutputs.values()];
  const queue = outputs.map(({ eventQueueUrl }) => eventQueueUrl).find((url) => typeof url === "string");
  await withEnvironment("EVENT_QUEUE_URL", String(queue), () => paid({ id: "4711", cents: 5_000 }));
  await sandbox.idle();
  assert.equal(sandbox.calls.filter(({ endpoint }) => endpoint === "trigger").at(-1)?.body, '{"cents":5000}');
}
