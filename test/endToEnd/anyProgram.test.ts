import assert from "node:assert/strict";
import fc from "fast-check";
import { AmountKind, type RemoteApiArgs, type Trigger } from "../../provider";
import { Sandbox } from "../../sandbox";
import { removePrograms, writeProgram } from "../support/program";
import { mails } from "./support";

// What deploying gives a function and what the function asks for is decided at two places. So whatever arguments are accepted together
// must also run together.

const index = `import * as pulumi from "@pulumi/pulumi";
import { RemoteApi } from "sequence-remote-api";
const sequence = new RemoteApi("sequence", new pulumi.Config().requireObject("args"));
export const amountUrls = sequence.amountUrls;
`;
const ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:theirs-AbCdEf";
const ACCESS_TOKEN = "a-made-up-access-token";
const API_SECRET = "a-made-up-api-secret";
const AMOUNTS_MODULE = `export const own = async ({ accounts }) => (await accounts.balanceCents("Main")) % 1_000_000;
`;
/** From a Tuesday on; the schedules below fire at 14:00 UTC. */
const START = "2026-12-01T00:00:00Z";
const FIRST_MINUTE = "2026-12-01T00:01:00Z";
const END = "2026-12-18T00:00:00Z";

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const credential = fc.constantFrom("given", "left", "theirs");
const flag = optional(fc.boolean());

const amounts = fc.record({
  kind: fc.constantFrom(...Object.values(AmountKind)),
  paused: optional(fc.constant(true)),
  limits: fc.constantFrom({}, { roundToCents: 100 }, { maxCents: 200, minCents: 150 }),
  external: fc.boolean(),
});
const triggers = fc.record({
  when: fc.constantFrom("event", "twice a month", "every other Friday"),
  asks: optional(fc.subarray([0, 1, 2])),
  hold: fc.boolean(),
  expectAsked: flag,
  enabled: flag,
  skip: fc.boolean(),
  startsLate: fc.boolean(),
  endsEarly: fc.boolean(),
  payload: optional(fc.constant({ reason: "salary", "it's": ["<&>", 0.1, -0, null, "\u{1f600}"] })),
  rule: fc.constantFrom(
    "",
    "https://api.getsequence.io/rules/%/trigger",
    " https://api.getsequence.io/remote-api/rules/%/trigger/ ",
  ),
});
const programs = fc.record({
  amounts: fc.array(amounts, { maxLength: 3 }),
  triggers: fc.array(triggers, { maxLength: 3 }),
  accessToken: credential,
  apiSecret: credential,
  // As a file or a paste may hold it.
  written: fc.constantFrom(
    (text: string) => text,
    (text: string) => ` Bearer ${text}\n`,
  ),
  settings: fc.record({
    dryRun: flag,
    notifyOnSuccess: flag,
    dashboard: flag,
    maxAgeMinutes: optional(fc.constantFrom(0, 30)),
    keyMemoryMinutes: optional(fc.constantFrom(0, 60)),
    urlKeys: optional(fc.constant(["v2", "v1"])),
    tags: optional(fc.constant({ team: "home" })),
    digest: flag,
    logRetentionDays: optional(fc.constantFrom(0, 1)),
    architecture: optional(fc.constant("x86_64")),
    runtime: optional(fc.constant("nodejs22.x")),
    memorySize: optional(fc.constant(128)),
    triggerPath: optional(fc.constant("/rules/{ruleId}/trigger")),
    accountsPath: optional(fc.constant("/remote-api/accounts")),
    throttlingRateLimit: optional(fc.constant(1)),
    schedulerMaxRetries: optional(fc.constant(0)),
    schedulerMaxAgeSeconds: optional(fc.constant(60)),
    isTold: fc.boolean(),
  }),
});
type Program = typeof programs extends fc.Arbitrary<infer T> ? T : never;

const optionsOf = {
  Fixed: { cents: 12_300 },
  Percent: { account: "Main", percent: 10 },
  TopUp: { account: "Bills", targetCents: 50_000 },
  Sweep: { account: "Main", floorCents: 100_000 },
  Custom: { export: "own" },
} as const;
const nameOf = (index: number) => `Amount_-${index}`;
const triggerNameOf = (index: number) => `-pay.day_${index}`;

type AmountDraft = Program["amounts"][number];

