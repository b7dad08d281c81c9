import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { closureTools } from "../../../sandbox/engine/pulumiSpeed";

const root = join(__dirname, "..", "..", "..");

/** Which closure tools are loaded when a process of its own has run `script`, and what the script printed before. */
function loadedAfter(script: string): { readonly loaded: string[]; readonly printed: string } {
  const tools = JSON.stringify(closureTools(createRequire(require.resolve("@pulumi/pulumi"))));
  const tellLoaded = `console.log(${tools}.filter((file) => file in require.cache).join());`;
  const lines = `(async () => { ${script} })().then(() => { ${tellLoaded} process.exit(); });`;
  const run = spawnSync(process.execPath, ["--import", "tsx", "-e", lines], { cwd: root, encoding: "utf8" });
  assert.equal(run.status, 0, run.stderr);
  const printed = run.stdout.trimEnd().split("\n");
  const files = printed.pop() as string;
  return { loaded: files === "" ? [] : files.split(","), printed: printed.join("\n") };
}

const LOAD_SDK = `const { pulumi } = require("./sandbox/engine/pulumiInternals.ts").loadSdk(process.cwd());`;

describe("What makes Pulumi faster in the sandbox", () => {
  it("is still needed: by itself Pulumi loads its closure tools with its index", () => {
    const { loaded } = loadedAfter(`require("@pulumi/pulumi");`);
    assert.deepEqual(loaded.map((file) => basename(file)).sort(), ["index.js", "typescript.js"]);
  });

  it("keeps Pulumi from loading the closure tools: see what it requires now, and correct CLOSURE_TOOLS", () => {
    assert.deepEqual(loadedAfter(LOAD_SDK).loaded, []);
  });

  it("loads them as soon as a program has code made of a closure", () => {
    const { loaded, printed } = loadedAfter(
      `${LOAD_SDK}
       const factor = 7;
       console.log((await pulumi.runtime.serializeFunction((amount) => amount * factor)).text);
       console.log((await pulumi.runtime.computeCodePaths()).size > 0);`,
    );
    assert.match(printed, /return \(amount\) => amount \* factor;/);
    assert.match(printed, /^true$/m);
    assert.equal(loaded.length, 2);
  });

  it("leaves TypeScript itself to whoever else asks for it", () => {
    const { printed } = loadedAfter(`${LOAD_SDK} console.log(Object.keys(require("typescript")).length > 100);`);
    assert.equal(printed, "true");
  });
});
