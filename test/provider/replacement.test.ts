import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AmountArgs, RemoteApiArgs, TriggerArgs } from "../../provider";
import { type Effects, effectsOf, inWords } from "./effects";
import { declaredQuickstart, quickstartArgs, withoutAmounts } from "./quickstartProgram";
import { keptTypes, replaceOnChange } from "./replaceOnChange";
import { ACCOUNT, REGION, root } from "./support";

const secretArn = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:ours-AbCdEf`;
const topicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:ours`;
const fixture = (file: string) => join(root, "test", "fixtures", "amounts", file);

const { amounts = {} } = quickstartArgs();
const payday = quickstartArgs().triggers?.payday as TriggerArgs;
const withAmount = (amount: AmountArgs): Partial<RemoteApiArgs> => ({ amounts: { ...amounts, buffer: amount } });
const withPayday = (changes: Partial<TriggerArgs>): Partial<RemoteApiArgs> => ({
  triggers: { payday: { ...payday, ...changes } },
});

/** A change of one argument: the quickstart with the first, then with the second. */
type Change = readonly [from: Partial<RemoteApiArgs>, to: Partial<RemoteApiArgs>];

const to = (changes: Partial<RemoteApiArgs>): Change => [{}, changes];

/** Every argument of RemoteApi; a new one makes the test fail until it is here. */
const argumentChanges: Record<string, Change> = {
  accessToken: to({ accessToken: "another-token" }),
  accessTokenSecretArn: to({ accessToken: undefined, accessTokenSecretArn: secretArn }),
  accountsPath: to({ accountsPath: "/remote-api/accounts" }),
  alarmEmail: to({ alarmEmail: "me@example.com" }),
  alarmTopicArn: to({ alarmEmail: undefined, alarmTopicArn: topicArn }),
  alarms: to({ alarms: false, alarmEmail: undefined }),
  amounts: to({ amounts: { ...amounts, another: { kind: "Fixed", cents: 100 } } }),
  amountsModule: [
    { amounts: { bonus: { kind: "Custom" } }, amountsModule: fixture("payday.ts") },
    { amounts: { bonus: { kind: "Custom" } }, amountsModule: fixture("bonus.ts") },
  ],
  architecture: to({ architecture: "x86_64" }),
  baseUrl: to({ baseUrl: "https://sequence.example" }),
  ceilingCents: to({ ceilingCents: 3_000_000 }),
  dashboard: to({ dashboard: false }),
  digest: to({ digest: true }),
  dryRun: to({ dryRun: true }),
  keyMemoryMinutes: to({ keyMemoryMinutes: 0 }),
  ledgerTableName: to({ ledgerTableName: "restored" }),
  logRetentionDays: to({ logRetentionDays: 7 }),
  maxAgeMinutes: to({ maxAgeMinutes: 60 }),
  memorySize: to({ memorySize: 1024 }),
  notifyOnSuccess: to({ notifyOnSuccess: true }),
  runtime: to({ runtime: "nodejs22.x" }),
  schedulerMaxAgeSeconds: to({ schedulerMaxAgeSeconds: 600 }),
  schedulerMaxRetries: to({ schedulerMaxRetries: 0 }),
  tags: to({ tags: { team: "finance" } }),
  throttlingBurstLimit: to({ throttlingBurstLimit: 5 }),
  throttlingRateLimit: to({ throttlingRateLimit: 5 }),
  triggerPath: to({ triggerPath: "/rules/{ruleId}/trigger" }),
  triggers: to({ triggers: { payday, another: { ...payday, ruleId: "ru_2" } } }),
  urlKeys: to({ urlKeys: ["v2", "v1"] }),
};

const topUp = amounts.buffer as AmountArgs;
const percent: AmountArgs = { kind: "Percent", account: "Bills Pod", percent: 10 };
const sweep: AmountArgs = { kind: "Sweep", account: "Bills Pod", floorCents: 100_000 };
const fixed: AmountArgs = { kind: "Fixed", cents: 100 };
const customs = (amount: AmountArgs) => ({ amounts: { bonus: amount }, amountsModule: fixture("payday.ts") });

