// Runs the campaign. It is bundled first: in one file the AWS SDK's commands are there at once, while a loader of modules would take real time
// for them, and nothing in a run may depend on that.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Bundles the campaign's entry `name` and returns the file. */
export async function bundleCampaign(name, outdir) {
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
  const args = process.argv.slice(2);
  process.exitCode = args[0] === "--over-http" ? overHttp(args.slice(1)) : await onVirtualTime(args);
}

async function onVirtualTime(args) {
  const folder = mkdtempSync(join(tmpdir(), "sequence-campaign-"));
  try {
    const file = await bundleCampaign("main", folder);
    return run(["--enable-source-maps", "--no-warnings", file, ...args]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Over real connections and in real processes it takes what is built, and time. */
function overHttp(args) {
  return run(["--import", "tsx", "campaign/overHttp.ts", ...args]);
}

function run(args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status ?? 1;
}
