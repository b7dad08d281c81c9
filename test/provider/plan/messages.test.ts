import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { RemoteApi, type RemoteApiArgs } from "../../../provider";
import { matchesSnapshot } from "../../support/snapshot";
import { quickstartArgs } from "../quickstartProgram";
import { declare } from "../support";

const amount = (args: Record<string, unknown>) => ({ amounts: { a: args } }) as unknown as Partial<RemoteApiArgs>;
const trigger = (args: Record<string, unknown>) =>
  ({
    triggers: { t: { ruleId: "ru_1", schedule: "cron(0 9 1 * ? *)", timezone: "UTC", ...args } },
  }) as unknown as Partial<RemoteApiArgs>;
const any = (args: Record<string, unknown>) => args as unknown as Partial<RemoteApiArgs>;

/** Written when the tests run: nothing that checks the sources should read a file that doesn't compile. */
const modules = mkdtempSync(join(tmpdir(), "amounts-modules-"));
writeFileSync(join(modules, "payroll.ts"), "export const payroll = () => 100;\n");
writeFileSync(join(modules, "broken.ts"), "export const payroll = ;\n");

/** Everything that can be wrong, one at a time: what is given, on top of the quickstart. */
const wrong: Record<string, Partial<RemoteApiArgs>> = {
  "neither amounts nor triggers": { amounts: undefined, triggers: undefined },
  "no amounts in amounts": { amounts: {} },
  "no triggers in triggers": { triggers: {} },
  "too many triggers": {
    triggers: Object.fromEntries(
      Array.from({ length: 201 }, (_, i) => [
        `t${i}`,
        { ruleId: `ru_${i}`, schedule: "cron(0 9 1 * ? *)", timezone: "UTC" },
      ]),
    ),
  },
  "an unknown kind": amount({ kind: "fixed", cents: 100 }),
  "a kind that is an output": amount({ kind: pulumi.output("Fixed"), cents: 100 }),
  "an unsafe amount name": any({ amounts: { constructor: { kind: "Fixed", cents: 100 } } }),
  "an amount name with a slash": any({ amounts: { "a/b": { kind: "Fixed", cents: 100 } } }),
  "cents missing": amount({ kind: "Fixed" }),
  "cents below a dollar": amount({ kind: "Fixed", cents: 99 }),
  "cents with a fraction": amount({ kind: "Fixed", cents: 100.5 }),
  "negative cents": amount({ kind: "Fixed", cents: -100 }),
  "cents as text": amount({ kind: "Fixed", cents: "100" }),
  "an option of the kind, misspelt": amount({ kind: "Fixed", cent: 100 }),
  "an option of another kind": amount({ kind: "Fixed", cents: 100, floorCents: 1 }),
  "no account": amount({ kind: "Sweep", floorCents: 1 }),
  "a percentage above 100": amount({ kind: "Percent", account: "A", percent: 101 }),
  "a percentage with three decimals": amount({ kind: "Percent", account: "A", percent: 1.005 }),
  "a maximum below the minimum": amount({ kind: "Sweep", account: "A", floorCents: 0, maxCents: 50 }),
  "no ceiling": { ceilingCents: undefined },
  "a ceiling with a fraction": { ceilingCents: 0.5 },
  "a Custom amount without a module": amount({ kind: "Custom" }),
  "a module without a Custom amount": { amountsModule: "./amounts.ts" },
  "a module that isn't there": { ...amount({ kind: "Custom" }), amountsModule: "amounts/missing.ts" },
  "a module that doesn't export the amount": {
    ...amount({ kind: "Custom" }),
    amountsModule: join(modules, "payroll.ts"),
  },
  "a module that doesn't compile": { ...amount({ kind: "Custom" }), amountsModule: join(modules, "broken.ts") },
  "a module's path with backslashes": { ...amount({ kind: "Custom" }), amountsModule: ".\\amounts.ts" },
  "a partial secret ARN": {
    accessToken: undefined,
    accessTokenSecretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:token",
  },
  "a token and a secret ARN": {
    accessTokenSecretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:token-AbCdEf",
  },
  "an empty token": { accessToken: " " },
  "a token that is cut off": { accessToken: "Bearer sk_live" },
  "a token that no header takes": { accessToken: "access\ntoken" },
  "no URL key": { urlKeys: [] },
  "a URL key twice": { urlKeys: ["v1", "v1"] },
  "a trigger name with a space": any({
    triggers: { "pay day": { ruleId: "ru_1", schedule: "cron(0 9 1 * ? *)", timezone: "UTC" } },
  }),
  "the daily check's name": any({
    triggers: { "sequence-heartbeat": { ruleId: "ru_1", schedule: "cron(0 9 1 * ? *)", timezone: "UTC" } },
  }),
  "a rule id with a space": trigger({ ruleId: "ru 1" }),
  "a trigger URL on another host": trigger({ ruleId: "https://sequence.example/rules/ru_1/trigger" }),
  "a rule id that is an output": trigger({ ruleId: pulumi.output("ru_1") }),
  "rate()": trigger({ schedule: "rate(14 days)" }),
  "at()": trigger({ schedule: "at(2027-01-01T09:00:00)" }),
  "five fields": trigger({ schedule: "cron(0 9 1 * ?)" }),
  "both day fields": trigger({ schedule: "cron(0 9 1 * 1 *)" }),
  "a date that never comes": trigger({ schedule: "cron(0 9 30 2 ? *)" }),
  "a day that months lack": trigger({ schedule: "cron(0 9 31 * ? *)" }),
  "a time that daylight saving skips": trigger({ schedule: "cron(30 2 * * ? *)", timezone: "America/New_York" }),
  "an abbreviated time zone": trigger({ timezone: "EST" }),
  "a date without a zone": trigger({ startDate: "2027-01-01T00:00:00" }),
  "an end before the start": trigger({ startDate: "2027-01-01T00:00:00Z", endDate: "2026-01-01T00:00:00Z" }),
  "weeks without a first day": trigger({ schedule: "cron(0 9 ? * FRI *)", everyWeeks: 2 }),
  "a first day without weeks": trigger({ from: "2027-01-08" }),
  "weeks of a monthly schedule": trigger({ everyWeeks: 2, from: "2027-01-01" }),
  "weeks of two weekdays": trigger({ schedule: "cron(0 9 ? * MON,FRI *)", everyWeeks: 2, from: "2027-01-08" }),
  "every week": trigger({ schedule: "cron(0 9 ? * FRI *)", everyWeeks: 1, from: "2027-01-08" }),
  "a first day of another weekday": trigger({ schedule: "cron(0 9 ? * FRI *)", everyWeeks: 2, from: "2027-01-05" }),
  "a first day that doesn't exist": trigger({ schedule: "cron(0 9 ? * FRI *)", everyWeeks: 2, from: "2027-02-30" }),
  "a first day with a time": trigger({ schedule: "cron(0 9 ? * FRI *)", everyWeeks: 2, from: "2027-01-08T09:00:00Z" }),
  "weeks that are an output": trigger({
    schedule: "cron(0 9 ? * FRI *)",
    everyWeeks: pulumi.output(2),
    from: "2027-01-08",
  }),
  "skipped days that are no list": trigger({ skipDates: "2027-01-01" }),
  "a skipped day in another form": trigger({ skipDates: ["2027-01-01", "1/15/2027"] }),
  "a skipped day that doesn't exist": trigger({ skipDates: ["2027-02-30"] }),
  "nothing but skipped days": trigger({ schedule: "cron(0 9 1 1 ? 2027)", skipDates: ["2027-01-01"] }),
  "a schedule without its time zone": trigger({ timezone: undefined }),
  "a time zone without its schedule": trigger({ schedule: undefined }),
  "an event trigger with what needs a schedule": trigger({
    ...{
      schedule: undefined,
      timezone: undefined,
      enabled: false,
      allowSkipped: true,
      everyWeeks: 2,
      from: "2027-01-08",
    },
    ...{ startDate: "2027-01-01T00:00:00Z", endDate: "2028-01-01T00:00:00Z", skipDates: ["2027-01-01"] },
  }),
  "a payload that is a list": trigger({ payload: [1] }),
  "a payload with a context attribute": trigger({ payload: { time: "<aws.scheduler.scheduled-time>" } }),
  "what a rule asks for that is no amount": trigger({ asks: ["rent", "rnet"] }),
  "what a rule asks for as text": trigger({ asks: "rent" }),
  "what a rule asks for twice": trigger({ asks: ["rent", "rent"] }),
  "nothing that a rule asks for": trigger({ asks: [] }),
  "what a rule asks for as an output": trigger({ asks: pulumi.output(["rent"]) }),
  "what a rule asks for where there are no amounts": {
    ...trigger({ asks: ["rent"] }),
    amounts: undefined,
    accessToken: undefined,
    ceilingCents: undefined,
  },
  "what a rule asks for where amounts are empty": { ...trigger({ asks: ["rent"] }), amounts: {} },
  "a wait without what is asked for": trigger({ holdUntilKnown: ["buffer"] }),
  "an expectation without what is asked for": trigger({ expectAsked: false }),
  "a wait for what isn't asked for": trigger({ asks: ["rent"], holdUntilKnown: ["buffer"] }),
  "a wait for a Fixed amount": trigger({ asks: ["rent", "buffer"], holdUntilKnown: ["rent", "buffer"] }),
  "a wait for nothing": trigger({ asks: ["rent"], holdUntilKnown: [] }),
  "a secret and its ARN": trigger({
    apiSecret: "the-api-secret",
    apiSecretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:rule-AbCdEf",
  }),
  "a ledger's ARN": { ledgerTableName: "arn:aws:dynamodb:us-east-1:123456789012:table/restored" },
  "an age over 12 hours": { maxAgeMinutes: 721 },
  "a key memory over 20 hours": { keyMemoryMinutes: 1201 },
  "retries over Scheduler's": { schedulerMaxRetries: 186 },
  "an age under Scheduler's": { schedulerMaxAgeSeconds: 59 },
  "a trigger path without the rule": { triggerPath: "/rules/trigger" },
  "an accounts path that is a URL": { accountsPath: "https://api.getsequence.io/accounts" },
  "a base URL without https": { baseUrl: "http://api.getsequence.io" },
  "nobody to tell": { alarmEmail: undefined },
  "two to tell": { alarmTopicArn: "arn:aws:sns:us-east-1:123456789012:topic" },
  "an address for alarms that are off": { alarms: false },
  "an address without an @": { alarmEmail: "you" },
  "a topic that is no ARN": { alarmEmail: undefined, alarmTopicArn: "topic" },
  "a misspelt argument": any({ acountsPath: "/accounts" }),
  "an argument unlike any": any({ horse: 1 }),
  "a number as text": any({ throttlingRateLimit: "10" }),
  "a misspelt option of a trigger": trigger({ enable: false }),
  "text for true or false": any({ dryRun: "false" }),
  "text for a trigger's true or false": trigger({ enabled: "false" }),
  "text for alarms": any({ alarms: "no" }),
  "text for the dashboard": any({ dashboard: "no" }),
  "the ledger's protection, which there was once": any({ protectLedger: true }),
  "a number for true or false": any({ notifyOnSuccess: 1 }),
  "text for the digest": any({ digest: "no" }),
  "a digest that nobody would get": { digest: true, alarms: false, alarmEmail: undefined },
  "too little memory": { memorySize: 64 },
  "another language's runtime": { runtime: "python3.13" },
  "an unknown architecture": { architecture: "arm" },
  "days that CloudWatch doesn't take": { logRetentionDays: 10 },
  "a tag of AWS's": { tags: { "aws:x": "1" } },
  "no requests a second": { throttlingRateLimit: 0 },
  "too many at once": { throttlingBurstLimit: 5001 },
};

async function messageOf(changes: Partial<RemoteApiArgs>): Promise<string> {
  const outcome = await declare(() => void new RemoteApi("sequence", quickstartArgs(changes))).then(
    () => "NO ERROR",
    (error: Error) => error.message,
  );
  return outcome.replaceAll(process.cwd(), "<cwd>").replaceAll(modules, "<modules>");
}

describe("what is wrong with the arguments", () => {
  after(() => rmSync(modules, { recursive: true, force: true }));

  it("is said in words that are locked", async () => {
    const said: string[] = [];
    for (const [title, changes] of Object.entries(wrong)) said.push(`# ${title}\n${await messageOf(changes)}\n`);
    matchesSnapshot(join(__dirname, "..", "snapshots", "validation-messages.txt"), said.join("\n"));
  });

  it("is an error in every case of the table", async () => {
    const passed: string[] = [];
    for (const [title, changes] of Object.entries(wrong))
      if ((await messageOf(changes)) === "NO ERROR") passed.push(title);
    assert.deepEqual(passed, []);
  });
});
