import { createHash } from "node:crypto";
import type { RemoteApiArgs } from "../../provider";
import { declaredQuickstart, quickstartApi } from "./quickstartProgram";
import { replaceOnChange } from "./replaceOnChange";
import { type Declared, declare } from "./support";

/** What a change of the arguments does to the children, each as `type name`. */
export interface Effects {
  readonly added: string[];
  readonly removed: string[];
  readonly updated: string[];
  readonly replaced: string[];
}

/** Deploys the quickstart with the one and then with the other arguments, and says what that does in AWS. */
export async function effectsOf(from: Partial<RemoteApiArgs>, to: Partial<RemoteApiArgs>): Promise<Effects> {
  const before = inputsById(await declaredWith(from));
  const after = inputsById(await declaredWith(to));
  const kept = [...after.keys()].filter((id) => before.has(id));
  const changed = kept
    .map((id) => ({ id, inputs: changedInputs(before.get(id) ?? {}, after.get(id) ?? {}) }))
    .filter(({ inputs }) => inputs.length > 0);
  const isReplaced = ({ id, inputs }: { id: string; inputs: string[] }) =>
    inputs.some((input) => input === "region" || replaceOnChange[id.split(" ")[0] as string]?.includes(input));
  return {
    added: [...after.keys()].filter((id) => !before.has(id)).sort(),
    removed: [...before.keys()].filter((id) => !after.has(id)).sort(),
    replaced: changed
      .filter(isReplaced)
      .map(({ id }) => id)
      .sort(),
    updated: changed
      .filter((each) => !isReplaced(each))
      .map(({ id }) => id)
      .sort(),
  };
}

function declaredWith(changes: Partial<RemoteApiArgs>): Promise<Declared> {
  return Object.keys(changes).length === 0 ? declaredQuickstart() : declare(() => void quickstartApi(changes));
}

function inputsById({ resources, archives }: Declared): Map<string, Record<string, unknown>> {
  return new Map(
    resources
      .filter(({ custom }) => custom)
      .map(({ type, name, inputs }) => {
        const files = Object.entries(archives[name] ?? {}).map(([file, bytes]) => [
          file,
          createHash("sha256").update(bytes).digest("hex"),
        ]);
        return [`${type} ${name}`, files.length > 0 ? { ...inputs, code: files } : inputs];
      }),
  );
}

function changedInputs(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  const inputs = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...inputs].filter((input) => JSON.stringify(before[input]) !== JSON.stringify(after[input]));
}

/** More than this many children are told by their types. */
const MOST_NAMED = 4;
/** In a longer text only single children are named, so that a table's row fits a screen. */
const LONGEST_CELL = 125;

/** The effects as a cell of a table in docs/upgrading.md. */
export function inWords(effects: Effects): string {
  const verbs = { added: "adds", removed: "removes", updated: "updates", replaced: "replaces" } as const;
  const told = (most: number) =>
    (["added", "removed", "updated", "replaced"] as const)
      .filter((effect) => effects[effect].length > 0)
      .map((effect) => `${verbs[effect]} ${listed(effects[effect], most)}`)
      .join("; ");
  const named = told(MOST_NAMED);
  return (named.length > LONGEST_CELL ? told(1) : named) || "nothing";
}

function listed(ids: string[], most: number): string {
  if (ids.length <= most)
    return ids.map((id) => `\`${(id.split(" ")[1] as string).replace(/^sequence-/, "")}\``).join(", ");
  const counts = new Map<string, number>();
  for (const id of ids) {
    const type = (id.split(" ")[0] as string).split(":").at(-1) as string;
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return [...counts].map(([type, count]) => (count === 1 ? type : `${count} ${type}s`)).join(", ");
}
