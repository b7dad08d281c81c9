import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MINUTE_MS, PAYDAY, pass, programs, stopSwitch, triggerCalls } from "../../endToEnd/support";
import { Cli, type Ended, endAll, runCli } from "../support";
import { between } from "./between";
import { foreignFolder, NO_AWS, type ServedStack, servedStack } from "./support";

describe("sequence-remote-api trigger", function () {
  this.timeout(120_000);
  let served: ServedStack;

  beforeEach(async () => {
    served = await servedStack(join(programs, "invoices"), { startAt: PAYDAY - 60 * MINUTE_MS });
  });
  afterEach(async () => {
    await served?.stop();
    await endAll();
  });

  const executed = () => served.sandbox.sequence.triggers.length;
  const calls = () => triggerCalls(served.sandbox);

  describe("with a stack", () => {
    it("runs an extra occurrence through queue and ledger, and tells its outcome", async () => {
      const { code, stdout, stderr } = await served.run("trigger", "payday", "--yes");
      assert.equal(code, 0, stderr + stdout);
      assert.match(
        stderr,
        /^Trigger payday \(rule ru_1\), extra occurrence "by hand 2026-\S+ \w{4}", idempotency key [\w-]{36}$/m,
      );
      assert.match(stdout, /^Outcome: executed \(Sequence's request \S+\)\.\n/);
      const [, key] = /idempotency key (\S+)/.exec(stderr) ?? [];
      assert.deepEqual(
        calls().map(({ idempotencyKey }) => idempotencyKey),
        [key],
      );
    });

    it("runs the same text once", async () => {
      const run = () => served.json("trigger", "invoice", "--occurrence", "bonus 2026", "--yes", "--wait", "30");
      const [first, second] = [await run(), await run()];
      assert.deepEqual([first.code, first.json.sent, second.code, second.json.sent], [0, true, 0, false]);
      assert.equal(executed(), 1);
    });

    it("asks first, and refuses where there is nobody to ask", async () => {
      const { code, stderr } = await served.run("trigger", "payday");
      assert.equal(code, 2);
      assert.match(stderr, /may move money\. Nothing was done: there is no terminal to ask in; give --yes/);
      assert.equal(calls().length, 0);
    });

    it("tells a failure with its reason, and what goes on by itself", async () => {
      served.sandbox.sequence.fault({ status: 400, times: 1 });
      const failed = await served.run("trigger", "payday", "--yes");
      assert.equal(failed.code, 1);
      assert.match(failed.stdout, /^Outcome: failed, not executed.*\nWhy: INVALID_REQUEST/);
      served.sandbox.sequence.fault({ status: 503, times: 100 });
      const retried = await served.run("trigger", "payday", "--yes", "--wait", "5");
      assert.equal(retried.code, 1);
      assert.match(retried.stdout, /^Outcome: tried again later, execution unknown.*\nWhy: .*\nIt goes on by itself/s);
    });

    it("doesn't run what may have been executed, or while the stop switch is on", async () => {
      served.sandbox.sequence.fault({ status: 501, times: 1 });
      const bonus = () => served.run("trigger", "payday", "--occurrence", "bonus", "--yes");
      assert.match((await bonus()).stdout, /failed, execution unknown/);
      const again = await bonus();
      assert.equal(again.code, 1);
      assert.match(again.stderr, /it is not known whether payday of "bonus" was executed\. Nothing was sent/);
      await stopSwitch(served.sandbox, true);
      assert.match((await served.run("trigger", "payday", "--yes")).stderr, /the stop switch is on: nothing was sent/);
      await pass(served.sandbox, 20 * MINUTE_MS);
      assert.deepEqual([calls().length, executed()], [1, 0]);
    });

    it("says how to try again with the same text where nobody knows whether it was sent", async () => {
      const aws = await between(served.sandbox, (operation) => (operation === "SendMessage" ? "lose" : "pass"));
      const elsewhere = foreignFolder();
      const file = join(elsewhere, "stack.json");
      writeFileSync(file, aws.record);
      const words = ["trigger", "payday", "--yes", "--export", file];
      const { code, stderr } = await runCli(words, { cwd: elsewhere, env: aws.env });
      aws.stop();
      rmSync(elsewhere, { recursive: true });
      assert.equal(code, 1);
      assert.match(stderr, /error: it is not known whether it was sent: AWS can't be reached in the region us-east-1/);
      const [, occurrence = ""] = /To try again give --occurrence "(.+)": the same text runs once/.exec(stderr) ?? [];
      assert.match(occurrence, /^by hand 2026-/);
      assert.equal((await served.run("trigger", "payday", "--yes", "--occurrence", occurrence)).code, 0);
      await pass(served.sandbox, 10 * MINUTE_MS);
      assert.equal(executed(), 1);
    });

    it("names what is wrong with a name, a rule, a text and options", async () => {
      const wrong: readonly (readonly [args: string[], says: RegExp])[] = [
        [["paydy"], /no trigger or rule "paydy"; its triggers are payday, invoice; did you mean "payday"/],
        [["ru_1"], /rule ru_1 has the triggers payday and invoice: name one/],
        [["payday", "--occurrence", " "], /--occurrence " "; it must be text|--occurrence .*must be/],
        [["payday", "--key", "x"], /--key goes with --no-stack only/],
        [["payday", "--base-url", "http://x"], /--base-url goes with --no-stack only/],
      ];
      for (const [args, says] of wrong) {
        const { code, stderr } = await served.run("trigger", ...args, "--yes");
        assert.match(stderr, says);
        assert.equal(code, 2, args.join(" "));
      }
      assert.equal(calls().length, 0);
    });
  });

  describe("without a stack", () => {
    const sequenceUrl = () =>
      String(/"SEQUENCE_BASE_URL":"(http[^"]+)"/.exec(JSON.stringify(served.sandbox.liveStack()))?.[1]);
    const secret = () => [...served.sandbox.config].find(([key]) => key.endsWith("apiSecret"))?.[1] as string;
    const direct = (args: string[], env: Record<string, string> = {}): Promise<Ended> =>
      runCli(["trigger", "ru_1", "--no-stack", "--base-url", sequenceUrl(), ...args], {
        cwd: foreignFolder(),
        env: { ...NO_AWS, ...env },
      });

    it("calls Sequence with the key that it printed before, and never prints the secret", async () => {
      const ended = await direct(["--yes", "--payload", '{"cents":5}'], { SEQUENCE_API_SECRET: secret() });
      assert.equal(ended.code, 0, ended.stderr + ended.stdout);
      assert.match(ended.stdout, /^Executed: Sequence accepted it \(request \S+\)\./);
      const [, key] = /^Rule ru_1 at http:\S+, idempotency key ([\w-]{36})$/m.exec(ended.stderr) ?? [];
      const [call] = calls();
      assert.deepEqual([call?.idempotencyKey, call?.body, executed()], [key, '{"cents":5}', 1]);
      assert.ok(!(ended.stdout + ended.stderr).includes(secret()));
    });

    it("takes the secret from standard input, and runs the same key once", async () => {
      for (const _ of [1, 2]) {
        const cli = new Cli(
          ["trigger", "ru_1", "--no-stack", "--base-url", sequenceUrl(), "--stdin", "--yes", "--key", "bonus-2026"],
          { cwd: foreignFolder(), env: { ...NO_AWS }, keys: true },
        );
        cli.type(`${secret()}\n`);
        const { code, stdout, stderr } = await cli.ended;
        assert.equal(code, 0, stderr + stdout);
        assert.ok(!(stdout + stderr).includes(secret()));
      }
      assert.deepEqual([calls().length, executed()], [2, 1]);
    });

    it("sends nothing without a yes, without a secret, or with a payload that is none", async () => {
      const env = { SEQUENCE_API_SECRET: secret() };
      const unasked = await direct([], env);
      assert.equal(unasked.code, 2);
      assert.match(unasked.stderr, /idempotency key .*\n.*Nothing was done: there is no terminal to ask in/);
      assert.match(
        (await direct(["--yes"])).stderr,
        /there is no API secret: give it by SEQUENCE_API_SECRET or --stdin/,
      );
      assert.match((await direct(["--yes", "--payload", "x"], env)).stderr, /--payload is no JSON/);
      assert.match((await direct(["--yes", "--payload", "[]"], env)).stderr, /--payload is a list; it must be/);
      const inexact = await direct(["--yes", "--payload", '{"ids":[12345678901234567890]}'], env);
      assert.match(inexact.stderr, /--payload has the number 12345678901234567000, of which .*: write it as text/);
      assert.equal(calls().length, 0);
    });

    it("refuses what goes with a stack, and would be left out in silence", async () => {
      const env = { SEQUENCE_API_SECRET: secret() };
      for (const args of [["--occurrence", "bonus"], ["--sandbox"], ["--export", "stack.json"], ["--unchecked"]]) {
        const { code, stderr } = await direct(["--yes", ...args], env);
        assert.match(stderr, /^error: --[a-z]+ goes with a stack: --no-stack calls Sequence itself, and only --key/);
        assert.equal(code, 2);
      }
      assert.equal(calls().length, 0);
    });

    it("sends one request, and says how to try again with the same key where nobody knows the outcome", async () => {
      served.sandbox.sequence.fault({ status: 503, times: 1 });
      const env = { SEQUENCE_API_SECRET: secret() };
      const { code, stdout } = await direct(["--yes", "--key", "bonus"], env);
      assert.equal(code, 1);
      assert.match(stdout, /It is not known whether the rule ran: look in Sequence\. To try again.*--key bonus\./);
      assert.equal(calls().length, 1);
      const refused = await direct(["--yes"], { SEQUENCE_API_SECRET: "a-wrong-secret" });
      assert.equal(refused.code, 1);
      assert.match(refused.stdout, /INVALID_API_SECRET.*\nThe rule was not executed\./s);
    });
  });
});
