import { type AmountKindName, type AmountSpec, amountKinds, rulesOf } from "./amountKinds";
import { type AmountLimits, SMALLEST_TRANSFER_CENTS } from "./amountLimits";
import { cents, type OptionRule } from "./amountOptions";
import { didYouMean } from "./didYouMean";
import { being, shown } from "./shown";

/** What is wrong with a part of the options, or worth a second look. */
export interface AmountProblem {
  /** Where: names of properties, outermost first. */
  readonly path: string[];
  /** What it is, what is allowed, what to do. Reads on from the path. */
  readonly reason: string;
}

/** What is wrong with a set of amounts, as `amounts` and `ceilingCents` of a config or of a component. */
export function amountSetProblems(amounts: unknown, ceilingCents: unknown): AmountProblem[] {
  if (!isObject(amounts) || Object.keys(amounts).length === 0)
    return [
      { path: ["amounts"], reason: "has no amount; it must be an object with at least one amount under its name" },
    ];
  const ofCeiling = ceilingProblems(amounts, ceilingCents);
  const ceiling = ofCeiling.length === 0 && typeof ceilingCents === "number" ? ceilingCents : Number.POSITIVE_INFINITY;
  const ofAmounts = Object.entries(amounts).flatMap(([name, spec]) => {
    const own = amountProblems(name, spec);
    const all = own.length > 0 ? own : ceilingConflicts(spec as AmountSpec, ceiling);
    return all.map(({ path, reason }) => ({ path: ["amounts", name, ...path], reason }));
  });
  return [...ofAmounts, ...ofCeiling];
}

/** What is wrong with one amount; paths begin inside it. */
export function amountProblems(name: string, spec: unknown): AmountProblem[] {
  return [...nameProblems(name), ...specProblems(name, spec)];
}

function nameProblems(name: string): AmountProblem[] {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name))
    return [
      { path: [], reason: `is named ${shown(name)}; a name must be 1 to 64 letters, digits, "_" and "-" of ASCII` },
    ];
  // Such a name finds something in every JavaScript object.
  if (name in {})
    return [
      { path: [], reason: `is named ${shown(name)}, which means something else to JavaScript: choose another name` },
    ];
  // It would put the answer's field into an error's text.
  if (name.includes("amountInCents"))
    return [
      { path: [], reason: `is named ${shown(name)}, which holds the name of an answer's field: choose another name` },
    ];
  return [];
}

function specProblems(name: string, spec: unknown): AmountProblem[] {
  if (!isObject(spec)) return [{ path: [], reason: `${being(spec)}; it must be an object with a kind` }];
  const kinds = Object.keys(amountKinds);
  if (typeof spec.kind !== "string" || !Object.hasOwn(amountKinds, spec.kind))
    return [
      {
        path: ["kind"],
        reason: `${being(spec.kind)}; it must be one of ${kinds.join(", ")}${didYouMean(String(spec.kind), kinds)}`,
      },
    ];
  const problems = optionProblems(spec as { kind: AmountKindName });
  if (problems.length > 0) return problems;
  const valid = spec as unknown as AmountSpec;
  const contradiction = rulesOf(valid).contradiction?.(valid, name) ?? limitsContradiction(valid as AmountLimits);
  return contradiction ? [{ path: [contradiction.option], reason: contradiction.reason }] : [];
}

function optionProblems(spec: { readonly kind: AmountKindName }): AmountProblem[] {
  const rules: Readonly<Record<string, OptionRule>> = amountKinds[spec.kind].options;
  const given = Object.entries(spec).filter(([option, value]) => option !== "kind" && value !== undefined);
  const problems: AmountProblem[] = [];
  for (const [option, value] of given) {
    const reason = Object.hasOwn(rules, option)
      ? rules[option]?.problem(value)
      : noOption(spec.kind, option, Object.keys(rules));
    if (reason) problems.push({ path: [option], reason });
  }
  for (const [option, rule] of Object.entries(rules))
    if (rule.required && !given.some(([name]) => name === option))
      problems.push({ path: [option], reason: rule.problem(undefined) ?? "is missing" });
  return problems;
}

