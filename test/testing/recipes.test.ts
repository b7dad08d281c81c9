import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { draftSettings } from "../../sandbox";
import { type RunningSandbox, startSandbox } from "../../testing";
import { removePrograms, writeProgram } from "../support/program";

const page = readFileSync(join(__dirname, "..", "..", "docs", "recipes.md"), "utf8");
const [beginning = "", ...sections] = page.split(/^## /m);

/** The TypeScript of the page's part, with the lines that every program begins with. */
function programOf(title: string): string {
  const section = sections.find((each) => each.startsWith(`${title}\n`));
  assert.ok(section, `the page has no part "${title}"`);
  return [beginning, section].map((part) => /```ts\n(.*?)```/s.exec(part)?.[1]).join("\n");
}

describe("The recipes", () => {
  let sandbox: RunningSandbox | undefined;
  afterEach(() => sandbox?.stop());
  after(removePrograms);

  async function running(title: string, startAt: string, settings?: string): Promise<RunningSandbox> {
    const directory = writeProgram({ "index.ts": programOf(title), ...(settings && { "sandbox.yaml": settings }) });
    if (settings === undefined) {
      const { file, text } = await draftSettings(directory, {});
      writeFileSync(file, text);
    }
    sandbox = await startSandbox({ directory, startAt });
    return sandbox;
  }

  const triggered = ({ triggers }: RunningSandbox) => triggers.map(({ ruleId }) => ruleId);

  it("of several time zones run each at its own nine o'clock", async () => {
    const run = await running("Several rules, several time zones", "2026-12-31T00:00:00Z");
    await run.clock.advanceTo("2027-01-01T09:01:00-05:00");
    assert.deepEqual(triggered(run), ["ru_east"]);
    await run.clock.advanceTo("2027-01-01T09:01:00-08:00");
    assert.deepEqual(triggered(run), ["ru_east", "ru_west"]);
  });

  it("of every other week run on the 8th and the 22nd, and not on the days between and the one left out", async () => {
    const run = await running("Every other week", "2027-01-01T00:00:00Z");
    await run.clock.advanceTo("2027-01-30T00:00:00Z");
    assert.deepEqual(
      run.ledger().map(({ scheduledTime }) => scheduledTime),
      ["2027-01-08T14:00:00Z", "2027-01-22T14:00:00Z"],
    );
  });

  const workingDays = [
    [
      "New Year's Day",
      "2026-12-30T00:00:00Z",
      "2027-01-16T00:00:00Z",
      ["2026-12-31T14:00:00Z", "2027-01-15T14:00:00Z"],
    ],
    ["a Sunday", "2027-08-12T00:00:00Z", "2027-08-17T00:00:00Z", ["2027-08-13T13:00:00Z"]],
  ] as const;
  for (const [holiday, from, until, expected] of workingDays)
    it(`of the working day before ${holiday} run on that day in its place`, async () => {
      const run = await running("The working day before a holiday", from);
      await run.clock.advanceTo(until);
      assert.deepEqual(
        run.ledger().map(({ scheduledTime }) => scheduledTime),
        expected,
      );
      assert.equal(run.triggers.length, expected.length);
    });

  it("of the rent first move it while the other amount is unknown, and run the other rule once it is known", async () => {
    const run = await running("The rent first, whatever else is unknown", "2026-12-31T00:00:00Z");
    run.setBalance("Bills Pod", { unknown: "the bank does not answer" });
    await run.clock.advanceTo("2027-01-01T09:59:00-05:00");
    assert.deepEqual(triggered(run), ["ru_rent"]);
    run.setBalance("Bills Pod", 10_000);
    await run.clock.advanceTo("2027-01-01T11:00:00-05:00");
    assert.deepEqual(triggered(run), ["ru_rent", "ru_buffer"]);
    assert.deepEqual(
      run.transfers.map(({ to, cents }) => [to, cents]),
      [
        ["Savings Pod", 150_000],
        ["Bills Pod", 40_000],
      ],
    );
  });

  it("of amounts only answer a tenth, and make no schedule", async () => {
    const run = await running("Amounts only", "2026-12-31T00:00:00Z");
    run.setBalance("Client Payments Account", 1_020_050);
    assert.deepEqual(await run.ask("taxes"), { name: "taxes", amountInCents: 102_005 });
    assert.deepEqual(run.schedules(), []);
  });

  it("of events run the rule once for each, however often the message arrives", async () => {
    const run = await running("Events of your own", "2026-12-01T00:00:00Z");
    for (const event of ["invoice-4711", "invoice-4711", "invoice-4712"]) await run.sendEvent("invoice-paid", event);
    assert.deepEqual(triggered(run), ["ru_12345", "ru_12345"]);
    assert.match(String(run.outputs.eventQueueUrl), /^http/);
  });

  it("of existing secrets read them, filled by their ARN", async () => {
    const run = await running("Secrets that exist already", "2026-12-01T00:00:00Z");
    await run.clock.advanceTo("2026-12-01T09:01:00-05:00");
    assert.deepEqual(triggered(run), ["ru_12345"]);
    assert.equal(run.occurrences()[0]?.result, "done");
  });
});
