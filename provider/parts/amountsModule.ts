import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { type BuildOptions, type BuildResult, buildSync } from "esbuild";

export interface AmountsModule {
  /** The module and everything it imports, in one CommonJS file. */
  readonly code: string;
  /** The names it exports. */
  readonly exports: readonly string[];
}

/**
 * Bundles the file with the Custom amounts. Nothing of it runs here: what it exports is read from the bundler's own analysis.
 *
 * @throws Error with the bundler's messages if the file is missing or doesn't compile.
 */
export function bundleAmountsModule(path: string): AmountsModule {
  const file = resolve(path);
  if (!existsSync(file)) throw new Error(`there is no file ${path} (looked for from ${process.cwd()})`);
  const asModule = bundle(file, { format: "esm" });
  const output = Object.values(asModule.metafile.outputs)[0];
  const asCommonJs = bundle(file, { format: "cjs" });
  return { code: asCommonJs.outputFiles[0]?.text ?? "", exports: output?.exports ?? [] };
}

function bundle(file: string, options: BuildOptions): BuildResult<{ metafile: true; write: false }> {
  try {
    return buildSync({
      // Paths in the bundle are relative to here, so that the same sources give the same bytes in any checkout.
      absWorkingDir: dirname(file),
      entryPoints: [basename(file)],
      bundle: true,
      write: false,
      metafile: true,
      platform: "node",
      target: "node20",
      keepNames: true,
      minifySyntax: true,
      minifyWhitespace: true,
      legalComments: "none",
      charset: "utf8",
      logLevel: "silent",
      ...options,
    }) as BuildResult<{ metafile: true; write: false }>;
  } catch (error) {
    const messages = (error as { errors?: { text: string; location?: { file: string; line: number } }[] }).errors ?? [];
    if (messages.length === 0) throw error;
    const lines = messages.map(({ text, location }) =>
      location ? `${location.file}:${location.line}: ${text}` : text,
    );
    throw new Error(`${basename(file)} doesn't compile: ${lines.join("; ")}`);
  }
}
