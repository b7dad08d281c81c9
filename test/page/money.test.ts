import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { describeInChromium, launch, type Served, serve } from "./chromium";

describeInChromium("The page in a browser", () => {
  let browser: Browser;
  let served: Served;
  let page: Page;
  const problems: string[] = [];

  before(async () => {
    browser = await launch();
    served = await serve();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    // What a strict policy refuses is an error in the console, too.
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("request", (request) => request.url().startsWith(served.page.url) || problems.push(request.url()));
    await page.goto(served.page.url);
  });
  after(async () => {
    await browser?.close();
    await served?.stop();
  });

  const go = (hash: string) => page.goto(`${served.page.url}#/${hash}`);
  const press = (name: string | RegExp) => page.getByRole("button", { name, exact: true }).click();
  const see = (text: string | RegExp) => page.getByText(text).first().waitFor();

  it("says what to do while nothing has happened, on every screen", async () => {
    await see(/Nothing has moved yet. Press Next occurrence/);
    for (const [screen, text] of [
      ["occurrences", /No trigger has come due yet/],
      ["amounts", /Nobody has asked yet/],
      ["outbox", /Empty: nothing was given up/],
      ["log", /No line yet/],
      ["occurrence/payday@never", /no such occurrence/],
    ] as const) {
      await go(screen);
      await see(text);
    }
    await go("money");
  });

  it("shows on the first screen, without scrolling, each account's change and the last transfer's rule and reason", async () => {
    await press("Go to the next occurrence");
    await see("rounded down to whole $100.00");
    const onScreen = async (text: string) => {
      const box = await page.getByText(text, { exact: false }).first().boundingBox();
      assert.ok(box && box.y >= 0 && box.y + box.height <= 800, `${text} is at ${JSON.stringify(box)}`);
    };
    for (const text of ["−$4,300.00", "+$1,500.00", "+$200.00", "+$2,600.00", "Payday split"]) await onScreen(text);
    await onScreen("Main Operating Pod has $12,642.77; what is above $10,000.00");
    await page.locator(".plot canvas").waitFor();
  });

  for (const [name, banners] of [
    ["on a phone", 0],
    ["on a phone with a banner", 1],
    ["on a phone with three banners", 3],
  ] as const)
    it(`shows all of that ${name}, too`, async () => {
      const { sandbox } = served;
      sandbox.setStopSwitch(banners > 0);
      if (banners > 1) sandbox.fault({ status: 500, forSeconds: 3600 });
      if (banners > 1) await sandbox.revokeAmountUrls();
      const phone = await browser.newPage({ viewport: { width: 390, height: 844 } });
      await phone.goto(served.page.url);
      for (const text of [
        ...["", "The stop switch is on", "", "3 notices: stop switch, revoked URLs, broken on purpose"].slice(
          banners,
          banners + 1,
        ),
        ...["−$4,300.00", "+$1,500.00", "+$200.00", "+$2,600.00", "Rule Payday split"],
        ...["Main Operating Pod has $12,642.77; what is above $10,000.00", "rounded down to whole $100.00"],
      ].filter(Boolean)) {
        const place = phone.getByText(text).first();
        await place.waitFor();
        const box = await place.boundingBox();
        assert.ok(box && box.y >= 0 && box.y + box.height <= 844, `${text} is at ${JSON.stringify(box)}`);
      }
      if (banners > 1) {
        await phone.getByText("3 notices").click();
        for (const button of ["Turn it off", "Paste the new ones", "Repair everything"]) {
          await phone.getByRole("button", { name: button }).click();
          await phone.getByRole("button", { name: button }).waitFor({ state: "detached" });
        }
      }
      await phone.close();
      sandbox.setStopSwitch(false);
    });

  it("shows an occurrence step by step, and one execution although it is delivered twice", async () => {
    await page
      .getByRole("link", { name: /^payday, Tue, Dec 1/ })
      .first()
      .click();
    await see("Sequence executed it once.");
    await press("Deliver twice");
    await see("known by the ledger already: nothing is called");
    await see("Sequence executed it once.");
    const steps = await page.locator(".steps .stage").allTextContents();
    for (const stage of ["Scheduler", "Queue", "Function", "Sequence", "Amount", "Transfer", "Ledger"])
      assert.ok(steps.includes(stage), stage);
    await page.locator(".ledger").getByText("executed", { exact: true }).first().waitFor();
    await page.locator("summary", { hasText: "of Function" }).first().click();
    await page.locator("summary", { hasText: "occurrence.executed" }).first().waitFor();
    assert.equal(served.sandbox.transfers.length, 3);
  });

  it("hides an amount's URL until it is asked for, asks, and says what it would be", async () => {
    await go("amounts");
    assert.equal(await page.getByText("http://127.0.0.1").count(), 0);
    await press("Show URL of rent");
    await see(served.sandbox.amountUrls["amountUrls.rent"] as string);
    await page.getByLabel("If Bills Pod had $").fill("450.00");
    await page.getByLabel("If Bills Pod had $").press("Enter");
    await see("It would answer $50.00.");
  });

  it("travels a month, and shows all that came due in its order", async () => {
    await press("Go on by a month, 30 days");
    await go("occurrences");
    await see("2 occurrences");
    const dates = await page.locator(".rows li > span:first-child").allTextContents();
    assert.deepEqual(dates, ["Tue, Dec 15, 2026, 09:00 EST", "Tue, Dec 1, 2026, 09:00 EST"]);
    await page.getByLabel("Filter").fill("12-15");
    await see("1 of 2 occurrences");
    assert.match(page.url(), /#\/occurrences\?q=12-15$/);
  });

  it("loads nothing from elsewhere, and breaks no rule of its own policy", () => {
    assert.deepEqual(
      problems.filter((text) => !/404/.test(text)),
      [],
    );
  });
});
