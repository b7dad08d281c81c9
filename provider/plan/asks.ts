import { shown } from "../../lambda/agreements/shown";
import type { Amount, Trigger } from "../args";
import type { Problem } from "./gate";

/** The amounts of a RemoteApi; undefined where there is no endpoint beside the triggers. */
export type KnownAmounts = Readonly<Record<string, Amount>> | undefined;

/** A list of names of amounts, each once. */
export function namesProblem(value: unknown): string | undefined {
  const form = 'it must be a list of names of amounts, such as ["rent"]';
  if (!Array.isArray(value)) return `is no list; ${form}`;
  if (value.length === 0) return `is empty; ${form}, or left out`;
  for (const [index, name] of value.entries()) {
    if (typeof name !== "string") return `has ${shown(name)} at position ${index + 1}; ${form}`;
    if (value.indexOf(name) !== index) return `has ${shown(name)} twice; it must have it once: take one out`;
  }
  return undefined;
}

/** What is wrong with lists that are fine one by one. `path` is the trigger's. */
export function asksProblems(
  path: string,
  { asks, holdUntilKnown, expectAsked }: Pick<Trigger, "asks" | "holdUntilKnown" | "expectAsked">,
  amounts: KnownAmounts,
): Problem[] {
  const at = (property: string, reason: string) => ({ path: `${path}.${property}`, reason });
  if (asks === undefined)
    return Object.entries({ holdUntilKnown, expectAsked })
      .filter(([, value]) => value !== undefined)
      .map(([option]) =>
        at(option, "is given without asks; it must come with asks: name there what the rule asks for"),
      );
  if (namesProblem(asks) !== undefined) return [];
  if (amounts === undefined || Object.keys(amounts).length === 0)
    return [at("asks", "is for a RemoteApi that has the amounts too; it must be left out here, where there are none")];
  const unknown = asks.filter((name) => !Object.hasOwn(amounts, name));
  const problems = unknown.map((name) =>
    at("asks", `has ${shown(name)}; it must have only names of amounts: ${Object.keys(amounts).join(", ")}`),
  );
  if (namesProblem(holdUntilKnown ?? ["none"]) !== undefined) return problems;
  for (const name of holdUntilKnown ?? []) {
    if (!asks.includes(name))
      problems.push(at("holdUntilKnown", `has ${shown(name)}; it must have only names in asks: ${asks.join(", ")}`));
    else if (!unknown.includes(name) && amounts[name]?.kind === "Fixed")
      problems.push(
        at("holdUntilKnown", `has ${shown(name)}; it must have no Fixed amount, which is always known: take it out`),
      );
  }
  return problems;
}
