import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

type Texts = Readonly<Record<string, string>>;

describe("the check of the changelog", () => {
  let problemsOf: (now: Texts, released?: Texts) => string[];
  let files: string[];
  before(async () => {
    const check = await import(pathToFileURL(join(__dirname, "..", "build", "changelog.mjs")).href);
    problemsOf = check.problemsOf;
    files = check.interfaces;
  });

  const released = "# Changelog\n\n## 1.0.0\n\n- First version.\n  Upgrade: nothing changes.\n";
  const texts = (changelog: string, schema = "as released"): Texts => ({
    "CHANGELOG.md": changelog,
    ...Object.fromEntries(files.map((file) => [file, schema])),
  });
  const withEntry = (entry: string) => released.replace("## 1.0.0", `## Unreleased\n\n- ${entry}\n\n## 1.0.0`);

  it("asks for an entry when the schema or the list of resources has changed", () => {
    const [problem, ...others] = problemsOf(texts(released, "changed"), texts(released));
    assert.match(problem ?? "", /schema\.json and .*quickstart-resources\.txt differ from the last release/);
    assert.deepEqual(others, []);
    assert.deepEqual(problemsOf(texts(withEntry("New. Upgrade: in place."), "changed"), texts(released)), []);
  });

  it("asks for none when nothing has changed", () => {
    assert.deepEqual(problemsOf(texts(released), texts(released)), []);
  });

  it("asks every new entry for its effect on stacks", () => {
    assert.match(
      problemsOf(texts(withEntry("New."), "changed"), texts(released)).join(),
      /"New\.…" is without its effect/,
    );
    assert.match(problemsOf(texts(withEntry("New."))).join(), /"New\.…" is without its effect/);
  });

  it("leaves entries of the release alone, wherever they stand now", () => {
    const before = texts("# Changelog\n\n## Unreleased\n\n- Old without a word.\n");
    assert.deepEqual(problemsOf(texts("# Changelog\n\n## 1.0.0\n\n- Old without\n  a word.\n"), before), []);
  });
});
