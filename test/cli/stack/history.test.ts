import assert from "node:assert/strict";
import { join } from "node:path";
import { MINUTE_MS, PAYDAY, pass, programs, root } from "../../endToEnd/support";
import { blocksOf } from "../../support/docBlocks";
import { endAll } from "../support";
import { type ServedStack, servedStack } from "./support";

interface History {
  readonly occurrences: readonly Record<string, unknown>[];
  readonly found: number;
  readonly itemsRead: number;
  readonly isWhole: boolean;
  readonly foreignKeys: readonly string[];
}

describe("sequence-remote-api history", function () {
  this.timeout(120_000);
  let served: ServedStack;

  before(async () => {
    served = await servedStack(join(programs, "expected-amounts"), { startAt: PAYDAY - MINUTE_MS });
    const { sandbox } = served;
    sandbox.sequence.fault({ endpoint: "trigger", ruleId: "ru_rent", status: 400, times: 1 });
    sandbox.sequence.setBalance("Bills", { unknown: "the bank does not answer" });
    await pass(sandbox, 2 * MINUTE_MS);
    sandbox.runAgain("savings", { occurrence: "bonus" });
    await pass(sandbox, MINUTE_MS);
    sandbox.cloud.tables.put(ledger(), { key: { S: "somebody-else" }, state: { S: "new" } });
  });
  after(() => served?.stop());
  afterEach(endAll);

  const ledger = () =>
    String(served.sandbox.deployment.resources.find(({ type }) => type === "aws:dynamodb/table:Table")?.state.name);
  const history = (...args: string[]) => served.json<History>("history", ...args);
  const named = async (...args: string[]) =>
    (await history(...args)).json.occurrences.map(({ trigger, occurrence }) => occurrence ?? trigger).sort();

  it("prints what became of each occurrence, with why, and what was expected and asked", async () => {
    const { code, stdout, stderr } = await served.run("history");
    assert.equal(code, 0, stderr);
    const lines = stdout.split("\n");
    const below = (start: RegExp) => {
      const at = lines.findIndex((line) => start.test(line));
      assert.ok(at >= 0, `${start} in\n${stdout}`);
      const end = lines.findIndex((line, index) => index > at && !line.startsWith("    "));
      return lines.slice(at + 1, end);
    };
    assert.match(lines[0] ?? "", /^occurrence +trigger +state +tries +request id$/);
    assert.deepEqual(below(/^Tue, Dec 1, 2026, 09:00 EST +savings +executed +1 +[\w-]{36}$/), [
      "    expected before the first try: savings 4,000.00",
      "    asked: savings not asked",
    ]);
    const rent = below(/^Tue, Dec 1, 2026, 09:00 EST +rent +failed, not executed +1 +/);
    assert.equal(rent[0], "    expected before the first try: rent 1,500.00");
    assert.match(rent[1] ?? "", /^ {4}why: INVALID_REQUEST: .*Sequence answered 400/);
    assert.match(below(/^Tue, .* buffer +tried again later +0 +-$/)[1] ?? "", /AMOUNT_NOT_KNOWN: buffer can't be/);
    below(/^extra "bonus" +savings +executed +1 /);
    assert.match(stdout, /^4 of 4 occurrences; 5 items of home-triggers-ledger-\w+ were read in \d+\.\d s\.$/m);
    assert.match(stdout, /^Items that are not this package's: somebody-else\.$/m);
  });

  it("tells the same as JSON, with whether it was executed", async () => {
    const { code, json } = await history();
    assert.equal(code, 0);
    const { occurrences, ...rest } = json;
    assert.deepEqual(rest, { found: 4, itemsRead: 5, isWhole: true, foreignKeys: ["somebody-else"] });
    const rent = occurrences.find(({ trigger }) => trigger === "rent");
    assert.equal(rent?.executed, "no");
    assert.equal(rent?.scheduledTime, "2026-12-01T14:00:00Z");
    assert.equal(occurrences.find(({ occurrence }) => occurrence === "bonus")?.executed, "yes");
    for (const internal of ["owner", "leaseUntil", "expiresAt"])
      assert.equal(Object.hasOwn(rent ?? {}, internal), false);
  });

  it("tells what Sequence was answered first after the try, and not what another occurrence asked later", async () => {
    const url = String((served.sandbox.outputs.amountUrls as Record<string, string>).savings);
    const askNow = () => fetch(url, { method: "POST", body: "{}" });
    const askedOf = async (name: string) =>
      (await history("--trigger", "savings")).json.occurrences.find(({ occurrence = "payday" }) => occurrence === name)
        ?.asked;
    await askNow();
    const first = await askedOf("bonus");
    assert.match(String(first), /^savings 3,[89]00\.00$/);
    served.sandbox.sequence.setBalance("Main", { cents: 400_000 });
    served.sandbox.runAgain("savings", { occurrence: "second bonus" });
    await pass(served.sandbox, MINUTE_MS);
    served.sandbox.sequence.setBalance("Main", { cents: 350_000 });
    await askNow();
    assert.deepEqual([await askedOf("bonus"), await askedOf("second bonus")], [first, "savings 2,500.00"]);
  });

  it("prints what docs/operations.md shows", async () => {
    const printed = blocksOf("docs/operations.md").find(({ code }) =>
      code.startsWith("$ npx sequence-remote-api history"),
    );
    const [command = "", ...lines] = printed?.code.trimEnd().split("\n") ?? [];
    const { stdout } = await served.run(...command.split(" ").slice(3));
    // Columns are as wide as what is in them, and a request has another id and moment each time.
    const same = (text: string) =>
      text
        .replace(/ +/g, " ")
        .replace(/[\da-f-]{36}/g, "<id>")
        .replace(/asked: .*/g, "asked: …");
    for (const line of lines)
      assert.ok(same(stdout).includes(same(line).replace(/ ?\.\.\.$/, "")), `${line}\nisn't in\n${stdout}`);
    assert.ok(lines.length > 5);
  });

  it("names the expected time for which one at another time stands", async () => {
    const { tables } = served.sandbox.cloud;
    const item = tables.items(ledger()).find(({ trigger, occurrence }) => trigger?.S === "savings" && !occurrence);
    tables.put(ledger(), { ...item, standsFor: { S: "2026-12-01T15:00:00Z" } } as never);
    const { stdout } = await served.run("history", "--trigger", "savings");
    assert.match(stdout, /^ {4}in place of: Tue, Dec 1, 2026, 10:00 EST$/m);
  });

  it("tells what the rule was answered at the very moment of the try", async () => {
    const payday = await servedStack(root, { startAt: PAYDAY - MINUTE_MS });
    try {
      await pass(payday.sandbox, 2 * MINUTE_MS);
      const { json } = await payday.json<History>("history");
      assert.equal(json.occurrences[0]?.asked, "rent 1,500.00, buffer 200.00, excess 2,600.00");
    } finally {
      await payday.stop();
    }
  });

  it("keeps to a trigger, a number, and days in each trigger's zone", async () => {
    assert.deepEqual(await named("--trigger", "buffer"), ["buffer"]);
    const limited = await history("--limit", "1");
    assert.deepEqual([limited.json.occurrences.length, limited.json.found], [1, 5]);
    // In New York the first of December ends at five in UTC.
    assert.deepEqual(await named("--since", "2026-12-01"), ["bonus", "buffer", "rent", "savings", "second bonus"]);
    assert.deepEqual(await named("--until", "2026-12-01"), ["bonus", "buffer", "rent", "savings", "second bonus"]);
    assert.deepEqual(await named("--since", "2026-12-02"), []);
    assert.deepEqual(await named("--until", "2026-11-30"), []);
    assert.deepEqual(await named("--until", "2026-12-01T14:00:00Z"), ["buffer", "rent", "savings"]);
    assert.deepEqual(await named("--since", "2026-12-01T09:00:01-05:00"), ["bonus", "second bonus"]);
  });

  it("says when there is nothing, and which trigger was probably meant", async () => {
    const none = await served.run("history", "--since", "2027-01-01");
    assert.deepEqual([none.code, none.stdout.split("\n")[0]], [0, "Nothing has happened then."]);
    const { stdout } = await served.run("history", "--trigger", "savins");
    assert.match(stdout, /^The ledger has nothing of a trigger "savins". Deployed are rent, buffer, savings; did you/);
  });

  it("refuses what is no time and no number", async () => {
    const time = await served.run("history", "--since", "yesterday");
    assert.equal(time.code, 2);
    assert.match(time.stderr, /--since is "yesterday"; it must be a date such as 2026-12-01/);
    const limit = await served.run("history", "--limit", "0");
    assert.equal(limit.code, 2);
    assert.match(limit.stderr, /--limit is "0"; it must be a whole number from 1 on/);
  });
});
