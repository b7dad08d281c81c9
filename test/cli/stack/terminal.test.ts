import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { MINUTE_MS, PAYDAY, pass, programs, triggerCalls, until, workQueue } from "../../endToEnd/support";
import { Cli, describeOnTerminal, type Ended, endAll } from "../support";
import { foreignFolder, NO_AWS, type ServedStack, servedStack } from "./support";

/** Answers to a question before money moves. */
const NOT_YES: readonly (readonly [what: string, answer: (cli: Cli) => void])[] = [
  ["n", (cli) => cli.type("n\r")],
  ["y", (cli) => cli.type("y\r")],
  ["Enter alone", (cli) => cli.type("\r")],
  ["Ctrl+C", (cli) => cli.type("\u0003")],
  ["Ctrl+D", (cli) => cli.type("\u0004")],
  ["yes and Ctrl+C", (cli) => cli.type("yes\u0003")],
  ["a terminal that is closed", (cli) => cli.endInput()],
];

describeOnTerminal("The commands for a live stack on a terminal", function () {
  this.timeout(120_000);
  let served: ServedStack;
  let elsewhere: string;

  before(async () => {
    elsewhere = foreignFolder();
    served = await servedStack(join(programs, "invoices"), { startAt: PAYDAY - MINUTE_MS });
  });
  after(async () => {
    await served?.stop();
    rmSync(elsewhere, { recursive: true });
  });
  afterEach(endAll);

  const calls = () => triggerCalls(served.sandbox).length;
  const secret = () => String([...served.sandbox.config].find(([key]) => key.endsWith("apiSecret"))?.[1]);
  const sequenceUrl = () =>
    String(/"SEQUENCE_BASE_URL":"(http[^"]+)"/.exec(JSON.stringify(served.sandbox.liveStack()))?.[1]);

  /** Runs the command, and answers once it has asked so. */
  async function asked(args: readonly string[], question: string, answer: (cli: Cli) => void): Promise<Ended> {
    const env = { ...NO_AWS, SEQUENCE_API_SECRET: secret() };
    const cli = new Cli(args, { cwd: elsewhere, env, terminal: true });
    await cli.printed(question);
    answer(cli);
    return cli.ended;
  }
  const live = (...args: string[]) => [...args, "--sandbox", served.page.url];
  const direct = (...args: string[]) => ["trigger", "ru_1", "--no-stack", "--base-url", sequenceUrl(), ...args];
  const yes = (cli: Cli) => cli.type("yes\r");
  const no = (cli: Cli) => cli.type("no\r");

  it("send nothing to Sequence, unless the question of trigger --no-stack is answered by yes", async () => {
    const before = calls();
    const runs = NOT_YES.map(async ([what, answer]) => {
      const { code, stdout } = await asked(direct(), "may move money. Type yes: ", answer);
      assert.equal(code, 1, `${what}: ${stdout}`);
      assert.match(stdout, /\nerror: nothing was done, because the answer was not yes\r\n$/, what);
    });
    await Promise.all(runs);
    assert.equal(calls(), before);
  });

  it("send one request after a yes", async () => {
    const before = calls();
    const { code, stdout } = await asked(direct(), "may move money. Type yes: ", yes);
    assert.equal(code, 0, stdout);
    // A terminal shows what is typed, unless it is hidden.
    assert.match(stdout, /Type yes: \S*yes\r/);
    assert.match(stdout, /Executed: Sequence accepted it/);
    assert.equal(calls(), before + 1);
  });

  it("ask before an extra occurrence of the stack", async () => {
    const before = calls();
    const refused = await asked(live("trigger", "payday"), "may move money. Type yes: ", no);
    assert.equal(refused.code, 1, refused.stdout);
    assert.deepEqual([calls(), served.sandbox.messages("-work")], [before, []]);
    const accepted = await asked(live("trigger", "payday"), "may move money. Type yes: ", yes);
    assert.equal(accepted.code, 0, accepted.stdout);
    assert.equal(calls(), before + 1);
  });

  it("ask before a failure is confirmed or discarded", async () => {
    const { sandbox } = served;
    const lying = () => sandbox.messages("-failures").length;
    const only = async () => (await served.json<{ failures: { id: string }[] }>("failures")).json.failures[0]?.id ?? "";
    sandbox.sequence.fault({ status: 501, times: 1 });
    await pass(sandbox, 5 * MINUTE_MS);
    const confirm = live("failures", "confirm-not-executed", await only());
    const before = calls();
    const doubted = await asked(confirm, "the money moves twice. Type yes: ", no);
    assert.deepEqual([doubted.code, calls(), lying()], [1, before, 1], doubted.stdout);
    sandbox.sequence.fault({ status: 400, times: 1 });
    const confirmed = await asked(confirm, "the money moves twice. Type yes: ", yes);
    assert.deepEqual([confirmed.code, calls()], [1, before + 1], confirmed.stdout);
    const refused = await only();
    const kept = await asked(live("failures", "discard", refused), "nothing is run. Type yes: ", no);
    assert.deepEqual([kept.code, lying()], [1, 1], kept.stdout);
    const discarded = await asked(live("failures", "discard", refused), "nothing is run. Type yes: ", yes);
    assert.deepEqual([discarded.code, lying(), calls()], [0, 0, before + 1], discarded.stdout);
  });

  it("say at Ctrl+C that what was sent runs all the same, and with which key it may be repeated", async () => {
    const { sandbox } = served;
    sandbox.cloud.mappings.setEnabled(workQueue(sandbox), false);
    const waiting = new Cli(live("trigger", "payday", "--yes"), { cwd: elsewhere, env: NO_AWS, terminal: true });
    await waiting.printed("Waiting up to 120 s for what becomes of it ...");
    waiting.type("\u0003");
    const { code, stdout } = await waiting.ended;
    assert.equal(code, 1);
    assert.match(
      stdout,
      /\nIt was sent and runs by itself: Ctrl\+C ends only the wait for it\. .*history shows it\.\r\n$/,
    );
    const before = calls();
    sandbox.cloud.mappings.setEnabled(workQueue(sandbox), true);
    await until(() => calls() === before + 1, "it runs");

    sandbox.sequence.fault({ connection: "hang", when: "after", times: 1 });
    const env = { ...NO_AWS, SEQUENCE_API_SECRET: secret() };
    const calling = new Cli(direct("--yes", "--key", "bonus"), { cwd: elsewhere, env, terminal: true });
    await calling.printed("Calling Sequence ...");
    calling.type("\u0003");
    const ended = await calling.ended;
    assert.equal(ended.code, 1);
    assert.match(ended.stdout, /\nIt is not known whether the rule ran: look in Sequence\..*--key bonus\. Another key/);
  });

  describe("show nothing of a credential", () => {
    const PASTED = "zq7Kx9Wv3Tm8Jb5Yd2Rf";
    /** Not even a part of it: a terminal that echoes shows each character. */
    const showsNothing = ({ stdout }: Ended, value: string) =>
      assert.ok(![...value].some((_, at) => stdout.includes(value.slice(at, at + 6)) && at + 6 <= value.length));

    it("that is typed into fill-secret", async () => {
      const operated = await servedStack(join(programs, "operator-secrets"));
      try {
        const fill = (answer: (cli: Cli) => void) =>
          asked(["fill-secret", "payday", "--sandbox", operated.page.url], "it has none yet): ", answer);
        for (const keys of [`${PASTED}\u0003`, "\u0004"]) {
          const ended = await fill((cli) => cli.type(keys));
          showsNothing(ended, PASTED);
          assert.match(ended.stdout, /error: the input ended before every value was given; nothing was stored\r\n$/);
          assert.equal(ended.code, 1);
        }
        const nothing = await fill((cli) => cli.type("\r"));
        assert.match(nothing.stdout, /Nothing was stored\.\r\nerror: ru_9 still has no value\r\n$/);
        const stored = await fill((cli) => cli.type(`${PASTED}\r`));
        showsNothing(stored, PASTED);
        assert.equal(stored.code, 0, stored.stdout);
        assert.match(stored.stdout, /Stored ru_9\./);
        const kept = await asked(
          ["fill-secret", "payday", "--sandbox", operated.page.url],
          "keeps the value that is there): ",
          (cli) => cli.type("\r"),
        );
        assert.match(kept.stdout, /Nothing was stored\.\r\n$/);
      } finally {
        await operated.stop();
      }
    });

    it("that is typed into trigger --stdin, which then asks as ever", async () => {
      const before = calls();
      const cli = new Cli(direct("--stdin"), { cwd: elsewhere, env: NO_AWS, terminal: true });
      await cli.printed("API secret: paste it, which isn't shown, and press Enter: ");
      cli.type(`${secret()}\r`);
      await cli.printed("Type yes: ");
      cli.type("yes\r");
      const ended = await cli.ended;
      showsNothing(ended, secret());
      assert.deepEqual([ended.code, calls()], [0, before + 1], ended.stdout);
    });
  });
});
