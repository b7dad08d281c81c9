import { NotRunError } from "../notRun";
import { asList, type ConditionBlock } from "./document";
import { arnParts, matchesArn, matchesWildcard } from "./wildcard";

/** The condition keys of a request. Names are compared without regard to case; a list is a multivalued key. */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

type Test = (wanted: string, given: string) => boolean;

interface Operator {
  readonly test: Test;
  /** `...Not...`: true if none of the wanted values fits, and true if the key is missing. */
  readonly negated?: boolean;
  /** Whether a value is of the operator's type. What AWS makes of another is nowhere written down. */
  readonly takes?: (value: string) => boolean;
}

const equals: Test = (wanted, given) => wanted === given;
const equalsIgnoringCase: Test = (wanted, given) => wanted.toLowerCase() === given.toLowerCase();
const like: Test = (wanted, given) => matchesWildcard(wanted, given);
const arns: Operator = { test: matchesArn, takes: (value) => arnParts(value) !== undefined };
const ofNumbers = (test: (wanted: number, given: number) => boolean) => comparing(toNumber, test);
const ofDates = (test: (wanted: number, given: number) => boolean) => comparing(toInstant, test);

/** IAM User Guide, "IAM JSON policy elements: Condition operators". What isn't here is not evaluated at all. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  stringequals: { test: equals },
  stringnotequals: { test: equals, negated: true },
  stringequalsignorecase: { test: equalsIgnoringCase },
  stringnotequalsignorecase: { test: equalsIgnoringCase, negated: true },
  stringlike: { test: like },
  stringnotlike: { test: like, negated: true },
  arnequals: arns,
  arnlike: arns,
  arnnotequals: { ...arns, negated: true },
  arnnotlike: { ...arns, negated: true },
  bool: { test: equalsIgnoringCase, takes: (value) => /^(true|false)$/i.test(value) },
  numericequals: ofNumbers((wanted, given) => given === wanted),
  numericnotequals: { ...ofNumbers((wanted, given) => given === wanted), negated: true },
  numericlessthan: ofNumbers((wanted, given) => given < wanted),
  numericlessthanequals: ofNumbers((wanted, given) => given <= wanted),
  numericgreaterthan: ofNumbers((wanted, given) => given > wanted),
  numericgreaterthanequals: ofNumbers((wanted, given) => given >= wanted),
  dateequals: ofDates((wanted, given) => given === wanted),
  datenotequals: { ...ofDates((wanted, given) => given === wanted), negated: true },
  datelessthan: ofDates((wanted, given) => given < wanted),
  datelessthanequals: ofDates((wanted, given) => given <= wanted),
  dategreaterthan: ofDates((wanted, given) => given > wanted),
  dategreaterthanequals: ofDates((wanted, given) => given >= wanted),
};

interface ParsedOperator extends Operator {
  /** As the policy spells it. */
  readonly name: string;
  readonly quantifier?: "forallvalues" | "foranyvalue";
  readonly ifExists: boolean;
  readonly isNull: boolean;
}

/** Whether every operator and every key of the block is satisfied. Throws `NotRunError` for an operator that it doesn't know. */
export function conditionHolds(block: ConditionBlock | undefined, context: ConditionContext): boolean {
  const given = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), asList(value)]));
  // Every operator is looked up before any verdict, so that an unknown one can't hide behind an unsatisfied one.
  const tests = Object.entries(block ?? {}).map(([name, keys]) => ({ operator: parseOperator(name), keys }));
  return tests.every(({ operator, keys }) =>
    Object.entries(keys).every(([key, wanted]) =>
      keyHolds(operator, asList(wanted).map(String), given.get(key.toLowerCase())),
    ),
  );
}

/** The condition keys that a block looks at, in lower case. */
export function keysOf(block: ConditionBlock | undefined): string[] {
  return Object.values(block ?? {}).flatMap((keys) => Object.keys(keys).map((key) => key.toLowerCase()));
}

/** Throws `NotRunError` for an operator that `conditionHolds` doesn't know, and for a value that isn't of its operator's type. */
export function checkOperators(block: ConditionBlock | undefined): void {
  for (const [name, keys] of Object.entries(block ?? {})) {
    const operator = parseOperator(name);
    for (const value of Object.values(keys).flatMap(asList)) requireType(operator, String(value));
  }
}

function requireType({ name, takes }: ParsedOperator, value: string): void {
  if (takes && !takes(value)) throw new NotRunError(`policies that compare ${JSON.stringify(value)} by ${name}`);
}

function parseOperator(name: string): ParsedOperator {
  const [, quantifier, base, ifExists] = /^(?:(forallvalues|foranyvalue):)?(.*?)(ifexists)?$/.exec(
    name.toLowerCase(),
  ) as RegExpExecArray;
  const isNull = base === "null" && !quantifier && !ifExists;
  const operator = isNull ? { test: equals } : Object.hasOwn(OPERATORS, base ?? "") && OPERATORS[base as string];
  if (!operator) throw new NotRunError(`policies with the condition operator ${name}`);
  return {
    ...operator,
    name,
    quantifier: quantifier as ParsedOperator["quantifier"],
    ifExists: ifExists !== undefined,
    isNull,
  };
}

function keyHolds(operator: ParsedOperator, wanted: readonly string[], given: readonly string[] | undefined): boolean {
  const missing = given === undefined || given.length === 0;
  if (operator.isNull) return wanted.some((value) => value.toLowerCase() === String(missing));
  if (missing) return operator.ifExists || missingHolds(operator);
  for (const value of given) requireType(operator, value);
  const fits = (value: string) => wanted.some((candidate) => operator.test(candidate, value)) !== !!operator.negated;
  if (operator.quantifier === "forallvalues") return given.every(fits);
  if (operator.quantifier === "foranyvalue") return given.some(fits);
  // Without a quantifier AWS leaves open what a multivalued key means.
  if (given.length > 1) throw new NotRunError("a multivalued condition key without ForAllValues or ForAnyValue");
  return given.every(fits);
}

function missingHolds(operator: ParsedOperator): boolean {
  if (operator.quantifier === "forallvalues") return true;
  if (operator.quantifier === "foranyvalue") return false;
  return !!operator.negated;
}

function comparing(
  parse: (text: string) => number | undefined,
  test: (wanted: number, given: number) => boolean,
): Operator {
  return {
    test: (wanted, given) => test(parse(wanted) as number, parse(given) as number),
    takes: (value) => parse(value) !== undefined,
  };
}

function toNumber(text: string): number | undefined {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : undefined;
}

/** ISO 8601, or seconds since the epoch. */
function toInstant(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}
