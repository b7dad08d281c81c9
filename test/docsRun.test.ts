import assert from "node:assert/strict";
import { basename } from "node:path";
import { isScheduled, type TriggerSpec } from "../lambda/agreements/triggerConfig";
import { Sandbox } from "../sandbox";
import { ask } from "./endToEnd/support";
import { blocksOf, pages } from "./support/docBlocks";
import { removePrograms, writeProgram } from "./support/program";
import { fileOf, isAmounts, isProgram, readerFiles, whole } from "./support/wholeExample";

const CREDENTIAL = "a-made-up-credential";
/** On the 15th, which an example of an amount asks for. */
const START = "2026-12-15T14:30:00Z";

const examples = pages.flatMap(blocksOf).filter(({ language }) => language === "ts");
const amountsModules = examples.filter(isAmounts);
const programs = [
  ...examples.filter(isProgram).map((example) => ({ file: fileOf(example), text: whole(example) })),
  ...amountsModules.map((example) => ({
    file: fileOf(example).replace("/", "/program-of-"),
    text: `import "../globals";\nnew RemoteApi("sequence", { ...args, amountsModule: "./${basename(fileOf(example))}", amounts: {
      ${/^export const (\w+)/m.exec(example.code)?.[1]}: { kind: AmountKind.Custom } } });\nexport {};\n`,
  })),
];

describe("the programs in the docs, deployed together", () => {
  let sandbox: Sandbox;

  before(async () => {
    const text = programs.map((program) => program.text).join("\n");
    const directory = writeProgram({
      ...readerFiles(),
      // The path of an amounts module is from the program's folder.
      ...Object.fromEntries(amountsModules.map((example) => [basename(fileOf(example)), example.code])),
      ...Object.fromEntries(programs.map(({ file, text }, index) => [file, numbered(text, index)])),
      "index.ts": programs.map(({ file }) => `import "./${file.replace(/\.ts$/, "")}";\n`).join(""),
      "sandbox.yaml": JSON.stringify(settingsFor(`${text}\n${amountsModules.map(({ code }) => code).join("\n")}`)),
    });
    sandbox = await Sandbox.start({ directory, startAt: START });
    sandbox.clock.pause();
    for (const name of unfilled(sandbox)) sandbox.fillSecret(name, secretText(rulesIn(text)));
  });
  after(async () => {
    await sandbox?.stop();
    removePrograms();
  });

  it("answer each of their amounts", async () => {
    const urls = [...sandbox.deployment.componentOutputs].flatMap(([urn, { amountUrls }]) =>
      urn.includes("RemoteApi::") ? Object.entries(amountUrls as Record<string, string>) : [],
    );
    assert.ok(urls.length > programs.length, `only ${urls.length} amounts`);
    const answers = await Promise.all(urls.map(async ([name, url]) => ({ name, ...(await ask(url)) })));
    assert.deepEqual(
      answers.filter(({ status }) => status !== 200),
      [],
    );
  });

  it("trigger each of their rules", async () => {
    const triggers = triggersOf(sandbox);
    assert.ok(triggers.length >= programs.length - 4, `only ${triggers.length} triggers`);
    for (const { queue, message } of triggers) sandbox.cloud.queues.send(queue, JSON.stringify(message));
    await sandbox.idle();
    assert.deepEqual(sandbox.triggers.map(({ ruleId }) => ruleId).sort(), triggers.map(({ ruleId }) => ruleId).sort());
    // A mail for each, because they were run by hand.
    assert.deepEqual(
      sandbox.mails().filter(({ subject }) => !/^Sequence: .* was executed$/.test(subject)),
      [],
    );
  });
});

/** Each resource that a program makes has a name of its own, so that the programs can be deployed together. */
function numbered(text: string, index: number): string {
  return text.replace(/(new [\w.]+\("[\w-]+)"/g, `$1-${index}"`);
}

function found(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name = ""]) => name))];
}

function rulesIn(text: string): string[] {
  return [...found(text, /ruleId: "(\w+)"/g), "ru_invoice"];
}

function secretText(rules: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(["accessToken", ...rules].map((field) => [field, CREDENTIAL])));
}

function settingsFor(text: string): object {
  const configured = Object.fromEntries(
    found(text, /config\.requireSecret\("(\w+)"\)/g).map((key) => [key, CREDENTIAL]),
  );
  const rules = rulesIn(text);
  return {
    config: { ...configured, accessToken: CREDENTIAL, alarmEmail: "you@example.com" },
    secrets: Object.fromEntries(
      found(text, /"(arn:aws:secretsmanager:[^"]+)"/g).map((arn) => [arn, JSON.parse(secretText(rules))]),
    ),
    sequence: {
      accessToken: CREDENTIAL,
      accounts: found(text, /(?:account: |find\(|balanceCents\()"([^"]+)"/g).map((name) => ({
        ...{ name, type: name.endsWith("Card") ? "Account" : "Pod", dollars: 3_000 },
      })),
      rules: Object.fromEntries(rules.map((id) => [id, { apiSecret: CREDENTIAL, actions: [] }])),
    },
  };
}

/** The secrets that programs leave to a person. */
function unfilled({ deployment: { resources } }: Sandbox): string[] {
  const filled = resources.map(({ type, inputs }) => type.endsWith(":SecretVersion") && inputs.secretId);
  return resources
    .filter(({ type, state }) => type.endsWith(":Secret") && !filled.includes(state.arn))
    .map(({ name }) => name);
}

/** What runs each trigger once: an extra occurrence, or an event. */
function triggersOf({ deployment: { resources } }: Sandbox) {
  const arnOf = (url: unknown) => String(resources.find(({ state }) => state.url === url)?.state.arn);
  return resources.flatMap(({ type, name, inputs, archives }) => {
    const config = archives.code?.["config.json"];
    if (!type.endsWith("function:Function") || !config) return [];
    const { triggers = {} } = JSON.parse(String(config)) as { triggers?: Record<string, TriggerSpec> };
    const { variables } = inputs.environment as { variables: Record<string, string> };
    return Object.entries(triggers).map(([trigger, spec]) => ({
      ruleId: spec.ruleId,
      queue: arnOf(isScheduled(spec) ? variables.WORK_QUEUE_URL : variables.EVENT_QUEUE_URL),
      // Two stacks' extra occurrences of one rule are one if their text is the same.
      message: { trigger, [isScheduled(spec) ? "occurrence" : "event"]: `${name} ${trigger}` },
    }));
  });
}
