import { nearest } from "../../lambda/agreements/didYouMean";

/** Something wrong in the settings. */
export interface Problem {
  /** Line in the file, from 1; absent where it has none. */
  readonly line?: number;
  /** Dotted path of the entry, such as `sequence.accounts[2].dollars`. Empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Everything that is wrong with `sandbox.yaml`, in one error. Never holds a credential. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  constructor(
    readonly file: string,
    readonly problems: readonly Problem[],
  ) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`${file}: ${count}\n${problems.map((problem) => `  ${describe(problem)}`).join("\n")}`);
  }
}

function describe({ line, path, message }: Problem): string {
  const place = [line === undefined ? "" : `line ${line}`, path].filter((part) => part !== "").join(", ");
  return place === "" ? message : `${place}: ${message}`;
}

/** ` Did you mean "x"?` if one of `known` is close to `given`, else an empty text. */
export function didYouMean(given: string, known: readonly string[]): string {
  const meant = nearest(given, known);
  return meant === undefined ? "" : ` Did you mean "${meant}"?`;
}
