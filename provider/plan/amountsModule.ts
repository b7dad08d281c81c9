import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { type BuildOptions, type BuildResult, buildSync } from "esbuild";
import { filesRead } from "../../lambda/agreements/filesRead";

export interface AmountsModule {
  /** The module and everything it imports, in one CommonJS file. */
  readonly code: string;
  /** The source map of `code`, without the sources; undefined if it is too large to be shipped. */
  readonly sourceMap: string | undefined;
}

/** In characters, for about 250 KB of code. The function decodes it within the time that it keeps for an error's answer. */
const LARGEST_SOURCE_MAP = 200_000;

/** What the bundler calls the lines that name the exports. */
const STDIN = "amounts";

/** The module lacks exports that are asked for. */
export class MissingExports extends Error {
  constructor(
    /** The names of those that it has. */
    readonly exports: readonly string[],
  ) {
    super(`it exports ${exports.join(", ") || "nothing"}`);
  }
}

/**
 * Bundles these exports of the file with the Custom amounts. The file isn't run: the bundler finds its exports by reading it.
 *
 * @throws MissingExports, or Error with the bundler's messages if the file is missing or doesn't compile.
 */
export function bundleAmountsModule(path: string, exportNames: readonly string[]): AmountsModule {
  const file = resolve(path);
  if (!existsSync(file))
    throw new Error(
      `there is no file ${path} (looked for from ${process.cwd()})${path.includes("\\") ? `: write it with /, as ${path.replaceAll("\\", "/")}` : ""}`,
    );
  // Whether or not it compiles: its next version may.
  filesRead().add(file);
  const names = [...new Set(exportNames)].sort();
  try {
    // The bundler refuses an export that isn't there, so one run both checks and bundles.
    const contents = `export { ${names.join(", ")} } from ${JSON.stringify(`./${basename(file)}`)};`;
    const { outputFiles, metafile } = bundle(file, {
      format: "cjs",
      stdin: { contents, resolveDir: dirname(file), sourcefile: STDIN },
      sourcemap: "external",
      sourcesContent: false,
    });
    // The bundler knows the exports of ES modules only.
    if (metafile.inputs[basename(file)]?.format !== "esm")
      throw new Error(`${basename(file)} exports nothing: write "export" before each Custom amount`);
    for (const input of Object.keys(metafile.inputs))
      if (input !== STDIN && !input.includes("node_modules")) filesRead().add(resolve(dirname(file), input));
    const text = (end: string) => outputFiles.find((output) => output.path.endsWith(end))?.text ?? "";
    const sourceMap = text(".js.map");
    return { code: text(".js"), sourceMap: sourceMap.length <= LARGEST_SOURCE_MAP ? sourceMap : undefined };
  } catch (error) {
    const exports = exportsOf(file);
    throw names.every((name) => exports.includes(name)) ? error : new MissingExports(exports);
  }
}

/** What the file exports. Bundled as an ES module, because only then the bundler's metadata says it. */
function exportsOf(file: string): readonly string[] {
  const { metafile } = bundle(file, { format: "esm", entryPoints: [basename(file)] });
  return Object.values(metafile.outputs)[0]?.exports ?? [];
}

function bundle(file: string, options: BuildOptions): BuildResult<{ metafile: true; write: false }> {
  try {
    return buildSync({
      // Paths in the bundle are relative to here, so that the same sources give the same bytes in any checkout.
      absWorkingDir: dirname(file),
      outfile: "amounts.js",
      // Nothing is written, so the file to bundle may have the output's name.
      allowOverwrite: true,
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
