import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mock } from "node:test";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { AmountKind, type RemoteApiArgs } from "../../provider";
import { bundleAmountsModule } from "../../provider/plan/amountsModule";
import type { ArchiveFiles } from "../../sandbox";
import { declaredQuickstart, quickstart } from "./quickstartProgram";
import { declare, root } from "./support";

const fixture = (file: string) => join(root, "test", "fixtures", "amounts", file);
const custom: Partial<RemoteApiArgs> = {
  amountsModule: fixture("payday.ts"),
  amounts: { bonus: { kind: "Custom" }, tithe: { kind: "Custom", export: "default" } },
};

const digests = (archives: Readonly<Record<string, ArchiveFiles>>) =>
  Object.entries(archives).flatMap(([name, files]) =>
    Object.entries(files).map(([file, bytes]) => `${name}/${file} ${createHash("sha256").update(bytes).digest("hex")}`),
  );

describe("the functions' archives", () => {
  for (const [title, changes] of Object.entries({ "of the quickstart": {}, "with Custom amounts": custom }))
    it(`${title} are the same bytes in two deployments, so that a second one changes nothing`, async () => {
      const first = await declare(() => quickstart(changes));
      const second = await declare(() => quickstart(changes));
      assert.deepEqual(digests(second.archives), digests(first.archives));
    });

  it("hold the bundle and its configuration, and nothing else", async () => {
    const { archives } = await declaredQuickstart();
    assert.deepEqual(Object.keys(archives).sort(), ["sequence-amounts-function", "sequence-triggers-function"]);
    for (const files of Object.values(archives)) {
      assert.deepEqual(Object.keys(files).sort(), ["config.json", "index.js"]);
      assert.ok((files["index.js"]?.length ?? 0) > 10_000);
    }
  });

  it("hold the function that can't read accounts only where no amount needs them", async () => {
    const amountFunction = async (amounts: RemoteApiArgs["amounts"]) => {
      const { archives } = await declare(() => quickstart({ amounts }));
      return archives["sequence-amounts-function"]?.["index.js"]?.toString();
    };
    const built = (name: string) => readFileSync(join(root, "dist/functions", name, "index.js"), "utf8");
    const rent = { kind: AmountKind.Fixed, cents: 150_000 };
    const bills = { kind: AmountKind.TopUp, account: "Bills Pod", targetCents: 50_000 };
    assert.equal(await amountFunction({ rent }), built("fixedAmount"));
    assert.equal(await amountFunction({ rent, bills }), built("amount"));
  });

  it("hold the amounts module as JavaScript, with what it imports; nothing of it ran", async () => {
    const { archives } = await declare(() => quickstart(custom));
    const files = archives["sequence-amounts-function"] ?? {};
    assert.deepEqual(Object.keys(files).sort(), ["amounts.js", "amounts.js.map", "config.json", "index.js"]);
    const code = String(files["amounts.js"]);
    assert.match(code, /Math\.floor/);
    assert.doesNotMatch(code, /: number/);
    // Its own paths would differ from checkout to checkout.
    assert.ok(!code.includes(root));
    assert.throws(
      () => new Function("module", "exports", "require", code)({}, {}, require),
      /the amounts module was run/,
    );
  });

  it("hold the amounts module's source map without its sources and without a folder of the machine", async () => {
    const { archives } = await declare(() => quickstart(custom));
    const map = JSON.parse(String(archives["sequence-amounts-function"]?.["amounts.js.map"]));
    assert.ok(map.sources.includes("payday.ts") && map.sources.includes("share.ts"), map.sources);
    assert.ok(!("sourcesContent" in map));
    assert.ok(!JSON.stringify(map).includes(root));
  });
});

