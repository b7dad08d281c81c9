// Runs the campaign. It is bundled first: in one file the AWS SDK's commands are there at once, while a loader of modules would take real time
// for them, and nothing in a run may depend on that.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Bundles the campaign's entry `name` and returns the file. */
export async function bundleCampaign(name, outdir = join(root, "dist/campaign")) {
  const outfile = join(outdir, `${name.replaceAll("/", "-")}.js`);
  await build({
    absWorkingDir: root,
    entryPoints: [`campaign/${name}.ts`],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    mainFields: ["module", "main"],
    sourcemap: "inline",
    sourcesContent: false,
    logLevel: "warning",
  });
  return outfile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = await bundleCampaign("main");
  const args = ["--enable-source-maps", file, ...process.argv.slice(2)];
  process.exitCode = spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;
}
