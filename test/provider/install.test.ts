import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { engineCommandIn, PluginProcess } from "./pluginProcess";
import { root } from "./support";

const run = promisify(execFile);
const npm = (args: string[], cwd: string) => run("npm", args, { cwd, shell: process.platform === "win32" });

/** The packages that npm has installed here, for the most part without a copy of the files. */
function linkPackages(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    // npm writes its list of what is installed in place: into a copy, never into ours.
    const shared = entry.name !== ".package-lock.json";
    if (entry.isDirectory()) linkPackages(source, target);
    else if (entry.isFile())
      try {
        if (shared) linkSync(source, target);
        else copyFileSync(source, target);
      } catch {
        copyFileSync(source, target);
      }
  }
}

describe("the package as npm installs it", function () {
  this.timeout(180_000);
  let folder: string;
  let installed: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "sequence-install-"));
    const { pack } = await import(pathToFileURL(join(root, "build", "pack.mjs")).href);
    pack(join(folder, "package.tgz"));
    installed = join(folder, "node_modules", "sequence-remote-api");
    mkdirSync(installed, { recursive: true });
    await run("tar", ["-xzf", join(folder, "package.tgz"), "--strip-components=1", "-C", installed]);
    linkPackages(join(root, "node_modules"), join(installed, "node_modules"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("has no sources, and needs none for the `npm install` that Pulumi's engine runs in it", async () => {
    assert.ok(!existsSync(join(installed, "provider")));
    const { stdout } = await npm(["install", "--offline", "--no-audit", "--no-fund"], installed);
    assert.match(stdout, /> node build\/prepare\.mjs/);
  });

  it("is started by the engine from there, and answers the schema", async () => {
    const plugin = await PluginProcess.start(engineCommandIn(installed), folder);
    try {
      assert.equal(await plugin.schema(), readFileSync(join(root, "dist", "schema.json"), "utf8"));
    } finally {
      await plugin.stop();
    }
  });

  it("says so if it is incomplete", async () => {
    rmSync(join(installed, "dist", "schema.json"));
    await assert.rejects(npm(["run", "prepare"], installed), /is incomplete: install it again/);
  });
});

describe("`npm install` in a clone", () => {
  let clone: string;
  /** Runs npm's `prepare`; the result says whether it built. */
  async function prepare(): Promise<boolean> {
    const { stdout } = await run(process.execPath, [join(clone, "build", "prepare.mjs")]);
    return stdout.includes("building");
  }

  before(() => {
    clone = mkdtempSync(join(tmpdir(), "sequence-clone-"));
    for (const file of ["prepare.mjs", "upToDate.mjs"])
      cpSync(join(root, "build", file), join(clone, "build", file), { recursive: true });
    writeFileSync(
      join(clone, "build", "build.mjs"),
      `import { mkdirSync } from "node:fs";
       import { hashOf, stampDist } from "./upToDate.mjs";
       const root = process.argv[1].replace(/build.prepare.mjs$/, "");
       console.log("building");
       mkdirSync(root + "dist", { recursive: true });
       stampDist(root, hashOf(root));`,
    );
    mkdirSync(join(clone, "provider", "parts"), { recursive: true });
    writeFileSync(join(clone, "provider", "parts", "a.ts"), "one");
    writeFileSync(join(clone, "package.json"), '{"type":"commonjs"}');
  });
  after(() => rmSync(clone, { recursive: true, force: true }));

  it("builds once, and again only after a source has changed, been added or gone", async () => {
    const source = join(clone, "provider", "parts", "a.ts");
    assert.equal(await prepare(), true, "nothing was built yet");
    assert.equal(await prepare(), false, "it is up to date");
    utimesSync(source, new Date(), new Date());
    assert.equal(await prepare(), false, "only a date has changed");
    writeFileSync(source, "two");
    assert.equal(await prepare(), true, "a source has changed");
    writeFileSync(join(clone, "provider", "b.ts"), "");
    assert.equal(await prepare(), true, "a source was added");
    rmSync(join(clone, "provider", "b.ts"));
    assert.equal(await prepare(), true, "a source is gone");
    rmSync(join(clone, "dist"), { recursive: true });
    assert.equal(await prepare(), true, "what was built is gone");
  });
});