function optionsFor({ kind, paused, limits, external }: AmountDraft) {
  const own = optionsOf[kind as keyof typeof optionsOf];
  const isOther = external && "account" in own;
  return {
    ...{ kind, paused, ...own },
    ...(isOther ? { account: "acc-bank", allowExternalBalance: true } : {}),
    ...(kind === "Fixed" ? {} : limits),
  };
}

/** What only triggers take. */
const OF_TRIGGERS = [
  ...(["dryRun", "notifyOnSuccess", "maxAgeMinutes", "keyMemoryMinutes", "digest"] as const),
  ...(["triggerPath", "schedulerMaxRetries", "schedulerMaxAgeSeconds"] as const),
];
/** What only amounts take. */
const OF_AMOUNTS = ["urlKeys", "accountsPath", "throttlingRateLimit"] as const;

function without(settings: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !names.includes(name)));
}

/** The arguments, without what only some of them may be given. */
function argsOf({ amounts, triggers, settings: { isTold, digest, ...settings }, ...program }: Program): RemoteApiArgs {
  const readsBalances = amounts.some(({ kind }) => kind !== AmountKind.Fixed);
  const unused = [...(triggers.length === 0 ? OF_TRIGGERS : []), ...(amounts.length === 0 ? OF_AMOUNTS : [])];
  const all = {
    ...without({ ...settings, ...(isTold ? { digest } : {}) }, unused),
    ...(amounts.some(({ kind }) => kind === AmountKind.Custom) ? { amountsModule: "./amounts.ts" } : {}),
    ...(readsBalances ? { ceilingCents: 10_000_000 } : {}),
    ...(readsBalances && program.accessToken === "given" ? { accessToken: program.written(ACCESS_TOKEN) } : {}),
    ...(readsBalances && program.accessToken === "theirs" ? { accessTokenSecretArn: ARN } : {}),
    ...(isTold ? { alarmEmail: "you@example.com" } : { alarms: false }),
    amounts: Object.fromEntries(amounts.map((amount, index) => [nameOf(index), optionsFor(amount)])),
    triggers: Object.fromEntries(triggers.map((_, index) => [triggerNameOf(index), triggerOf(index)])),
  };
  const empty = {
    ...(amounts.length === 0 ? { amounts: undefined } : {}),
    ...(triggers.length === 0 ? { triggers: undefined } : {}),
  };
  return JSON.parse(JSON.stringify({ ...all, ...empty }));

  function triggerOf(index: number): Trigger {
    const { when, skip, startsLate, endsEarly, ...trigger } = triggers[index] as Program["triggers"][number];
    const { enabled, expectAsked, payload, rule } = trigger;
    const asks = askedBy({ amounts, triggers } as Program, index);
    const held = heldBy({ amounts, triggers } as Program, index);
    return {
      ruleId: rule.replace("%", `ru_${index}`) || `ru_${index}`,
      payload,
      ...(program.apiSecret === "given" ? { apiSecret: program.written(API_SECRET) } : {}),
      ...(program.apiSecret === "theirs" ? { apiSecretArn: ARN } : {}),
      ...(asks.length > 0 ? { asks, expectAsked, holdUntilKnown: held.length > 0 ? held : undefined } : {}),
      ...(when === "event" ? {} : { timezone: "UTC", enabled }),
      ...(when === "twice a month"
        ? {
            schedule: "cron(0 14 1,15 * ? *)",
            skipDates: skip ? ["2026-12-15"] : undefined,
            startDate: startsLate ? "2026-12-10T00:00:00Z" : undefined,
            endDate: endsEarly && !skip ? "2026-12-15T15:00:00+01:00" : undefined,
          }
        : {}),
      ...(when === "every other Friday" ? { schedule: "cron(0 14 ? * FRI *)", everyWeeks: 2, from: "2026-12-04" } : {}),
    };
  }
}

function askedBy({ amounts, triggers }: Program, index: number): string[] {
  return (triggers[index]?.asks ?? []).filter((asked) => asked < amounts.length).map(nameOf);
}

function heldBy(program: Program, index: number): string[] {
  if (!program.triggers[index]?.hold) return [];
  return askedBy(program, index).filter((name) => program.amounts[Number(name.slice(-1))]?.kind !== AmountKind.Fixed);
}

const isPaused = ({ amounts }: Program, name: string) => amounts[Number(name.slice(-1))]?.paused === true;

