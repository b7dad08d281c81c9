import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { BalanceHistory } from "../../page/server/history";
import type { Account } from "../../testing";
import { root, START } from "../endToEnd/support";
import { removePrograms, writeProgram } from "../support/program";
import { describeInChromium, launch, type Served, serve } from "./chromium";

const quickstart = readFileSync(join(root, "examples", "quickstart", "index.ts"), "utf8");
const settings = readFileSync(join(root, "examples", "quickstart", "sandbox.yaml"), "utf8");

describeInChromium("The page of a program that changes", () => {
  let browser: Browser;
  let served: Served;
  after(async () => {
    await browser?.close();
    await served?.stop();
    removePrograms();
  });

  it("lets the trigger run that its list shows, also after the one that was chosen has gone", async () => {
    const directory = writeProgram({ "index.ts": quickstart, "sandbox.yaml": settings });
    browser = await launch();
    served = await serve(directory, START);
    const page = await browser.newPage();
    await page.goto(`${served.page.url}#/occurrences`);
    await page.getByRole("button", { name: "Let it run now" }).click();
    await page.getByText("payday ran once more").waitFor();
    const renamed = quickstart.replace("payday: {", "wages: {");
    assert.notEqual(renamed, quickstart);
    writeFileSync(join(directory, "index.ts"), renamed);
    await served.sandbox.redeploy();
    await page.locator("option", { hasText: "wages" }).waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Let it run now" }).click();
    await page.getByText("wages ran once more").waitFor();
    assert.deepEqual(
      served.sandbox.occurrences().map(({ trigger, result }) => [trigger, result]),
      [
        ["payday", "done"],
        ["wages", "done"],
      ],
    );
  });
});

describe("The page's plot", () => {
  it("keeps where it began, however many points there are", () => {
    let [now, cents] = [START, 0];
    const accounts = (): Account[] => [{ id: "1", name: "Pod", type: "Pod", balance: { known: true, cents } }];
    const history = new BalanceHistory({ accounts, clock: { now: () => now } as never, journal: undefined as never });
    for (let points = 2; points < 1300; points++) {
      [now, cents] = [now + 1000, cents + 1];
      history.onEntry({ kind: "sequence.transfer", at: now });
      const { times, series } = history.view();
      assert.deepEqual([times[0], series[0]?.cents[0], series[0]?.cents.at(-1)], [START, 0, cents]);
      assert.ok(times.length <= 602);
    }
  });
});
