import * as pulumi from "@pulumi/pulumi";
import { didYouMean } from "../../lambda/agreements/didYouMean";
import { shown } from "../../lambda/agreements/shown";

/** One thing that is wrong with the arguments of a component. */
export interface Problem {
  /** Pulumi's path of the property, such as `triggers.payday.schedule`. */
  readonly path: string;
  /** The value given, what is allowed, what to do. Never a secret. */
  readonly reason: string;
}

/** A check of one value; the result says what is wrong with it. */
export type Check<T = unknown> = (value: T) => string | undefined;

/** The rule of an argument that is checked together with others, by the function that plans them. */
export const together = "together";

/** How one argument is checked. */
export type Rule =
  | Check
  /** The argument decides which resources are made, so it must be known while the program runs. */
  | { readonly plain: Check; readonly required?: boolean }
  | typeof together;

/** A rule for each argument. There is no other list of the arguments: what has no rule is refused. */
export type Rules<Args> = { readonly [Name in keyof Args]-?: Rule };

/** Arguments of which some have a default. */
export type Filled<Args, Defaulted extends keyof Args> = Omit<Args, Defaulted> & Required<Pick<Args, Defaulted>>;

/**
 * Checks of arguments that may be outputs. What is known is checked at once, together with everything else; an output is
 * passed on through a gate that fails before a bad value is used.
 */
export class Gate {
  private readonly problems: Problem[] = [];

  constructor(
    private readonly component: string,
    private readonly name: string,
  ) {
    // Children are named after the component, and AWS allows no other characters in names of functions, roles and queues.
    if (!/^[A-Za-z0-9_-]{1,200}$/.test(name))
      this.add(
        "name",
        `is ${shown(name)}; it must be 1 to 200 letters, digits, _ and -: give the component another name`,
      );
  }

  /**
   * The arguments as they are to be used, without those that were left out. TypeScript refuses a misspelt name by itself; here it is
   * refused for programs in JavaScript and other languages, where it would do nothing.
   */
  checked<Args extends object>(args: Args, rules: Rules<Args>, ...within: readonly string[]): Args {
    const given = (args ?? {}) as Record<string, unknown>;
    for (const name of Object.keys(given))
      if (!Object.hasOwn(rules, name))
        this.add(propertyPath(...within, name), gone.get(name) ?? noArgument(name, Object.keys(rules).sort()));
    const used = Object.entries<Rule>(rules).map(([name, rule]) => [
      name,
      this.ruled(propertyPath(...within, name), given[name], rule),
    ]);
    return Object.fromEntries(used.filter(([, value]) => value !== undefined)) as Args;
  }

  private ruled(path: string, value: unknown, rule: Rule): unknown {
    if (rule === together) {
      if (value === null) this.add(path, "is null; it must be a value, or be left out");
      return value ?? undefined;
    }
    if (typeof rule === "function") return this.check(path, value, rule);
    if (this.plain(path, value) && (value !== undefined || rule.required)) this.addUnless(path, rule.plain(value));
    return value;
  }

  /** The value to use: as given, or the output behind its gate. An undefined value passes. */
  check<T>(path: string, value: pulumi.Input<T> | undefined, check: Check<T>): pulumi.Input<T> | undefined {
    if (value === undefined) return undefined;
    if (holdsOutput(value))
      return this.whenKnown(value, (known) => problem(path, check(known as T))) as pulumi.Output<T>;
    this.addUnless(path, check(value as T));
    return value;
  }

  /** The value, behind a gate that fails as soon as the value is known to be wrong. A value without outputs was checked at once. */
  whenKnown<T>(value: pulumi.Input<T>, problemsOf: (known: pulumi.Unwrap<T>) => readonly Problem[]) {
    if (!holdsOutput(value)) return pulumi.output(value);
    return pulumi.output(value).apply((known) => {
      // `pulumi up --target` of something else doesn't make a missing resource, and its outputs are undefined.
      if (known !== undefined) refuse(this.component, this.name, problemsOf(known));
      return known;
    });
  }

  /** Whether the value is known while the program runs. It is a problem if it isn't. */
  plain(path: string, value: unknown): boolean {
    if (!holdsOutput(value)) return true;
    this.add(
      path,
      "is an output or a secret, but decides what is made; it must be a plain value that is known when the program runs",
    );
    return false;
  }

  add(path: string, reason: string): void {
    this.problems.push({ path, reason });
  }

  addAll(problems: readonly Problem[]): void {
    this.problems.push(...problems);
  }

  private addUnless(path: string, reason: string | undefined): void {
    this.addAll(problem(path, reason));
  }

  /** Ends the preview if anything was found so far. */
  report(): void {
    refuse(this.component, this.name, this.problems);
  }
}

/** Arguments of earlier versions, and what to do instead. */
const gone = new Map([
  [
    "protectLedger",
    "is no argument any more: take it out, and give the component the resource option protect: true, with which Pulumi refuses to delete any of it",
  ],
]);

/** The whole list only where no name is like the given one: it is long. */
function noArgument(name: string, names: readonly string[]): string {
  const meant = didYouMean(name, names);
  return meant ? `is no argument${meant}` : `is no argument; it must be one of ${names.join(", ")}`;
}

/** The problem at a path, if there is one. */
function problem(path: string, reason: string | undefined): Problem[] {
  return reason === undefined ? [] : [{ path, reason }];
}

/**
 * Ends the preview if there are problems, with all of them in one message. For an InputPropertiesError, Pulumi would print the given
 * values, and so credentials.
 *
 * @throws pulumi.RunError
 */
function refuse(component: string, name: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ path, reason }) => `  ${path}: ${reason}`);
  const message = `${component} "${name}" can't be deployed as it is declared:\n${lines.join("\n")}`;
  const error = new pulumi.RunError(message);
  // Pulumi would put "error serializing property" before the message, once for each child that uses the value.
  Object.defineProperty(error, "message", { get: () => message, set: () => {} });
  // Pulumi formats the stack even if it doesn't show it. For a stack from an `apply`, Node.js 20 takes minutes and gigabytes: it searches
  // the mapped path node_modules/@pulumi/output.ts for the end of a package's name, and never finds it.
  Object.defineProperty(error, "stack", { value: undefined });
  throw error;
}

/** Whether somewhere in the value there is an output: its content is known later, or secret. `within`: what the value is a part of. */
export function holdsOutput(value: unknown, within: readonly unknown[] = []): boolean {
  if (pulumi.Output.isInstance(value)) return true;
  // A payload may contain itself, which is refused in words.
  if (typeof value !== "object" || value === null || within.includes(value)) return false;
  return Object.values(value).some((part) => holdsOutput(part, [...within, value]));
}

/** Pulumi's path of a property: `triggers.payday.schedule`, and `triggers["pay.day"].schedule` where a name needs it. */
export function propertyPath(...keys: readonly string[]): string {
  let path = "";
  for (const key of keys) {
    if (/^[A-Za-z_][\w-]*$/.test(key)) path += path === "" ? key : `.${key}`;
    else path += `[${JSON.stringify(key)}]`;
  }
  return path;
}
