import assert from "node:assert/strict";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { MINUTE_MS, PAYDAY, programs } from "../endToEnd/support";
import { describeInChromium, launch, type Served, serve } from "./chromium";

describeInChromium("The steps of an occurrence on the page", () => {
  let browser: Browser;
  let served: Served;
  let page: Page;

  before(async () => {
    browser = await launch();
  });
  afterEach(() => served?.stop());
  after(() => browser?.close());

  async function open(program: string): Promise<void> {
    served = await serve(join(programs, program), PAYDAY - MINUTE_MS);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(served.page.url);
  }
  const go = (hash: string) => page.goto(`${served.page.url}#/${hash}`);
  const see = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const step = (stage: string, nth = 0) =>
    page
      .locator(".steps > li")
      .filter({ has: page.locator(".stage", { hasText: stage }) })
      .nth(nth);
  const stages = () => page.locator(".steps .stage").allTextContents();

  it("have the check of amounts: what was expected, what holds the rule back and why, and the call once it is known", async () => {
    await open("expected-amounts");
    const { sandbox } = served;
    sandbox.setBalance("Bills", { unknown: "the bank does not answer" });
    await sandbox.clock.advanceBy({ minutes: 1, seconds: 5 });
    await go(`occurrence/${encodeURIComponent("buffer@2026-12-01T14:00:00Z")}`);
    await see("Sequence has not executed it.");
    const held = step("Check");
    await held
      .getByText("the rule isn't triggered yet: it needs an amount that isn't known", { exact: true })
      .waitFor();
    await held.getByText("expected before the first try: buffer not known").waitFor();
    await held.getByText(/buffer: BALANCE_UNKNOWN, .*the bank does not answer.*; held by holdUntilKnown/).waitFor();
    assert.ok(!(await stages()).includes("Sequence"));

    sandbox.setBalance("Bills", 12_055);
    await sandbox.clock.advanceBy({ hours: 2 });
    await see("Sequence executed it once.");
    await see("the amounts that the rule will ask for are known");
    await see("expected before the first try: buffer 200.00");
    const order = await stages();
    assert.ok(order.lastIndexOf("Check") < order.indexOf("Sequence"), order.join());
    await go(`occurrence/${encodeURIComponent("rent@2026-12-01T14:00:00Z")}`);
    await see("expected before the first try: rent 1,500.00");
    assert.deepEqual((await stages()).slice(2, 5), ["Function", "Check", "Sequence"]);
  });

  it("say of an amount that holds nothing that the rule is triggered all the same", async () => {
    await open("expected-amounts");
    served.sandbox.fault({ endpoint: "accounts", status: 401, times: 1_000 });
    await served.sandbox.clock.advanceBy({ minutes: 2 });
    await go(`occurrence/${encodeURIComponent("savings@2026-12-01T14:00:00Z")}`);
    await see("an amount isn't known; the rule is triggered all the same");
    await see(/savings: .*; not in holdUntilKnown, so it holds nothing; only a person can mend it, so it is mailed/);
  });

  it("begin with the event that was sent, its payload and its queue, and show another payload as a conflict", async () => {
    await open("invoices");
    const send = async (event: string, payload: string) => {
      await go("occurrences");
      await page.getByLabel("Event", { exact: true }).fill(event);
      await page.getByLabel("Payload").fill(payload);
      await page.getByRole("button", { name: "Send the event" }).click();
    };
    await send("4711", '{"cents":5}');
    await page.getByRole("link", { name: "invoice (event 4711)" }).click();
    await see("Sequence executed it once.");
    await step("Event").getByText("4711 was sent", { exact: true }).waitFor();
    await step("Event").getByText('with the payload {"cents":5}').waitFor();
    await step("Queue").getByText("the message waits in home-triggers-events", { exact: true }).waitFor();
    assert.ok(!(await stages()).includes("You"));

    await page.getByRole("button", { name: "Send it twice" }).click();
    await page.getByText("known by the ledger already: nothing is called").nth(1).waitFor();
    await send("4711", '{"cents":6}');
    await go(`occurrence/${encodeURIComponent("invoice@4711")}`);
    await step("Event", 3).getByText('with the payload {"cents":6}').waitFor();
    await see("known by the ledger with another payload: a conflict, and nothing is called");
    await see("Sequence executed it once.");
    await page.getByRole("button", { name: "Run again" }).click();
    await see("ran it again by hand");
    await page.getByText("known by the ledger already: nothing is called").nth(2).waitFor();
    assert.equal(served.sandbox.transfers.length, 1);
    await send("4712", "[]");
    await see('The payload is no JSON object; it must be one, such as {"cents":50000}.');
  });
});