function noOption(kind: AmountKindName, option: string, options: readonly string[]): string {
  const meant = didYouMean(option, options);
  const reason = `is no option of the kind ${kind}, which takes ${options.join(", ")}`;
  return meant ? `${reason}${meant}` : `${reason}: take it out`;
}

/** Limits under which every answer would be 0. */
function limitsContradiction(limits: AmountLimits) {
  const { maxCents, roundToCents = 1, minCents = SMALLEST_TRANSFER_CENTS } = limits;
  if (maxCents === undefined) return undefined;
  const largest = maxCents - (maxCents % roundToCents);
  if (largest >= minCents) return undefined;
  return {
    option: "maxCents",
    reason:
      `is ${maxCents}, rounded down to ${largest} by roundToCents ${roundToCents}, which is below minCents ${minCents}: ` +
      "every answer would be 0; raise maxCents or lower the others",
  };
}

function ceilingProblems(amounts: Record<string, unknown>, ceilingCents: unknown): AmountProblem[] {
  const path = ["ceilingCents"];
  if (ceilingCents !== undefined) {
    const reason = cents(SMALLEST_TRANSFER_CENTS).problem(ceilingCents);
    return reason ? [{ path, reason }] : [];
  }
  const computed = Object.keys(amounts).find((name) => (amounts[name] as { kind?: unknown } | null)?.kind !== "Fixed");
  if (computed === undefined) return [];
  return [
    {
      path,
      reason: `is missing; it is required because "${computed}" isn't Fixed: set the largest amount that may ever be answered, in cents`,
    },
  ];
}

/** Options of a valid `spec` that are larger than the largest answer. */
function ceilingConflicts(spec: AmountSpec, ceilingCents: number): AmountProblem[] {
  return ["cents", "maxCents", "minCents", "roundToCents"].flatMap((option) => {
    const value = (spec as unknown as Record<string, unknown>)[option];
    if (typeof value !== "number" || value <= ceilingCents) return [];
    return [
      {
        path: [option],
        reason: `is ${value}, above ceilingCents ${ceilingCents}, which no answer may pass: lower it or raise ceilingCents`,
      },
    ];
  });
}

/** What may be meant, and may be a mistake. Of a set without problems. */
export function amountSetWarnings(amounts: { readonly [name: string]: AmountSpec }): AmountProblem[] {
  const readers = new Map<string, string[]>();
  const warnings: AmountProblem[] = [];
  for (const [name, spec] of Object.entries(amounts)) {
    if ("account" in spec) readers.set(spec.account, [...(readers.get(spec.account) ?? []), name]);
    if (spec.paused)
      warnings.push({ path: ["amounts", name, "paused"], reason: "is true: every question for it gets an error" });
    if (spec.kind === "Fixed" && spec.cents === 0)
      warnings.push({ path: ["amounts", name, "cents"], reason: "is 0: it never moves money" });
  }
  for (const [account, names] of readers) {
    const shares = names.flatMap((name) => {
      const spec = amounts[name];
      return spec?.kind === "Percent" ? [spec.percent] : [];
    });
    if (names.length > 1 && shares.length === names.length) warnings.push(sharesWarning(account, names, shares));
    else if (names.length > 1)
      warnings.push({
        path: ["amounts"],
        reason:
          `${names.join(" and ")} depend on the balance of "${account}": a transfer for one of them may not show in the ` +
          "balance when the next is computed, so together they can move more than is meant",
      });
  }
  return warnings;
}

/** Several shares of one account: each is one of what the others have left. */
function sharesWarning(account: string, names: readonly string[], shares: readonly number[]): AmountProblem {
  const left = shares.reduce((rest, share) => rest * (1 - share / 100), 1);
  const moved = Math.round((1 - left) * 10_000) / 100;
  return {
    path: ["amounts"],
    reason:
      `${names.join(" and ")} each take a share of what is left in "${account}" when they are asked, so one after the other they move ` +
      `${moved} percent of it and not ${shares.reduce((sum, share) => sum + share, 0)}. As long as a transfer doesn't show in the balance, they move more. ` +
      "See the recipe for 50/30/20 in docs/amounts.md",
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