describe("the amounts module", () => {
  let folder: string;
  let broken: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "sequence-amounts-"));
    broken = join(folder, "broken.ts");
    writeFileSync(broken, "export const bonus = (;\n");
  });
  after(() => rmSync(folder, { recursive: true }));

  it("that lacks an export tells those that it has, without being run", () => {
    assert.throws(() => bundleAmountsModule(fixture("payday.ts"), ["bonus", "rent"]), {
      exports: ["bonus", "default"],
    });
  });

  it("is bundled once in a deployment, and anew in the next one", async () => {
    // esbuild's synchronous calls go to a worker of its own.
    const messages = mock.method(Worker.prototype, "postMessage");
    const runs = () => messages.mock.calls.filter((call) => JSON.stringify(call.arguments[0]).includes("edited.ts"));
    try {
      const counts: number[] = [];
      const modules: string[] = [];
      const file = join(folder, "edited.ts");
      const edited = { ...custom, amountsModule: file, amounts: { bonus: { kind: "Custom" as const } } };
      for (const cents of [100, 200]) {
        writeFileSync(file, `export const bonus = () => ${cents};\n`);
        const before = runs().length;
        const { archives } = await declare(() => quickstart(edited));
        counts.push(runs().length - before);
        modules.push(String(archives["sequence-amounts-function"]?.["amounts.js"]));
      }
      assert.deepEqual(counts, [1, 1]);
      assert.match(modules[0] ?? "", /\b100\b/);
      assert.match(modules[1] ?? "", /\b200\b/);
    } finally {
      messages.mock.restore();
    }
  });

  it("has no source map where that would be too large to be read when an error is logged", () => {
    const large = join(folder, "large.ts");
    const lines = Array.from(
      { length: 20_000 },
      (_, i) => `export const f${i} = (a: number) => a + ${i} * (a - ${i});`,
    );
    writeFileSync(large, lines.join("\n"));
    const all = lines.map((_, i) => `f${i}`);
    assert.equal(typeof bundleAmountsModule(large, ["f1"]).sourceMap, "string");
    assert.equal(bundleAmountsModule(large, all).sourceMap, undefined);
  });

  it("that is CommonJS is an error: its exports can't be checked", () => {
    writeFileSync(join(folder, "common.js"), "exports.bonus = () => 100;\n");
    assert.throws(() => bundleAmountsModule(join(folder, "common.js"), ["bonus"]), { exports: ["default"] });
    assert.throws(() => bundleAmountsModule(join(folder, "common.js"), ["default"]), /common\.js exports nothing/);
  });

  it("may be a file of the name that the bundle has", () => {
    writeFileSync(join(folder, "amounts.js"), "export const bonus = () => 100;\n");
    assert.match(bundleAmountsModule(join(folder, "amounts.js"), ["bonus"]).code, /100/);
  });

  it("is the same from any working directory", () => {
    const here = bundleAmountsModule(fixture("payday.ts"), ["bonus"]).code;
    const before = process.cwd();
    process.chdir(tmpdir());
    try {
      assert.equal(bundleAmountsModule(fixture("payday.ts"), ["bonus"]).code, here);
    } finally {
      process.chdir(before);
    }
  });

  it("that isn't there is an error with the path and where it was looked for", () => {
    assert.throws(
      () => bundleAmountsModule("./amuonts.ts", ["bonus"]),
      /there is no file \.\/amuonts\.ts \(looked for from .+\)/,
    );
  });

  it("that doesn't compile is an error with file and line", () => {
    assert.throws(() => bundleAmountsModule(broken, ["bonus"]), /broken\.ts doesn't compile: broken\.ts:1: /);
  });

  it("errors reach the preview as an error of the property", async () => {
    for (const [changes, message] of [
      [{ amountsModule: broken }, /amountsModule.*broken\.ts/],
      [{ amountsModule: fixture("none.ts") }, /amountsModule.*none\.ts/],
      [{ amounts: { missing: { kind: "Custom" } } }, /amounts\.missing.*missing.*payday\.ts/],
    ] as [Partial<RemoteApiArgs>, RegExp][])
      await assert.rejects(
        declare(() => quickstart({ ...custom, ...changes }), { preview: true }),
        message,
      );
  });
});

describe("the bundles", () => {
  it("are the same bytes in two builds, and name no folder of the machine", () => {
    const folder = mkdtempSync(join(tmpdir(), "sequence-bundles-"));
    try {
      const bundles = ["one", "two"].map((name) => {
        const script = `
          const { bundleFunctions } = await import(${JSON.stringify(pathToFileURL(join(root, "build/bundle.mjs")).href)});
          await bundleFunctions(${JSON.stringify(root)}, ${JSON.stringify(join(folder, name))});`;
        execFileSync(process.execPath, ["--input-type=module", "-e", script], { stdio: "pipe" });
        return ["amount", "fixedAmount", "trigger"].map((fn) => readFileSync(join(folder, name, fn, "index.js")));
      });
      assert.deepEqual(bundles[0], bundles[1]);
      for (const bundle of bundles[0] ?? []) assert.ok(!bundle.includes(root), "it names a folder of this machine");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
