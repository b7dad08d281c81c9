import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AmountSpec } from "../../../lambda/agreements/amountKinds";
import type { HttpAnswer } from "../../../lambda/amounts/http";
import { bundledFunction, withSecret } from "./bundledFunction";
import { configOf, eventFor } from "./fixtures";

describe("the bundled amount function with custom amounts", () => {
  const bundled = bundledFunction();
  const { run } = bundled;
  const rent: AmountSpec = { kind: "Fixed", cents: 150_000 };

  it("calls the custom amounts beside it", async () => {
    bundled.sequence().accounts([{ name: "Payroll", cents: 70_000 }]);
    const module = 'exports.pay = async ({ accounts }) => (await accounts.balanceCents("Payroll")) / 2';
    const config = configOf({ payroll: { kind: "Custom", export: "pay" } });
    const { answers } = await run({ config, module, events: [eventFor("payroll")], environment: withSecret });
    assert.equal(answers[0]?.body, '{"amountInCents":35000}');
  });

  it("answers the other amounts when the custom ones can't be loaded, and says so at once", async () => {
    const config = configOf({ payroll: { kind: "Custom" }, rent });
    const events = [eventFor("payroll"), eventFor("rent")];
    const { answers, log } = await run({ config, module: 'throw new Error("broken module")', events });
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [500, 200],
    );
    const first = JSON.parse(log.split("\n")[0] ?? "") as Record<string, unknown>;
    assert.equal(first.event, "amount.defective");
    assert.match(log, /broken module/);
  });

  describe("of which one forgets an await", () => {
    /** Lines with this event, as objects. */
    const linesOf = (log: string, event: string) =>
      log
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter((line) => line.event === event);
    const placeOf = (line: Record<string, unknown> | undefined) => (line?.error as { at?: string } | undefined)?.at;
    const customs = (...names: string[]) =>
      configOf(Object.fromEntries(names.map((name) => [name, { kind: "Custom" }])));
    const statuses = (answers: readonly HttpAnswer[]) => answers.map(({ statusCode }) => statusCode);

    it("answers the others, and logs what was left behind with its own amount, request and place", async () => {
      const source = `
        let open: () => void = () => {};
        const gate = new Promise<void>((resolve) => { open = resolve; });
        async function later(): Promise<void> {
          await gate;
          throw new RangeError("nobody waits for this");
        }
        export const forgetful = async () => {
          later();
          return 5_000;
        };
        export const other = async () => {
          open();
          await new Promise((resolve) => setTimeout(resolve, 5));
          return 7_000;
        };`;
      const { exitCode, answers, log } = await run({
        config: customs("forgetful", "other"),
        source,
        exports: ["forgetful", "other"],
        events: [eventFor("forgetful"), eventFor("other")],
      });
      assert.equal(exitCode, 0);
      assert.deepEqual(statuses(answers), [200, 200]);
      const [left, ...more] = linesOf(log, "amount.leftBehind");
      assert.deepEqual(
        [left?.amount, left?.awsRequestId, (left?.error as { message: string } | undefined)?.message],
        ["forgetful", "aws-1", "nobody waits for this"],
      );
      assert.match(String(placeOf(left)), /^at later \(amounts\.ts:6:\d+\)$/);
      assert.equal(more.length, 0);
    });

    it("answers an error for the amount itself, if what it forgot has failed by then: it may have been a check", async () => {
      const source = `
        const check = async (): Promise<void> => { throw new Error("the balance is of last week"); };
        export const careless = async () => { check(); return 5_000; };
        export const other = () => 7_000;`;
      const { answers, log } = await run({
        config: customs("careless", "other"),
        source,
        exports: ["careless", "other"],
        events: [eventFor("careless"), eventFor("other")],
      });
      assert.deepEqual(statuses(answers), [500, 200]);
      assert.match(answers[0]?.body ?? "", /CUSTOM_AMOUNT_FAILED/);
      assert.equal(linesOf(log, "amount.leftBehind")[0]?.amount, "careless");
    });

    it("answers the others when the module itself leaves a failing promise behind", async () => {
      const source = `
        Promise.reject(new Error("rates can't be read"));
        export const payroll = () => 5_000;`;
      const { answers, log } = await run({
        config: configOf({ payroll: { kind: "Custom" }, rent }),
        source,
        exports: ["payroll"],
        events: [eventFor("rent"), eventFor("payroll")],
      });
      assert.deepEqual(statuses(answers), [200, 200]);
      const [left] = linesOf(log, "amount.leftBehind");
      assert.equal(left?.module, "amounts.js");
      assert.match(String(placeOf(left)), /amounts\.ts:2:/);
    });

    it("leaves any other unhandled promise to Lambda's runtime", async () => {
      const { exitCode, errors } = await run({
        config: customs("payroll"),
        source: "export const payroll = () => 5_000;",
        exports: ["payroll"],
        events: [eventFor("payroll")],
        environment: { FAIL_OUTSIDE: "1" },
      });
      assert.equal(exitCode, 128);
      assert.match(errors, /Unhandled Promise Rejection Error: of no amount/);
    });

    it("hints at the missing await", async () => {
      bundled.sequence().accounts([{ name: "Main", cents: 70_000 }]);
      const source = `
        export const half = ({ accounts }: any) => accounts.balanceCents("Main") / 2;
        export const text = ({ accounts }: any) => accounts.balanceCents("Main") + 100;`;
      const { answers, log } = await run({
        config: customs("half", "text"),
        source,
        exports: ["half", "text"],
        events: [eventFor("half"), eventFor("text")],
        environment: withSecret,
      });
      assert.deepEqual(statuses(answers), [500, 500]);
      for (const line of linesOf(log, "amount.failed"))
        assert.match(
          (line.error as { message: string }).message,
          /"(NaN|half|text)" returned .*Is an await missing\?$/,
        );
    });
  });

  describe("tells the place of an error in the source", () => {
    const source = [
      "export const typed = (): number => {",
      "  const accounts: { cents: number }[] = [];",
      "  // Compiled away.",
      "  type Unused = string;",
      "  return accounts[0].cents;",
      "};",
      "export const invalid = () => Number(new URL('nowhere'));",
      "",
    ].join("\n");
    const exports = ["typed", "invalid"];
    const config = configOf({ typed: { kind: "Custom" }, invalid: { kind: "Custom" } });
    const places = (log: string) =>
      [...log.matchAll(/"cause":\{[^}]*?"at":"([^"]+)"/g)].map((match) => String(match[1]));

    it("as file and line, also where Node itself threw it", async () => {
      const { log } = await run({ config, source, exports, events: [eventFor("typed"), eventFor("invalid")] });
      const [typed, invalid] = places(log);
      assert.match(String(typed), /^at typed \(amounts\.ts:5:\d+\)$/);
      assert.match(String(invalid), /^at invalid \(amounts\.ts:7:\d+\)$/);
    });

    it("as the bundle's, if there is no source map", async () => {
      const module = "exports.typed = () => { throw new Error('no map') };";
      const { log } = await run({
        config: configOf({ typed: { kind: "Custom" } }),
        module,
        events: [eventFor("typed")],
      });
      assert.match(String(places(log)[0]), /amounts\.js:1:\d+\)$/);
    });

    it("and reads the map then, and not before", async () => {
      const lines = ["export const fine = () => 5_000;", ...source.split("\n")].join("\n");
      const all = { fine: { kind: "Custom" }, typed: { kind: "Custom" } } as const;
      const open =
        "const fs = require('node:fs'); const read = fs.readFileSync; fs.readFileSync = (path, ...rest) => { if (String(path).endsWith('.map')) process.stdout.write('{\"event\":\"map read\"}\\n'); return read(path, ...rest); };";
      writeFileSync(join(bundled.directory(), "watch.cjs"), open);
      const { log } = await run({
        config: configOf(all),
        source: lines,
        exports: ["fine", "typed"],
        events: [eventFor("fine"), eventFor("typed"), eventFor("typed")],
        environment: { NODE_OPTIONS: `--require=${join(bundled.directory(), "watch.cjs")}` },
      });
      const events = log
        .split("\n")
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as { event: string }).event);
      assert.deepEqual(
        events.filter((event) => event !== "metric"),
        ["amount.answered", "map read", "amount.failed", "amount.failed"],
      );
    });
  });
});
