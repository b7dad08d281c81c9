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
/** From a Tuesday on; the schedules below fire at 14:00 UTC. */
const START = "2026-12-01T00:00:00Z";
const FIRST_MINUTE = "2026-12-01T00:01:00Z";
const END = "2026-12-18T00:00:00Z";

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const credential = fc.constantFrom("given", "left", "theirs");
const flag = optional(fc.boolean());

const amounts = fc.record({
  kind: fc.constantFrom(...Object.values(AmountKind).filter((kind) => kind !== "Custom")),
  paused: optional(fc.constant(true)),
  roundToCents: optional(fc.constant(100)),
});
const triggers = fc.record({
  when: fc.constantFrom("event", "twice a month", "every other Friday"),
  asks: optional(fc.subarray([0, 1, 2])),
  hold: fc.boolean(),
  expectAsked: flag,
  enabled: flag,
  skip: fc.boolean(),
  startsLate: fc.boolean(),
  payload: optional(fc.constant({ reason: "salary" })),
});
const programs = fc.record({
  amounts: fc.array(amounts, { maxLength: 3 }),
  triggers: fc.array(triggers, { maxLength: 3 }),
  accessToken: credential,
  apiSecret: credential,
  settings: fc.record({
    dryRun: flag,
    notifyOnSuccess: flag,
    dashboard: flag,
    maxAgeMinutes: optional(fc.constantFrom(0, 30)),
    keyMemoryMinutes: optional(fc.constantFrom(0, 60)),
    urlKeys: optional(fc.constant(["v2", "v1"])),
    tags: optional(fc.constant({ team: "home" })),
    isTold: fc.boolean(),
  }),
});
type Program = typeof programs extends fc.Arbitrary<infer T> ? T : never;

const optionsOf = {
  Fixed: { cents: 12_300 },
  Percent: { account: "Main", percent: 10 },
  TopUp: { account: "Bills", targetCents: 50_000 },
  Sweep: { account: "Main", floorCents: 100_000 },
} as const;
const nameOf = (index: number) => `amount-${index}`;

/** The arguments, without what only some of them may be given. */
function argsOf({ amounts, triggers, settings: { isTold, urlKeys, ...settings }, ...program }: Program): RemoteApiArgs {
  const readsBalances = amounts.some(({ kind }) => kind !== AmountKind.Fixed);
  const all = {
    ...(triggers.length > 0 ? settings : { dashboard: settings.dashboard, tags: settings.tags }),
    ...(amounts.length > 0 ? { urlKeys } : {}),
    ...(readsBalances ? { ceilingCents: 10_000_000 } : {}),
    ...(readsBalances && program.accessToken === "given" ? { accessToken: ACCESS_TOKEN } : {}),
    ...(readsBalances && program.accessToken === "theirs" ? { accessTokenSecretArn: ARN } : {}),
    ...(isTold ? { alarmEmail: "you@example.com" } : { alarms: false }),
    amounts: Object.fromEntries(
      amounts.map(({ kind, roundToCents, paused }, index) => [
        nameOf(index),
        { kind, paused, ...optionsOf[kind as keyof typeof optionsOf], ...(kind === "Fixed" ? {} : { roundToCents }) },
      ]),
    ),
    triggers: Object.fromEntries(triggers.map((_, index) => [`trigger-${index}`, triggerOf(index)])),
  };
  const empty = {
    ...(amounts.length === 0 ? { amounts: undefined } : {}),
    ...(triggers.length === 0 ? { triggers: undefined } : {}),
  };
  return JSON.parse(JSON.stringify({ ...all, ...empty }));

  function triggerOf(index: number): Trigger {
    const { when, skip, startsLate, enabled, expectAsked, payload } = triggers[index] as Program["triggers"][number];
    const asks = askedBy({ amounts, triggers } as Program, index);
    const held = heldBy({ amounts, triggers } as Program, index);
    return {
      ruleId: `ru_${index}`,
      payload,
      ...(program.apiSecret === "given" ? { apiSecret: API_SECRET } : {}),
      ...(program.apiSecret === "theirs" ? { apiSecretArn: ARN } : {}),
      ...(asks.length > 0 ? { asks, holdUntilKnown: held.length > 0 ? held : undefined } : {}),
      ...(when === "event" ? {} : { timezone: "UTC", enabled, ...(asks.length > 0 ? { expectAsked } : {}) }),
      ...(when === "twice a month"
        ? {
            schedule: "cron(0 14 1,15 * ? *)",
            skipDates: skip ? ["2026-12-15"] : undefined,
            startDate: startsLate ? "2026-12-10T00:00:00Z" : undefined,
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
  const apiSecrets = Object.fromEntries(Object.keys(rules).map((ruleId) => [ruleId, API_SECRET]));
  const secrets = {
    ...(readsBalances && program.accessToken === "left" ? { "sequence-amounts-access-token": ACCESS_TOKEN } : {}),
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
          const directory = writeProgram({ "index.ts": index, "sandbox.yaml": sandboxYamlOf(program, args) });
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
            if (program.amounts.some(({ paused }) => paused) || program.settings.notifyOnSuccess) return;
            assert.deepEqual(mails(sandbox), []);
          } finally {
            await sandbox.stop();
          }
        },
      ),
      // A program takes a second, so that looking for the smallest one that fails would take minutes.
      { numRuns: 12, endOnFailure: true },
    );
  });
});
