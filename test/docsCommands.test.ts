import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readOptions } from "../campaign/options";
import { parseEventMessage } from "../lambda/agreements/eventMessage";
import { parseWorkMessage } from "../lambda/agreements/workMessage";
import { blocksOf, pages } from "./support/docBlocks";

const root = join(__dirname, "..");
const NOW = Date.parse("2026-12-02T00:00:00Z");

const LANGUAGES = { pages: ["docs/languages.md"], by: "test/examples.test.ts" };
/** Which tests check the blocks in these languages, and on which pages they look; on all, if none is named. All others are taken for commands. */
const CHECKED_ELSEWHERE: Readonly<Record<string, { readonly pages?: readonly string[]; readonly by: string }>> = {
  mermaid: { by: "pictures, which nothing checks" },
  ts: {
    by: "test/docsExamples.test.ts, test/docsRun.test.ts, test/docsSnippets.test.ts and test/testing/docs.test.ts",
  },
  text: { pages: ["docs/cli.md"], by: "test/cli/docs.test.ts" },
  json: { pages: ["docs/amounts.md"], by: "test/docsSnippets.test.ts" },
  yaml: {
    pages: ["README.md", "docs/languages.md", "docs/sandbox-yaml.md"],
    by: "test/endToEnd/sandboxYaml.test.ts and test/examples.test.ts",
  },
  ...{ python: LANGUAGES, go: LANGUAGES, csharp: LANGUAGES, java: LANGUAGES },
};
/** Blocks without a language that are no commands. */
const NO_COMMANDS: readonly (readonly [page: string, start: string, why: string])[] = [
  ["docs/operations.md", "fields time, amount, code", "by test/docsSnippets.test.ts"],
  ["docs/operations.md", "$ npx sequence-remote-api history", "by test/cli/stack/history.test.ts"],
  ["docs/triggers.md", "Sequence: the month's digest", "by test/endToEnd/digest.test.ts"],
  [
    "docs/sandbox-yaml.md",
    "# yaml-language-server: $schema=node_modules/sequence-remote-api/dist/sandbox.schema.json",
    "a comment for editors",
  ],
];

const blocks = pages.flatMap(blocksOf);
const noCommands = (page: string, code: string) =>
  NO_COMMANDS.some(([of, start]) => of === page && code.startsWith(start));
const commandBlocks = blocks.filter(
  ({ language, page, code }) => !(language in CHECKED_ELSEWHERE) && !noCommands(page, code),
);
/** Every command line of the pages: of their blocks, and of what is marked as code in their text. */
const lines = [
  ...commandBlocks.flatMap(({ place, code }) =>
    code
      .replace(/ \\\n/g, "")
      .trim()
      .split("\n")
      .map((line) => ({ place, line: line.trim() })),
  ),
  ...pages.flatMap((page) =>
    [
      ...textOf(page)
        .replace(/^ *```[\s\S]*?^ *```$/gm, "")
        .matchAll(/`((?:npx|npm|pnpm|node|aws) [^`]+)`/g),
    ].map(([, line = ""]) => ({ place: page, line: line.replaceAll("\n", " ") })),
  ),
];
const help = textOf("docs/cli.md");
const helpOf = (command: string) => help.split(/^### /m).find((each) => each.startsWith(`${command}\n`));

describe("the commands in the docs", () => {
  it("are all that stands in blocks without a language", () => {
    const known = /^(npm|npx|pnpm|node|pulumi|aws|cd|if|const|}|#)/;
    for (const { place, line } of lines) assert.match(line, known, place);
    for (const [page, start] of NO_COMMANDS)
      assert.ok(
        blocks.some((block) => block.page === page && block.code.startsWith(start)),
        `${page} has no ${start}`,
      );
  });

  it("leave no block of another language to nobody", () => {
    for (const { place, page, language } of blocks) {
      const { pages: known = [page], by } = CHECKED_ELSEWHERE[language] ?? { by: "" };
      assert.ok(known.includes(page), `${place}: ${by} looks only at ${known}`);
    }
  });

  it("are commands of this package, with options that they have", () => {
    const ours = lines.flatMap(({ place, line }) =>
      [...line.matchAll(/sequence-remote-api (?![.\s@|]|--?\w+-? )([a-z][\w-]*)([^|#&]*)/g)].map(
        ([, command = "", rest = ""]) => ({ place, command, rest: rest.replace(/ {3}.*/, "") }),
      ),
    );
    assert.ok(ours.length > 30);
    for (const { place, command, rest } of ours) {
      const text = helpOf(command);
      assert.ok(text, `${place}: there is no command ${command}`);
      for (const [option] of rest.matchAll(/--[a-z][\w-]*/g))
        assert.match(text, new RegExp(`^ .*${option}\\b`, "m"), `${place}: ${command} has no ${option}`);
    }
  });

  it("are scripts of package.json where they are npm's", () => {
    const { scripts } = JSON.parse(textOf("package.json"));
    const run = lines.flatMap(({ place, line }) =>
      [...line.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, script = ""]) => ({ place, script })),
    );
    assert.ok(run.length > 10);
    for (const { place, script } of run) assert.ok(scripts[script], `${place}: there is no script ${script}`);
    for (const { line } of lines.filter((each) => /^npm run campaign -- (?!--over-http)/.test(each.line)))
      readOptions(line.replace(/^.*? -- | {3}.*| \.\.\./g, "").split(" "));
  });

  it("give JSON where they say so, and messages that are understood", () => {
    const given = lines.flatMap(({ place, line }) =>
      [...line.matchAll(/--([\w-]+) '([{[].*?)'(?: |$)/g)].map(([, option, json = ""]) => ({ place, option, json })),
    );
    assert.ok(given.length >= 4);
    for (const { place, json } of given) assert.doesNotThrow(() => JSON.parse(json), place);
    const messages = given.filter(({ option }) => option === "message-body");
    assert.ok(messages.length > 0);
    for (const { place, json } of messages) assert.equal(parseWorkMessage(json, NOW).kind, "again", place);
  });

  it("and events in the text are understood", () => {
    const events = pages.flatMap(
      (page) => textOf(page).match(/(?<=`)\{"trigger":"[\w-]+","event":"[^`]+\}(?=`)/g) ?? [],
    );
    assert.ok(events.length >= 2);
    for (const event of events) assert.ok(!("reason" in parseEventMessage(event)), event);
  });
});

function textOf(file: string): string {
  return readFileSync(join(root, file), "utf8");
}
