import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { type Page as ServedPage, startPage } from "../../page/server";
import { Sandbox } from "../../sandbox";
import { root, START } from "../endToEnd/support";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The system's Chromium; CHROMIUM_PATH names another one. */
const executablePath = process.env.CHROMIUM_PATH ?? PLACES.find((place) => existsSync(place));

/** Tests in a real Chromium. Without one they are skipped, which is said. */
export function describeInChromium(title: string, tests: () => void): void {
  if (executablePath) return void describe(title, tests);
  console.warn(`SKIPPED, because there is no Chromium (apt-get install chromium, or set CHROMIUM_PATH): ${title}`);
  describe.skip(title, tests);
}

export function launch(): Promise<Browser> {
  // A container's root may not have a sandbox of its own, and every page here is ours.
  return chromium.launch({ executablePath: executablePath as string, args: ["--no-sandbox"] });
}

let built: Promise<void> | undefined;

/** The page's script and styles, made of the sources as they are. */
function build(): Promise<void> {
  built ??= bundle();
  return built;
}

async function bundle(): Promise<void> {
  const { bundlePage } = await import("../../build/bundle.mjs" as string);
  await bundlePage(root, join(root, "dist", "page", "browser"));
}

/** A sandbox with its page, and the way to end both. */
export interface Served {
  readonly sandbox: Sandbox;
  readonly page: ServedPage;
  stop(): Promise<void>;
}

/** The quickstart with its page, two days before its payday unless another program is given. */
export async function serve(directory = root, startAt = START): Promise<Served> {
  await build();
  const sandbox = await Sandbox.start({ directory, startAt });
  const page = await startPage(sandbox, { title: "quickstart" });
  return {
    ...{ sandbox, page },
    async stop() {
      await page.stop();
      await sandbox.stop();
    },
  };
}
