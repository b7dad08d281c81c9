import assert from "node:assert/strict";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { describeInChromium, launch, type Served, serve } from "./chromium";
import { whatOverlaps, whatSticksOut } from "./layout";

const axe = createRequire(__filename).resolve("axe-core/axe.min.js");

/** What the scripts below need of the browser; these tests are compiled for Node.js. */
interface Window {
  readonly document: {
    readonly activeElement: { readonly textContent: string };
    querySelectorAll(selector: string): Iterable<object>;
  };
  getComputedStyle(element: object): Record<"transitionDuration" | "animationName", string>;
}

const screens = ["money", "occurrences", "amounts", "break", "outbox", "log"];

describeInChromium("The page for everyone", () => {
  let browser: Browser;
  let served: Served;
  let occurrence: string;

  before(async () => {
    browser = await launch();
    served = await serve();
    const { sandbox } = served;
    sandbox.setBalance("Chase Credit Card", { unknown: "the bank does not answer" });
    await sandbox.clock.advanceToNext("payday");
    sandbox.fault({ status: 500, times: 3 });
    await sandbox.clock.advanceToNext("payday");
    await sandbox.clock.advanceBy({ hours: 3 });
    sandbox.configureRule("ru_12345", { remote: false });
    await sandbox.clock.advanceToNext("payday");
    await sandbox.clock.advanceBy({ minutes: 10 });
    sandbox.fault({ status: 429 });
    sandbox.setStopSwitch(true);
    occurrence = `occurrence/${encodeURIComponent("payday@2026-12-15T14:00:00Z")}`;
  });
  after(async () => {
    await browser?.close();
    await served?.stop();
  });

  async function open(options: Parameters<Browser["newPage"]>[0]): Promise<Page> {
    // The policy refuses a script that a test brings along, as it refuses everybody's.
    const page = await browser.newPage({ bypassCSP: true, ...options });
    await page.goto(served.page.url);
    await page.locator("main h1").waitFor({ state: "attached" });
    return page;
  }

  async function visit(page: Page, screen: string): Promise<void> {
    await page.goto(`${served.page.url}#/${screen}`);
    await page.locator("main h1, main h2").first().waitFor({ state: "attached" });
    await page.locator("main .loading").waitFor({ state: "detached" });
    await page.locator("main li, main tr").first().waitFor();
  }

  const ways = [
    { name: "light, on a desktop", options: { viewport: { width: 1280, height: 800 }, colorScheme: "light" } },
    { name: "dark, on a desktop", options: { viewport: { width: 1280, height: 800 }, colorScheme: "dark" } },
    { name: "light, on a phone", options: { viewport: { width: 390, height: 844 }, colorScheme: "light" } },
    { name: "dark, on a phone", options: { viewport: { width: 390, height: 844 }, colorScheme: "dark" } },
  ] as const;

  for (const { name, options } of ways)
    it(`breaks no rule of axe, and nothing sticks out, is cut or lies on something else: ${name}`, async () => {
      const page = await open(options);
      for (const screen of [...screens, occurrence]) {
        await visit(page, screen);
        await page.addScriptTag({ path: axe });
        const violations = await page.evaluate(async () => {
          const { violations } = await (globalThis as unknown as { axe: typeof import("axe-core") }).axe.run();
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`);
        });
        assert.deepEqual(violations, [], screen);
        assert.deepEqual(await page.evaluate(whatSticksOut), [], screen);
        assert.deepEqual(await page.evaluate(whatOverlaps), [], screen);
      }
      await page.close();
    });

  it("can be used with the keyboard alone", async () => {
    const page = await open({ viewport: { width: 1280, height: 800 } });
    const focused = () => page.evaluate(() => (globalThis as unknown as Window).document.activeElement.textContent);
    const tabTo = async (text: string) => {
      for (let key = 0; key < 60; key++) {
        await page.keyboard.press("Tab");
        if ((await focused()).trim() === text) return;
      }
      assert.fail(`the keyboard does not reach "${text}"`);
    };
    await page.keyboard.press("Tab");
    assert.match(await focused(), /Skip to the content/);
    await tabTo("Amounts");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Amounts" }).waitFor();
    const { length } = served.sandbox.amountReports;
    await tabTo("Ask now");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Ask now: rent", disabled: false }).waitFor();
    await page.waitForFunction(
      () => (globalThis as unknown as Window).document.activeElement.textContent.trim() === "Ask now",
    );
    assert.equal(served.sandbox.amountReports.length, length + 1);
    await page.close();
  });

  it("moves nothing for those who want no motion", async () => {
    const page = await open({ reducedMotion: "reduce" });
    await visit(page, occurrence);
    const moving = await page.evaluate(
      () =>
        [...(globalThis as unknown as Window).document.querySelectorAll("*")].filter((element) => {
          const style = (globalThis as unknown as Window).getComputedStyle(element);
          return style.transitionDuration !== "0s" || style.animationName !== "none";
        }).length,
    );
    assert.equal(moving, 0);
    await page.close();
  });
});
