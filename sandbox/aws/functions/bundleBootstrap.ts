import { join } from "node:path";
import { build } from "esbuild";

/** The files that run in the sandbox's own child processes. */
export interface BootstrapFiles {
  /** Run by every execution environment. */
  readonly main: string;
  /** Run once beside the sandbox; see processes.ts. */
  readonly guard: string;
}

/**
 * Bundles the files of bootstrap/ into plain files in `folder`: the same way whether this code runs from its TypeScript sources or
 * compiled, and a child needs to load one file only.
 */
export async function writeBootstrap(folder: string): Promise<BootstrapFiles> {
  const sources = join(__dirname, "bootstrap");
  await build({
    entryPoints: { main: join(sources, "main"), guard: join(sources, "guard") },
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "silent",
  });
  return { main: join(folder, "main.cjs"), guard: join(folder, "guard.cjs") };
}
