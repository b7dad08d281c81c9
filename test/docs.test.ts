import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pages } from "./support/docBlocks";

const root = join(__dirname, "..");

/** The widest row of a table that can be read without scrolling. */
const WIDEST_ROW = 160;

/** Folders of the repository; what begins with one of them in backticks is a path. `dist` is made by the build. */
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "dist" && entry.name !== "node_modules")
  .map(({ name }) => name);

describe("the documentation", () => {
  for (const page of pages) {
    const prose = withoutCode(textOf(page));

    it(`${page}: has no row of a table that is longer than a line`, () => {
      const rows = prose.split("\n").filter((line) => line.startsWith("|") && line.length > WIDEST_ROW);
      assert.deepEqual(rows, []);
    });

    it(`${page}: links to pages, sections and files that exist`, () => {
      for (const [link, target = ""] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [path = "", section] = target.split("#");
        const file = path === "" ? page : relative(root, join(root, dirname(page), path));
        assert.ok(existsSync(join(root, file)), `${link}: there is no ${file}`);
        if (section !== undefined)
          assert.ok(sectionsOf(file).includes(section), `${link}: ${file} has no section ${section}`);
      }
    });

    it(`${page}: names files that exist`, () => {
      for (const [, name = ""] of prose.matchAll(/`([\w.-]+\/[\w./*-]*)`/g)) {
        if (!folders.includes(name.split("/")[0] as string)) continue;
        assert.ok(existing(name), `there is no ${name}`);
      }
    });
  }

  it("has a page for each that the sources name", () => {
    for (const file of sources())
      for (const [name] of textOf(file).matchAll(/\bdocs\/[\w/-]+\.md\b/g))
        assert.ok(existsSync(join(root, name)), `${file} names ${name}`);
  });

  it("has the sections of the contract that the sources cite", () => {
    const sections = [...textOf("docs/contract.md").matchAll(/^## (\d+)\./gm)].map(([, number]) => number);
    const cited = sources().flatMap((file) =>
      [...textOf(file).matchAll(/contract sections? ([\d, and to]+\d|\d)/gi)].flatMap(([, numbers = ""]) =>
        (numbers.match(/\d+/g) ?? []).map((number) => ({ file, number })),
      ),
    );
    assert.ok(cited.length > 10);
    for (const { file, number } of cited) assert.ok(sections.includes(number), `${file} cites section ${number}`);
  });

  it("lists every decision", () => {
    const listed = textOf("docs/decisions/README.md");
    for (const file of filesUnder("docs/decisions").filter((each) => !each.endsWith("README.md")))
      assert.ok(listed.includes(`(${file.slice("docs/decisions/".length)})`), file);
  });
});

function textOf(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** Examples in code blocks name files of the user's own. */
function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, "");
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}

function sources(): string[] {
  return ["build", "campaign", "cli", "lambda", "page", "provider", "sandbox", "testing"]
    .flatMap(filesUnder)
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file));
}

/** The anchors that GitHub makes of a page's headings. */
function sectionsOf(page: string): string[] {
  return [...withoutCode(textOf(page)).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

/** `*` stands for any part of a name in the last folder. */
function existing(path: string): boolean {
  if (!path.includes("*")) return existsSync(join(root, path));
  const pattern = new RegExp(`^${path.replace(/[.]/g, "\\.").replaceAll("*", "[^/]*")}$`);
  return filesUnder(dirname(path)).some((file) => pattern.test(file));
}
