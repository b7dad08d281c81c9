import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { ask, until } from "../endToEnd/support";
import { describeInChromium, launch, type Served, serve } from "./chromium";

describeInChromium("Breaking things on the page", () => {
  let browser: Browser;
  let served: Served;
  let page: Page;

  before(async () => {
    browser = await launch();
    served = await serve();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(served.page.url);
  });
  after(async () => {
    await browser?.close();
    await served?.stop();
  });

  const go = (hash: string) => page.goto(`${served.page.url}#/${hash}`);
  const press = (name: string | RegExp) => page.getByRole("button", { name, exact: true }).click();
  const see = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const statuses = () =>
    served.sandbox.calls.flatMap(({ endpoint, status }) => (endpoint === "trigger" ? [status] : []));

  it("lets a trigger run, and shows what moved", async () => {
    await go("occurrences");
    await press("Let it run now");
    await see("payday (extra)");
    await see("$4,300.00");
  });

  it("rotates each secret, and the next payday is done", async () => {
    await go("break");
    await press("Access token");
    await see("The access token was rotated.");
    await press("API secret of Payday split");
    await see("The API secret of Payday split was rotated.");
    await press("Go to the next occurrence");
    await go(`occurrence/${encodeURIComponent("payday@2026-12-01T14:00:00Z")}`);
    await see("Sequence executed it once.");
  });

  it("revokes leaked URLs: a rule that has one gets no amount until the new one is pasted, and an alarm says so", async () => {
    const leaked = served.sandbox.amountUrls["amountUrls.rent"] as string;
    await go("break");
    await press("Revoke all amount URLs");
    await see("The rules still have amount URLs that were revoked.");
    assert.equal((await ask(leaked)).status, 404);
    await go("occurrences");
    await press("Let it run now");
    await see("asked rent:");
    await press("Go on by a day");
    await go("outbox");
    await see(/alarm-refused/);
    await press("Paste the new ones");
    await page.getByText("The rules still have").waitFor({ state: "detached" });
    await go("occurrences");
    await press("Let it run now");
    await page.locator(".rows li").nth(0).getByText("done", { exact: true }).waitFor();
    served.sandbox.setBalance("Main Operating Pod", 1_500_000);
  });

  it("shows the tries of a fault to scale, with the waits between them, and one execution", async () => {
    await go("break");
    await page.getByLabel("for a while").check();
    await page.getByLabel("minutes").fill("40000");
    await press("Break it: Dropped connection");
    await see(/Broken on purpose: Sequence executes the rule, and the connection is lost/);
    await press("Go to the next occurrence");
    await press("Repair everything");
    await press("Go on by a day");
    await go(`occurrence/${encodeURIComponent("payday@2026-12-15T14:00:00Z")}`);
    await see("Sequence executed it once.");
    await see("didn't answer");
    await see(/^\d+ (s|min) later$/);
    await page.getByRole("img", { name: /calls to Sequence within/ }).waitFor();
    assert.ok(statuses().includes("none"));
    assert.equal(served.sandbox.triggers.length, 5);
  });

  it("shows what was given up with its mail, and runs it again", async () => {
    await go("break");
    await page.getByLabel("for a while").check();
    await page.getByLabel("minutes").fill("100000");
    await press("Break it: 429 with Retry-After");
    await press("Go to the next occurrence");
    await press("Go on by a day");
    await press("Repair everything");
    await go("outbox");
    await page.getByRole("link", { name: "payday, 2027-01-01T14:00:00Z" }).waitFor();
    await see(/payday of 2027-01-01T14:00:00Z was not executed/);
    await press(/^Run again: payday/);
    await go(`occurrence/${encodeURIComponent("payday@2027-01-01T14:00:00Z")}`);
    await see("ran it again by hand");
    await see("Sequence executed it once.");
  });

  it("stops everything by the stop switch, and goes on", async () => {
    const { length } = statuses();
    await go("break");
    await press("Stop everything");
    await see("The stop switch is on: no rule is triggered.");
    await press("Go to the next occurrence");
    await go("occurrences");
    await see("waiting");
    assert.equal(statuses().length, length);
    await press("Turn it off");
    await press("Go on by a day");
    await page.getByText("The stop switch is on").waitFor({ state: "detached" });
    await until(() => served.sandbox.occurrences().at(-1)?.result === "done", "the occurrence is done");
  });

  it("can't be driven by a page elsewhere", async () => {
    const context = await browser.newContext();
    const hostile = await context.newPage();
    await context.route("http://evil.example/", (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><p>hostile</p>" }),
    );
    await hostile.goto("http://evil.example/");
    const before = served.sandbox.clock.now();
    const tried = await hostile.evaluate(async (url: string) => {
      const tries: [string, object][] = [
        ["api/overview", {}],
        ["", {}],
        ["api/do/travel", { method: "POST", body: '{"days":30}' }],
        ["api/do/travel", { method: "POST", body: '{"days":30}', mode: "no-cors" }],
        ["api/do/travel", { method: "POST", body: '{"days":30}', headers: { "x-page-token": "guess" } }],
      ];
      const told: string[] = [];
      for (const [path, options] of tries)
        told.push(
          await fetch(url + path, options).then(
            (answer) => answer.text(),
            () => "refused",
          ),
        );
      return told;
    }, served.page.url);
    for (const text of tried) assert.ok(text === "refused" || text === "", text);
    assert.ok(served.sandbox.clock.now() - before < 24 * 3600 * 1000);
    await hostile.setContent(`<iframe src="${served.page.url}"></iframe>`);
    await hostile.waitForTimeout(500);
    assert.equal(await hostile.frameLocator("iframe").locator("main").count(), 0);
    await context.close();
  });
});