const amountChanges: Record<string, Change> = {
  account: to(withAmount({ ...topUp, account: "Rent Pod" })),
  allowExternalBalance: to(withAmount({ ...topUp, allowExternalBalance: true })),
  cents: [withAmount(fixed), withAmount({ ...fixed, cents: 200 })],
  export: [customs({ kind: "Custom" }), customs({ kind: "Custom", export: "default" })],
  floorCents: [withAmount(sweep), withAmount({ ...sweep, floorCents: 1 })],
  kind: [withAmount(topUp), withAmount(percent)],
  maxCents: to(withAmount({ ...topUp, maxCents: 30_000 })),
  minCents: to(withAmount({ ...topUp, minCents: 200 })),
  paused: to(withAmount({ ...topUp, paused: true })),
  percent: [withAmount(percent), withAmount({ ...percent, percent: 11 })],
  roundToCents: to(withAmount({ ...topUp, roundToCents: 100 })),
  targetCents: to(withAmount({ ...topUp, targetCents: 60_000 })),
};

const fridays = { schedule: "cron(0 9 ? * FRI *)", everyWeeks: 2, from: "2027-01-08" };

const triggerChanges: Record<string, Change> = {
  allowSkipped: to(withPayday({ allowSkipped: true })),
  apiSecret: to(withPayday({ apiSecret: "another-secret" })),
  apiSecretArn: to(withPayday({ apiSecret: undefined, apiSecretArn: secretArn })),
  asks: [withPayday({ asks: undefined }), {}],
  enabled: to(withPayday({ enabled: false })),
  endDate: to(withPayday({ endDate: "2028-01-01T00:00:00Z" })),
  everyWeeks: [withPayday(fridays), withPayday({ ...fridays, everyWeeks: 4 })],
  expectAsked: to(withPayday({ expectAsked: false })),
  from: [withPayday(fridays), withPayday({ ...fridays, from: "2027-01-15" })],
  holdUntilKnown: to(withPayday({ holdUntilKnown: ["buffer"] })),
  payload: to(withPayday({ payload: { note: "payday" } })),
  ruleId: to(withPayday({ ruleId: "ru_2" })),
  schedule: to(withPayday({ schedule: "cron(0 10 1,15 * ? *)" })),
  skipDates: to(withPayday({ skipDates: ["2027-01-01"] })),
  startDate: to(withPayday({ startDate: "2027-01-01T00:00:00Z" })),
  timezone: to(withPayday({ timezone: "UTC" })),
};

/** What is no single argument. */
const otherChanges: Record<string, Change> = {
  "an amount taken out": to({ amounts: { rent: amounts.rent as AmountArgs, excess: amounts.excess as AmountArgs } }),
  "an amount renamed": to({
    amounts: { rent: amounts.rent as AmountArgs, cushion: topUp, excess: amounts.excess as AmountArgs },
  }),
  "a trigger taken out": [{ triggers: { payday, another: { ...payday, ruleId: "ru_2" } } }, {}],
  "a trigger renamed": to({ triggers: { salary: payday } }),
  "a trigger added, its secret left to you": to({
    triggers: { payday, another: { ...payday, ruleId: "ru_2", apiSecret: undefined } },
  }),
  "a trigger added that events set off": to({
    triggers: { payday, invoice: { ruleId: "ru_2", apiSecret: "a-secret" } },
  }),
  "the schedule taken out": to(withPayday({ schedule: undefined, timezone: undefined })),
  "the access token left to you": to({ accessToken: undefined }),
  "an API secret left to you": to(withPayday({ apiSecret: undefined })),
  "a URL key taken out": [{ urlKeys: ["v2", "v1"] }, { urlKeys: ["v2"] }],
};

const tables = {
  arguments: argumentChanges,
  "of an amount": amountChanges,
  "of a trigger": triggerChanges,
  "other changes": otherChanges,
};

interface Schema {
  readonly resources: Record<string, { readonly inputProperties: object }>;
  readonly types: Record<string, { readonly properties?: object }>;
}

