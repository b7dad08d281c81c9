import { NotRunError } from "../notRun";
import { RESERVED_WORDS } from "./reservedWords";
import { type AttributeValue, compareValues, type Item, invalid, isObject, normalValue, sameValue } from "./values";

/** Whether an item satisfies an expression. */
export type Condition = (item: Item) => boolean;
/** What an operand is for an item; undefined if the item doesn't have it. */
type Operand = (item: Item) => AttributeValue | undefined;

const COMPARATORS: Readonly<
  Record<string, (left: AttributeValue | undefined, right: AttributeValue | undefined) => boolean>
> = {
  "=": (left, right) => !!left && !!right && sameValue(left, right),
  "<>": (left, right) => !left || !right || !sameValue(left, right),
  "<": (left, right) => order(left, right, (difference) => difference < 0),
  "<=": (left, right) => order(left, right, (difference) => difference <= 0),
  ">": (left, right) => order(left, right, (difference) => difference > 0),
  ">=": (left, right) => order(left, right, (difference) => difference >= 0),
};

const TOKEN = /\s*(?:(<>|<=|>=|[=<>(),.[\]])|([#:]?[A-Za-z0-9_]+))/y;
const KEYWORDS: ReadonlySet<string> = new Set(["AND", "OR", "NOT", "BETWEEN", "IN"]);
/** A deeper expression would exhaust the stack; DynamoDB's own limit is 300 operators. */
const MAX_DEPTH = 300;

/** The parts of a request that an expression refers to. */
export interface ExpressionInput {
  /** As the request calls it: `ConditionExpression` or `FilterExpression`. */
  readonly property: string;
  readonly text: unknown;
  readonly names: unknown;
  readonly values: unknown;
}

/**
 * Reads a condition (Amazon DynamoDB Developer Guide, "Condition and filter expressions"). Throws `ValidationException` for what
 * DynamoDB refuses, `NotRunError` for the functions that aren't here. No expression is a condition that always holds.
 */
export function parseCondition(input: ExpressionInput): Condition {
  if (input.text === undefined) {
    for (const property of ["names", "values"] as const)
      if (input[property] !== undefined)
        throw invalid(
          `ExpressionAttribute${property === "names" ? "Names" : "Values"} can only be specified when using expressions`,
        );
    return () => true;
  }
  if (typeof input.text !== "string" || input.text.trim() === "")
    throw invalid(`Invalid ${input.property}: The expression can not be empty;`);
  return new ConditionParser(input, input.text).parse();
}

/** By recursive descent: OR binds weakest, then AND, then NOT. */
class ConditionParser {
  private readonly tokens: readonly string[];
  private readonly names: Record<string, unknown>;
  private readonly values: Record<string, unknown>;
  private readonly used = new Set<string>();
  private position = 0;
  private depth = 0;

  constructor(
    private readonly input: ExpressionInput,
    text: string,
  ) {
    this.tokens = this.tokenize(text);
    this.names = isObject(input.names) ? input.names : {};
    this.values = isObject(input.values) ? input.values : {};
  }

  parse(): Condition {
    const condition = this.or();
    if (this.peek() !== undefined) throw this.syntaxError();
    this.requireAllUsed("ExpressionAttributeNames", this.names);
    this.requireAllUsed("ExpressionAttributeValues", this.values);
    return condition;
  }

  private or(): Condition {
    const parts = [this.and()];
    while (this.takeKeyword("OR")) parts.push(this.and());
    return (item) => parts.some((part) => part(item));
  }

  private and(): Condition {
    const parts = [this.not()];
    while (this.takeKeyword("AND")) parts.push(this.not());
    return (item) => parts.every((part) => part(item));
  }

  private not(): Condition {
    if (++this.depth > MAX_DEPTH) throw invalid(`Invalid ${this.input.property}: The expression is nested too deeply`);
    try {
      if (!this.takeKeyword("NOT")) return this.primary();
      const negated = this.not();
      return (item) => !negated(item);
    } finally {
      this.depth--;
    }
  }

  private primary(): Condition {
    if (this.take("(")) {
      const condition = this.or();
      this.expect(")");
      return condition;
    }
    if (this.tokens[this.position + 1] === "(") return this.functionCall();
    return this.comparison(this.operand());
  }

  private functionCall(): Condition {
    const name = this.next();
    if (!["attribute_exists", "attribute_not_exists", "begins_with"].includes(name))
      throw new NotRunError(`the function ${name} in a DynamoDB ${this.input.property}`);
    this.expect("(");
    const operand = name === "begins_with" ? this.operand() : this.path();
    if (name !== "begins_with") {
      this.expect(")");
      return (item) => (operand(item) !== undefined) === (name === "attribute_exists");
    }
    this.expect(",");
    const prefix = this.operand();
    this.expect(")");
    return (item) => beginsWith(operand(item), prefix(item));
  }

  private comparison(left: Operand): Condition {
    if (this.takeKeyword("BETWEEN")) {
      const low = this.operand();
      if (!this.takeKeyword("AND")) throw this.syntaxError();
      const high = this.operand();
      return (item) =>
        order(left(item), low(item), (difference) => difference >= 0) &&
        order(left(item), high(item), (difference) => difference <= 0);
    }
    if (this.takeKeyword("IN")) throw new NotRunError(`IN in a DynamoDB ${this.input.property}`);
    const compare = COMPARATORS[this.peek() ?? ""];
    if (!compare) throw this.syntaxError();
    this.next();
    const right = this.operand();
    return (item) => compare(left(item), right(item));
  }

  private operand(): Operand {
    const token = this.peek();
    if (!token?.startsWith(":")) return this.path();
    this.next();
    if (!Object.hasOwn(this.values, token))
      throw this.error(`An expression attribute value used in expression is not defined; attribute value: ${token}`);
    this.used.add(token);
    const value = normalValue(this.values[token]);
    return () => value;
  }

  private path(): Operand {
    const steps: (string | number)[] = [this.attributeName()];
    for (;;) {
      if (this.take(".")) steps.push(this.attributeName());
      else if (this.take("[")) {
        const index = this.next();
        if (!/^\d+$/.test(index)) throw this.syntaxError(index);
        steps.push(Number(index));
        this.expect("]");
      } else return (item) => follow({ M: item }, steps);
    }
  }

  private attributeName(): string {
    const token = this.next();
    if (token.startsWith("#")) {
      const name = Object.hasOwn(this.names, token) ? this.names[token] : undefined;
      if (typeof name !== "string")
        throw this.error(
          `An expression attribute name used in the document path is not defined; attribute name: ${token}`,
        );
      this.used.add(token);
      return name;
    }
    if (!/^[A-Za-z_]/.test(token) || KEYWORDS.has(token.toUpperCase())) throw this.syntaxError(token);
    if (RESERVED_WORDS.has(token.toLowerCase()))
      throw this.error(`Attribute name is a reserved keyword; reserved keyword: ${token}`);
    return token;
  }

  private tokenize(text: string): string[] {
    const tokens: string[] = [];
    const trimmed = text.trimEnd();
    for (TOKEN.lastIndex = 0; TOKEN.lastIndex < trimmed.length; ) {
      const at = TOKEN.lastIndex;
      const match = TOKEN.exec(trimmed);
      if (!match) throw this.syntaxError(trimmed.slice(at).trim()[0]);
      tokens.push((match[1] ?? match[2]) as string);
    }
    return tokens;
  }

  private peek(): string | undefined {
    return this.tokens[this.position];
  }

  private next(): string {
    const token = this.peek();
    if (token === undefined) throw this.syntaxError("<EOF>");
    this.position++;
    return token;
  }

  private take(token: string): boolean {
    if (this.peek() !== token) return false;
    this.position++;
    return true;
  }

  private takeKeyword(keyword: string): boolean {
    if (this.peek()?.toUpperCase() !== keyword) return false;
    this.position++;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) throw this.syntaxError();
  }

  private requireAllUsed(property: string, given: Record<string, unknown>): void {
    const unused = Object.keys(given).filter((key) => !this.used.has(key));
    if (unused.length > 0)
      throw invalid(`Value provided in ${property} unused in expressions: keys: {${unused.join(", ")}}`);
  }

  private syntaxError(token = this.peek() ?? "<EOF>") {
    return this.error(`Syntax error; token: "${token}"`);
  }

  private error(message: string) {
    return invalid(`Invalid ${this.input.property}: ${message}`);
  }
}

function follow(root: AttributeValue, steps: readonly (string | number)[]): AttributeValue | undefined {
  let value: AttributeValue | undefined = root;
  for (const step of steps) {
    const container: unknown = typeof step === "number" ? value?.L : value?.M;
    if (container === undefined || !Object.hasOwn(container as object, step)) return undefined;
    value = (container as Record<string | number, AttributeValue>)[step];
  }
  return value;
}

function order(
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
  test: (difference: number) => boolean,
): boolean {
  const difference = left && right && compareValues(left, right);
  return difference !== undefined && test(difference);
}

function beginsWith(value: AttributeValue | undefined, prefix: AttributeValue | undefined): boolean {
  return typeof value?.S === "string" && typeof prefix?.S === "string" && value.S.startsWith(prefix.S);
}
