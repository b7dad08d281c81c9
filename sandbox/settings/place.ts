import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node, type Scalar } from "yaml";
import { didYouMean, type Problem } from "./problems";

/** What all places of one file share. */
export interface Reading {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly problems: Problem[];
}

/**
 * One entry of the file. Its readers return `undefined` after noting what is wrong, so that reading goes on and every
 * problem is found at once.
 */
export class Place {
  readonly node: Node | null | undefined;

  constructor(
    private readonly reading: Reading,
    private readonly source: Node | null | undefined,
    readonly path: string,
    private readonly keyLine?: number,
  ) {
    this.node = isAlias(source) ? source.resolve(reading.document) : source;
  }

  get line(): number | undefined {
    return this.keyLine ?? lineOf(this.reading, this.source);
  }

  problem(message: string): undefined {
    this.reading.problems.push({ line: this.line, path: this.path, message });
    return undefined;
  }

  /** What kind of value is there, for messages; never the value itself. */
  get kind(): string {
    const { node, source } = this;
    if (isAlias(source) && !node) return "an alias without its anchor (put text that starts with * in quotes)";
    if (isMap(node)) return "a map";
    if (isSeq(node)) return "a list";
    if (!isScalar(node) || node.value === null) return "nothing";
    return typeof node.value === "string" ? "text" : `a ${typeof node.value}`;
  }

  get isText(): boolean {
    return isScalar(this.node) && typeof this.node.value === "string";
  }

  get isMap(): boolean {
    return isMap(this.node);
  }

  /** The entries of a map whose keys are the user's own. */
  entries(): [string, Place][] {
    if (!isMap(this.node)) {
      this.problem(`must be a map of names to values; it is ${this.kind}.`);
      return [];
    }
    return this.node.items.map((pair) => {
      const key = pair.key as Node | null;
      const name = textOf(key) ?? "";
      const place = new Place(
        this.reading,
        pair.value as Node | null,
        join(this.path, name),
        lineOf(this.reading, key),
      );
      if (name === "") place.problem("a key must be text that isn't empty.");
      return [name, place];
    });
  }

  /** The entries of a map that may have only `allowed` keys. */
  fields<Key extends string>(allowed: readonly Key[]): Partial<Record<Key, Place>> | undefined {
    if (!isMap(this.node)) return this.problem(`must be a map with ${list(allowed)}; it is ${this.kind}.`);
    const fields: Partial<Record<Key, Place>> = {};
    for (const [name, place] of this.entries()) {
      const key = allowed.find((candidate) => candidate === name);
      if (key) fields[key] = place;
      else if (name !== "") place.problem(`unknown key. Allowed: ${list(allowed)}.${didYouMean(name, allowed)}`);
    }
    return fields;
  }

  /** `fields[key]`, or a problem that it is missing. */
  required<Key extends string>(fields: Partial<Record<Key, Place>>, key: Key): Place | undefined {
    return fields[key] ?? this.problem(`${key} is missing.`);
  }

  items(): Place[] {
    if (!isSeq(this.node)) {
      this.problem(`must be a list; it is ${this.kind}.`);
      return [];
    }
    return this.node.items.map((item, index) => new Place(this.reading, item as Node | null, `${this.path}[${index}]`));
  }

  /** Text that isn't empty. */
  text(): string | undefined {
    if (!this.isText) return this.problem(`must be text; it is ${this.kind}.`);
    const text = (this.node as Scalar<string>).value;
    return text.trim() === "" ? this.problem("must not be empty.") : text;
  }

  /** Text, or a whole number as it is written: ids look like numbers to YAML. */
  textOrNumber(): string | undefined {
    if (isScalar(this.node) && typeof this.node.value === "number") return textOf(this.node);
    return this.text();
  }

  boolean(): boolean | undefined {
    if (isScalar(this.node) && typeof this.node.value === "boolean") return this.node.value;
    return this.problem(`must be true or false; it is ${this.kind}.`);
  }

  /** A number as it is written, without the loss that reading it as a float could bring. */
  numeral(): string | undefined {
    if (isScalar(this.node) && typeof this.node.value === "number") return textOf(this.node);
    return this.problem(`must be a number without quotes or signs other than "-"; it is ${this.kind}.`);
  }

  /** The value as JSON has it. */
  json(): unknown {
    try {
      if (this.source) return this.source.toJS(this.reading.document);
    } catch {
      return this.problem("has an alias without its anchor (put text that starts with * in quotes).");
    }
    return null;
  }
}

export function list(names: readonly string[]): string {
  return names.join(", ");
}

function lineOf({ lines }: Reading, node: Node | null | undefined): number | undefined {
  return node?.range ? lines.linePos(node.range[0]).line : undefined;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function textOf(node: Node | null | undefined): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
}
