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
  const farthest = Math.max(1, Math.floor(given.length / 3));
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const distance = editDistance(given.toLowerCase(), name.toLowerCase());
    if (distance <= farthest && (!best || distance < best.distance)) best = { name, distance };
  }
  return best ? ` Did you mean "${best.name}"?` : "";
}

/** How many letters must be added, removed or replaced to get from one text to the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