describe("what a change of an argument does to the children", () => {
  const effects = new Map<string, Effects>();
  for (const [table, changes] of Object.entries(tables))
    for (const [title, change] of Object.entries(changes))
      before(`declares it without and with the change: ${table} ${title}`, async () => {
        effects.set(`${table} ${title}`, await effectsOf(...change));
      });

  it("is known of every argument, also of the nested ones", () => {
    // test/provider/schema.test.ts keeps it equal to the sources.
    const schema = readFileSync(join(__dirname, "snapshots", "schema.json"), "utf8");
    const { resources, types } = JSON.parse(schema) as Schema;
    const keys = (described: object = {}) => Object.keys(described).sort();
    const { inputProperties } = resources["sequence-remote-api:index:RemoteApi"] ?? {};
    assert.deepEqual(Object.keys(argumentChanges).sort(), keys(inputProperties));
    assert.deepEqual(Object.keys(amountChanges).sort(), keys(types["sequence-remote-api:index:Amount"]?.properties));
    assert.deepEqual(Object.keys(triggerChanges).sort(), keys(types["sequence-remote-api:index:Trigger"]?.properties));
  });

  it("is known of every type that is declared", async () => {
    const { resources } = await declaredQuickstart();
    const types = new Set(resources.filter(({ custom }) => custom).map(({ type }) => type));
    assert.deepEqual(Object.keys(replaceOnChange).sort(), [...types].sort());
  });

  it("is something, for every argument but one that only concerns validation", () => {
    const without = [...effects].filter(([, effect]) => inWords(effect) === "nothing").map(([title]) => title);
    assert.deepEqual(without, ["of a trigger allowSkipped"]);
  });

  it("is never a replacement of API, queue, table, function, secret or whatever else holds state", () => {
    for (const [title, { replaced }] of effects)
      for (const id of replaced) assert.ok(!keptTypes.includes(id.split(" ")[0] as string), `${title} replaces ${id}`);
  });

  it("replaces only a stored value, or whom a mail goes to", () => {
    for (const [title, { replaced }] of effects)
      for (const id of replaced) assert.match(id, /:(SecretVersion|TopicSubscription) /, title);
  });

  it("replaces the dashboard alone, which is named for the first function, when amounts come to triggers", async () => {
    assert.deepEqual((await effectsOf(withoutAmounts, {})).replaced, [
      "aws:cloudwatch/dashboard:Dashboard sequence-dashboard",
    ]);
    assert.deepEqual((await effectsOf({ triggers: undefined }, {})).replaced, []);
  });

  it("adds and removes nothing but a schedule, a secret and its value, when it is about amounts and triggers", () => {
    for (const [title, { added, removed }] of effects) {
      // Events bring their queue, in a test of their own.
      if (!/^of an|^other|amounts$|triggers$/.test(title) || /events|schedule taken out/.test(title)) continue;
      for (const id of [...added, ...removed])
        assert.match(id, /:(Schedule|Secret|SecretVersion|RandomPassword) /, `${title}: ${id}`);
    }
  });

  it("touches no trigger when an amount changes, and no amount when a trigger does", () => {
    for (const [title, { added, removed, updated, replaced }] of effects) {
      const all = [...added, ...removed, ...updated, ...replaced];
      if (title.startsWith("of an amount")) for (const id of all) assert.match(id, / sequence-amounts-/, title);
      if (title.startsWith("of a trigger")) for (const id of all) assert.match(id, / sequence-triggers-/, title);
    }
  });

  it("is what docs/upgrading.md says", () => {
    const file = join(root, "docs", "upgrading.md");
    const before = readFileSync(file, "utf8");
    let text = before;
    for (const [table, changes] of Object.entries(tables)) {
      const rows = Object.keys(changes).map((title) => {
        const effect = effects.get(`${table} ${title}`) as Effects;
        return `| ${table === "other changes" ? title : `\`${title}\``} | ${inWords(effect)} |`;
      });
      const lines = ["| Change of | What Pulumi does |", "| --- | --- |", ...rows];
      text = between(text, table, lines.join("\n"));
    }
    if (process.env.UPDATE_SNAPSHOTS) writeFileSync(file, text);
    else assert.equal(before, text, "write it with UPDATE_SNAPSHOTS=1");
  });
});

function between(text: string, table: string, content: string): string {
  const [start, end] = [`<!-- begin: ${table} -->`, `<!-- end: ${table} -->`];
  const [from, until] = [text.indexOf(start), text.indexOf(end)];
  assert.ok(from >= 0 && until > from, `docs/upgrading.md lacks ${start} or ${end}`);
  return `${text.slice(0, from + start.length)}\n${content}\n${text.slice(until)}`;
}
