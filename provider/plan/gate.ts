import * as pulumi from "@pulumi/pulumi";

/** One thing that is wrong with the arguments of a component. */
export interface Problem {
  /** Pulumi's path of the property, such as `triggers.payday.schedule`. */
  readonly path: string;
  /** The value given, what is allowed, what to do. Never a secret. */
  readonly reason: string;
}

/** The problem's property and reason, for an argument that isn't nested. */
function problem(path: string, reason: string | undefined): Problem[] {
  return reason === undefined ? [] : [{ path, reason }];
}

/**
 * Ends the preview if there are problems, with all of them in one message. Not an InputPropertiesError, with which Pulumi prints the
 * given values, credentials too.
 *
 * @throws pulumi.RunError
 */
export function report(component: string, name: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ path, reason }) => `  ${path}: ${reason}`);
  const message = `${component} "${name}" can't be deployed as it is declared:\n${lines.join("\n")}`;
  const error = new pulumi.RunError(message);
  // Pulumi would put "error serializing property" before it for each child that the value was for.
  Object.defineProperty(error, "message", { get: () => message, set: () => {} });
  // Pulumi formats a stack even where it doesn't show it. Node.js 20 takes minutes and gigabytes for one out of an apply: it searches
  // the mapped path node_modules/@pulumi/output.ts for the end of a package's name without end.
  error.stack = undefined;
  throw error;
}

/** Whether somewhere in the value there is an output: its content is known later, or secret. */
export function holdsOutput(value: unknown): boolean {
  if (pulumi.Output.isInstance(value)) return true;
  if (Array.isArray(value)) return value.some(holdsOutput);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsOutput);
}

/** A check of one value; the result says what is wrong with it. */
export type Check<T> = (value: T) => string | undefined;

/**
 * Checks of single arguments that may be outputs. What is known is checked at once, together with everything else; an output is
 * passed on through a gate that fails before a bad value is used.
 */
export class Gate {
  private constructor(
    private readonly component: string,
    private readonly name: string,
    private readonly onlyKnown: boolean,
    readonly problems: Problem[],
  ) {}

  static of(component: string, name: string): Gate {
    // Children are named after it, and AWS takes no more in the name of a function, a role or a queue.
    const isName = /^[A-Za-z0-9_-]{1,200}$/.test(name);
    const reason = `${JSON.stringify(name)} is not allowed: name the component with 1 to 200 letters, digits, _ and -`;
    return new Gate(component, name, false, isName ? [] : [{ path: "name", reason }]);
  }

  /** The same for arguments that are handed on to a part: their outputs are left to the part's own gate. */
  ofPart(): Gate {
    return new Gate(this.component, this.name, true, this.problems);
  }

  /** The value to use: as given, or the output behind its gate. An undefined value passes. */
  check<T>(path: string, value: pulumi.Input<T> | undefined, check: Check<T>): pulumi.Input<T> | undefined {
    if (value === undefined) return undefined;
    if (!holdsOutput(value)) {
      this.problems.push(...problem(path, check(value as T)));
      return value;
    }
    return this.whenKnown(value, (known) => problem(path, check(known as T))) as pulumi.Output<T>;
  }

  /** The value, behind a gate that fails as soon as it is known to be wrong. */
  whenKnown<T>(value: pulumi.Input<T>, problemsOf: (known: pulumi.Unwrap<T>) => readonly Problem[]) {
    if (this.onlyKnown) return pulumi.output(value);
    return pulumi.output(value).apply((known) => {
      // An output of a resource that doesn't exist and isn't made, as with `pulumi up --target` of something else.
      if (known !== undefined) report(this.component, this.name, problemsOf(known));
      return known;
    });
  }

  /** A value that decides which resources there are, and so must be known while the program runs. */
  plain(path: string, value: unknown): boolean {
    if (!holdsOutput(value)) return true;
    this.problems.push({
      path,
      reason:
        "is an output or a secret, but decides what is made: give a plain value that is known when the program runs",
    });
    return false;
  }

  add(path: string, reason: string): void {
    this.problems.push({ path, reason });
  }

  /** Ends the preview if anything was found so far. */
  report(): void {
    report(this.component, this.name, this.problems);
  }
}
