// Bundles what runs without our dependencies: everything that it needs in one file.
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** Each function's entry, and the most bytes that it may have: what is loaded is most of a cold start. */
const functions = {
  amount: { entry: "lambda/amounts/function.ts", mostBytes: 82_000 },
  fixedAmount: { entry: "lambda/amounts/fixedFunction.ts", mostBytes: 27_000 },
  trigger: { entry: "lambda/triggers/function.ts", mostBytes: 700_000 },
};

/** Writes `<outdir>/<function>/index.js`. The same sources give the same bytes. Throws if one is larger than it may be. Resolves to the files in them. */
export async function bundleFunctions(root, outdir) {
  const inputs = [];
  for (const [name, { entry, mostBytes }] of Object.entries(functions)) {
    const file = join(outdir, name, "index.js");
    const alias = { "@aws-sdk/credential-provider-node": "./lambda/triggers/aws/environmentCredentials.ts" };
    inputs.push(...(await bundle(root, entry, file, alias)));
    const { size } = statSync(file);
    if (size > mostBytes)
      throw new Error(
        `${file} has ${size} bytes, and may have ${mostBytes}: see docs/performance.md before you raise that`,
      );
  }
  return inputs;
}

/**
 * Makes one file of the commands for a live stack, in the place of what was compiled. Only the names stay, which are needed without it.
 * Resolves to the files in it.
 */
export async function bundleStackCommands(root) {
  const inputs = await bundle(root, "cli/stack/index.ts", join(root, "dist/cli/stack.js"));
  const folder = join(root, "dist/cli/stack");
  for (const entry of readdirSync(folder).filter((name) => !name.startsWith("names.")))
    rmSync(join(folder, entry), { recursive: true });
  return inputs;
}

async function bundle(root, entry, outfile, alias = {}) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // The AWS SDK's ES modules shake down to a third less than its CommonJS files.
    mainFields: ["module", "main"],
    minify: true,
    alias,
    // A stack trace in a log must name our functions.
    keepNames: true,
    // The notices are in a file of their own.
    legalComments: "none",
    metafile: true,
    charset: "utf8",
    logLevel: "warning",
  });
  return filesIn(metafile);
}

/** What the browser loads at most, scripts and styles together. */
const MOST_PAGE_BYTES = 150_000;

/** Writes the page's script and styles into `<outdir>/page.js` and `page.css`. Throws if they are larger than they may be. Resolves to the files in them. */
export async function bundlePage(root, outdir) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { page: "page/browser/index.tsx" },
    outdir,
    bundle: true,
    platform: "browser",
    target: "es2022",
    format: "esm",
    minify: true,
    jsx: "automatic",
    jsxImportSource: "preact",
    tsconfigRaw: "{}",
    legalComments: "none",
    metafile: true,
    charset: "utf8",
    logLevel: "warning",
  });
  const size = ["page.js", "page.css"].reduce((sum, file) => sum + statSync(join(outdir, file)).size, 0);
  if (size > MOST_PAGE_BYTES) throw new Error(`the page has ${size} bytes, and may have ${MOST_PAGE_BYTES}`);
  return filesIn(metafile);
}

/** The files of which something is left in what was made. */
function filesIn({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0),
  );
}