/** How often the rule must be called by the end. */
function callsOf(program: Program, index: number): number {
  const { when, enabled, skip, startsLate } = program.triggers[index] as Program["triggers"][number];
  if (program.settings.dryRun || heldBy(program, index).some((name) => isPaused(program, name))) return 0;
  // One event, sent twice.
  if (when === "event") return 1;
  if (enabled === false) return 0;
  return when === "every other Friday" ? 1 : 2 - Number(skip) - Number(startsLate);
}

function sandboxYamlOf(program: Program, args: RemoteApiArgs): string {
  const rules = Object.fromEntries(
    program.triggers.map((_, index) => [
      `ru_${index}`,
      {
        apiSecret: API_SECRET,
        actions: askedBy(program, index).map((name) => ({
          from: "Main",
          to: "Bills",
          amount: { output: `amountUrls.${name}` },
        })),
      },
    ]),
  );
  const readsBalances = args.ceilingCents !== undefined;
  const hasTriggers = program.triggers.length > 0;
  const apiSecrets = Object.fromEntries(Object.keys(rules).map((ruleId) => [ruleId, program.written(API_SECRET)]));
  const secrets = {
    ...(readsBalances && program.accessToken === "left"
      ? { "sequence-amounts-access-token": program.written(ACCESS_TOKEN) }
      : {}),
    ...(hasTriggers && program.apiSecret === "left" ? { "sequence-triggers-api-secrets-to-fill": apiSecrets } : {}),
    ...((readsBalances && program.accessToken === "theirs") || (hasTriggers && program.apiSecret === "theirs")
      ? { [ARN]: { accessToken: ACCESS_TOKEN, ...apiSecrets } }
      : {}),
  };
  return JSON.stringify({
    config: { args: JSON.stringify(args) },
    secrets,
    sequence: {
      accessToken: ACCESS_TOKEN,
      accounts: [
        { name: "Main", type: "Pod", dollars: 9000 },
        { name: "Bills", type: "Pod", dollars: 100.5 },
        { id: "acc-bank", name: "Bank", type: "Account", dollars: 1234.56 },
      ],
      rules,
    },
  });
}

describe("Whatever arguments are accepted together", () => {
  after(removePrograms);

  it("run together: each rule is called as often as it should be, and each amount is answered", async function () {
    this.timeout(300_000);
    await fc.assert(
      fc.asyncProperty(
        programs.filter(({ amounts, triggers }) => amounts.length + triggers.length > 0),
        async (program) => {
          const args = argsOf(program);
          const directory = writeProgram({
            ...{ "index.ts": index, "amounts.ts": AMOUNTS_MODULE },
            "sandbox.yaml": sandboxYamlOf(program, args),
          });
          const sandbox = await Sandbox.start({ directory, startAt: START, strict: true });
          try {
            for (const name of sandbox.eventTriggerNames())
              for (let time = 0; time < 2; time += 1) await sandbox.sendEvent(name, "invoice-4711");
            // A function that lacks something is tried for hours, so it is looked for first.
            for (const time of [FIRST_MINUTE, END]) {
              await sandbox.clock.advanceTo(time);
              const lines = sandbox.cloud.logs.lines().map(({ message }) => message);
              assert.deepEqual(
                lines.filter((line) => /defective|not authorized/i.test(line)),
                [],
              );
            }
            assert.deepEqual(
              program.triggers.map(
                (_, i) => sandbox.sequence.triggers.filter((call) => call.ruleId === `ru_${i}`).length,
              ),
              program.triggers.map((_, i) => callsOf(program, i)),
            );
            for (const [index, { kind, paused }] of program.amounts.entries()) {
              const answer = await sandbox.ask(nameOf(index));
              const cents = "amountInCents" in answer ? answer.amountInCents : undefined;
              if (paused) assert.equal(cents, undefined);
              else if (kind === "Fixed") assert.equal(cents, 12_300);
              else assert.ok(Number.isInteger(cents), JSON.stringify(answer));
            }
            const subjects = mails(sandbox).map(({ subject }) => subject);
            const digests = subjects.filter((subject) => subject.includes("digest"));
            assert.equal(digests.length, args.digest ? 1 : 0);
            if (program.amounts.some(({ paused }) => paused) || program.settings.notifyOnSuccess) return;
            assert.deepEqual(subjects, digests);
          } finally {
            await sandbox.stop();
          }
        },
      ),
      // A program takes a second, so that looking for the smallest one that fails would take minutes.
      { numRuns: 15, endOnFailure: true },
    );
  });
});
