import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const text = (file: string) => readFileSync(join(__dirname, "..", file), "utf8");
const manifest = JSON.parse(text("package.json"));

/** Licences that ask no more of who uses the package than Apache-2.0 does: that notices are kept. */
const PERMISSIVE = [
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Python-2.0",
];

/** Read by a person: the first one's LICENSE is that of MIT, the second is a list of words. */
const LOOKED_AT: Readonly<Record<string, string>> = {
  "node_modules/@logdna/tail-file": "SEE LICENSE IN LICENSE",
  "node_modules/spdx-exceptions": "CC-BY-3.0",
};

describe("what the package depends on", () => {
  const rows = text("CONTRIBUTING.md").match(/^\| `[@\w/-]+`.* \|$/gm) ?? [];
  const packages = Object.entries<{ dev?: boolean; link?: boolean; license?: string }>(
    JSON.parse(text("package-lock.json")).packages,
  ).filter(([path, { dev, link }]) => path.startsWith("node_modules/") && !dev && !link);

  it("has licences that are compatible with Apache-2.0", () => {
    assert.ok(packages.length > 100);
    const others = packages.filter(([path, { license = "none" }]) => {
      const names = license.replace(/[()]/g, "").split(/ (?:AND|OR) /);
      return LOOKED_AT[path] !== license && !names.every((name) => PERMISSIVE.includes(name));
    });
    assert.deepEqual(
      others.map(([path, { license }]) => `${path}: ${license}`),
      [],
    );
  });

  it("has its licence in the package where it is bundled, and CONTRIBUTING.md says which is", () => {
    const notices = text("dist/THIRD-PARTY-LICENSES.txt");
    const bundled = [...notices.matchAll(/^(@?[\w/-]+) [\d.]+ \(([\w.-]+)\)$/gm)].map(
      ([, name = "", license = ""]) => ({
        name,
        license,
      }),
    );
    assert.deepEqual(
      bundled.filter(({ license }) => !PERMISSIVE.includes(license)),
      [],
    );
    for (const holder of ["Jason Miller", "Leon Sorokin", "Amazon.com, Inc."])
      assert.ok(notices.includes(holder), holder);
    const development = rows.slice(rows.findIndex((row) => row.includes("`@aws-sdk/client-dynamodb`")));
    const said = development.flatMap((row) =>
      /\bbundled\b/.test(row) ? [...row.matchAll(/`([@\w/-]+)`/g)].map(([, name]) => name) : [],
    );
    const found = bundled.flatMap(({ name }) => (name in manifest.devDependencies ? [name] : []));
    assert.deepEqual(said.sort(), found.sort());
  });

  it("is justified in CONTRIBUTING.md, each in one line", () => {
    const { dependencies, peerDependencies, devDependencies } = manifest;
    const names = Object.keys({ ...dependencies, ...peerDependencies, ...devDependencies });
    assert.deepEqual(
      names.filter((name) => !rows.some((row) => row.includes(`\`${name}\``))),
      [],
    );
  });
});
