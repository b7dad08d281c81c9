import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { shown } from "../agreements/shown";
import type { CustomAmount } from "./context";
import { AmountError } from "./error";

/**
 * The exports of the amounts module by name. `load` is called until it succeeds once; a module that can't be loaded fails
 * the custom amounts only, the others are answered.
 */
export function customModule(load: () => unknown): (exportName: string) => CustomAmount {
  let loaded: Readonly<Record<string, unknown>> | undefined;
  return (exportName) => {
    try {
      loaded ??= Object(load()) as Readonly<Record<string, unknown>>;
    } catch (error) {
      throw new AmountError("CUSTOM_AMOUNT_MISSING", "the amounts module can't be loaded", { cause: error });
    }
    const found = Object.hasOwn(loaded, exportName) ? loaded[exportName] : undefined;
    if (typeof found === "function") return found as CustomAmount;
    const what = found === undefined ? "" : `: its export "${exportName}" is ${shown(found)}`;
    const functions = Object.keys(loaded).filter((name) => typeof loaded?.[name] === "function");
    throw new AmountError(
      "CUSTOM_AMOUNT_MISSING",
      `the amounts module exports no function "${exportName}"${what}; the functions that it exports: ${functions.join(", ") || "none"}`,
    );
  };
}

/**
 * Translates lines of a stack trace that name a place in the bundled `file` to the place in its source: `at payroll
 * (amounts.ts:5:9)`. The source map beside the file is read when the first such line comes, and not before. Without a map
 * lines stay as they are.
 */
export function sourcePlaces(file: string): (line: string) => string {
  let map: SourceMap | undefined | "none";
  return (line) => {
    const start = line.lastIndexOf(`${file}:`);
    const [place, lineNumber, column] = /^:(\d+):(\d+)/.exec(line.slice(start + file.length)) ?? [];
    if (start < 0 || place === undefined) return line;
    map ??= readMap(`${file}.map`) ?? "none";
    if (map === "none") return line;
    const found = map.findEntry(Number(lineNumber) - 1, Number(column) - 1);
    if (!("originalSource" in found)) return line;
    const source = `${found.originalSource}:${found.originalLine + 1}:${found.originalColumn + 1}`;
    return line.slice(0, start) + source + line.slice(start + file.length + place.length);
  };
}

function readMap(path: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(path, "utf8")) as ConstructorParameters<typeof SourceMap>[0]);
  } catch {
    return undefined;
  }
}
