// Makes the pictures of the page that README.md and docs/page.md show: npm run screenshots. It needs the system's Chromium.
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = process.argv[2] ?? join(root, "docs", "images");
const { startSandbox } = await import(join(root, "dist/testing/index.js"));
const { startPage } = await import(join(root, "dist/page/server/index.js"));

const desktop = { width: 1120, height: 700 };
const phone = { width: 390, height: 844 };
const occurrence = `occurrence/${encodeURIComponent("payday@2026-12-15T14:00:00Z")}`;
/** What is shown where: the file is `page-NAME-THEME.png`. */
const pictures = [
  { name: "money", screen: "money", viewport: desktop },
  { name: "occurrence", screen: occurrence, viewport: desktop },
  { name: "phone", screen: "money", viewport: phone },
];
/** With a folder of its own, every screen is made, for people to look at. */
const all = ["money", "occurrences", occurrence, "amounts", "break", "outbox", "log"].flatMap((screen) =>
  Object.entries({ desktop, phone }).map(([device, viewport]) => ({
    ...{ name: `${device}-${screen.split("/")[0]}`, screen, viewport, fullPage: true },
  })),
);

// The functions' and Sequence's time: every run shows the same.
const sandbox = await startSandbox({ directory: root, startAt: "2026-11-29T12:00:00Z" });
sandbox.clock.pause();
const page = await startPage(sandbox, { title: "quickstart" });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  mkdirSync(folder, { recursive: true });
  await sandbox.clock.advanceToNext("payday");
  sandbox.setBalance("Main Operating Pod", 1_500_000);
  sandbox.fault({ when: "after", connection: "close", times: 2 });
  await sandbox.clock.advanceToNext("payday");
  await sandbox.clock.advanceBy({ hours: 1 });
  if (process.argv[2]) {
    sandbox.configureRule("ru_12345", { remote: false });
    await sandbox.clock.advanceToNext("payday");
    await sandbox.clock.advanceBy({ minutes: 10 });
    sandbox.fault({ status: 429, headers: { "retry-after": "30" } });
  }
  for (const colorScheme of ["light", "dark"])
    for (const { name, screen, viewport, fullPage = false } of process.argv[2] ? all : pictures) {
      const tab = await browser.newPage({ viewport, colorScheme });
      await tab.goto(`${page.url}#/${screen}`);
      await tab.locator("main li, main tr").first().waitFor();
      await tab.locator("main .loading").waitFor({ state: "detached" });
      if (screen === "money") await tab.locator(".plot canvas").waitFor();
      await tab.screenshot({ path: join(folder, `page-${name}-${colorScheme}.png`), fullPage });
      await tab.close();
    }
} finally {
  await browser.close();
  await page.stop();
  await sandbox.stop();
}
