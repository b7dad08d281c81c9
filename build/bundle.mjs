// Bundles what runs without our dependencies: everything that it needs in one file.
import { join } from "node:path";
import { build } from "esbuild";

const functions = { amount: "lambda/amounts/function.ts", trigger: "lambda/triggers/function.ts" };

/** Writes `<outdir>/amount/index.js` and `<outdir>/trigger/index.js`. The same sources give the same bytes. */
export async function bundleFunctions(root, outdir) {
  for (const [name, entry] of Object.entries(functions)) await bundle(root, entry, join(outdir, name, "index.js"));
}

/** Puts a command that calls AWS, with the AWS SDK in it, in the place of what was compiled. */
export async function bundleCommand(root, name) {
  await bundle(root, `cli/${name}.ts`, join(root, `dist/cli/${name}.js`));
}

async function bundle(root, entry, outfile) {
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // The AWS SDK's ES modules shake down to a third less than its CommonJS files.
    mainFields: ["module", "main"],
    minifySyntax: true,
    minifyWhitespace: true,
    // A stack trace in a log must name our functions.
    keepNames: true,
    legalComments: "none",
    charset: "utf8",
    logLevel: "warning",
  });
}
