import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from "yaml";
import type { Problem } from "./problems";

/** A number with the digits as they are written: a float would round dollars, and drop the zeros that an id begins with. */
export class Numeral {
  constructor(
    readonly written: string,
    readonly value: number,
  ) {}
}

/** Stands where an alias has no anchor, such as text that starts with `*` and isn't in quotes. */
export const unresolved = Symbol("unresolved alias");

/** Text, `Numeral`s, booleans, null, `unresolved`, and arrays and plain objects of them. */
export type YamlValue = unknown;

export interface YamlFile {
  readonly value: YamlValue;
  /** What is wrong with the file as YAML. */
  readonly problems: readonly Problem[];
  /** Broken so that no value can be read. */
  readonly isBroken: boolean;
  /** How far into the text the entry begins, by its dotted path. */
  offsetOf(path: string): number;
  /** The line of that entry, from 1. */
  lineOf(path: string): number;
}

/** Valibot and plain objects can't hold these. */
const IMPOSSIBLE_KEYS = ["__proto__", "prototype", "constructor"];
/** Aliases of aliases can make a short file endless. */
const MOST_ENTRIES = 100_000;

export function readYaml(text: string): YamlFile {
  const lines = new LineCounter();
  // prettyErrors would quote the file's text in messages, and with it a credential.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const problems: Problem[] = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    line: lineAt(pos[0]),
    path: "",
    message: syntaxMessage(code, message, text.slice(...pos)),
  }));
  const offsets = new Map<string, number>();
  const isBroken = document.errors.some(({ code }) => code !== "DUPLICATE_KEY");
  const noteKey = (offset: number, path: string, message: string) =>
    problems.push({ line: lineAt(offset), path, message });
  const value = isBroken ? null : new Walk(document, offsets, noteKey).valueOf(document.contents, "", 0);
  const offsetOf = (path: string) => offsets.get(path) ?? 0;
  return { value, problems, isBroken, offsetOf, lineOf: (path) => lineAt(offsetOf(path)) };
}

/** A map of names to values, as opposed to lists and `Numeral`s. */
export function isPlainMap(value: YamlValue): value is Record<string, YamlValue> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Numeral);
}

/** What kind of value it is, for messages; never the value itself. */
export function kindOf(value: YamlValue): string {
  if (value === unresolved) return "an alias without its anchor (put text that starts with * in quotes)";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Numeral) return "a number";
  if (isPlainMap(value)) return "a map";
  if (value === null || value === undefined) return "nothing";
  return typeof value === "string" ? "text" : `a ${typeof value}`;
}

export function join(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}

function syntaxMessage(code: string, message: string, at: string): string {
  if (code === "DUPLICATE_KEY") return `the key "${at.split(/[:\s]/)[0]}" is there twice.`;
  // YAML's own message has the tag in it, which may be a credential that someone forgot to quote.
  if (code === "TAG_RESOLVE_FAILED") return "text that starts with ! must be in quotes.";
  return `${message.replace(/\.$/, "")}.`;
}

/** Reads values out of YAML's tree, and notes where each begins. */
class Walk {
  private entries = 0;
  private readonly above = new Set<Node>();

  constructor(
    private readonly document: Document,
    private readonly offsets: Map<string, number>,
    private readonly noteKey: (offset: number, path: string, message: string) => void,
  ) {}

  valueOf(source: Node | null | undefined, path: string, offset: number): YamlValue {
    this.offsets.set(path, offset);
    const node = isAlias(source) ? source.resolve(this.document) : source;
    if (isScalar(node)) return scalarValue(node);
    if (!node) return isAlias(source) ? unresolved : null;
    if (this.above.has(node) || ++this.entries > MOST_ENTRIES) return unresolved;
    this.above.add(node);
    const value = isMap(node) ? this.mapOf(node.items, path) : isSeq(node) ? this.listOf(node.items, path) : null;
    this.above.delete(node);
    return value;
  }

  private listOf(items: readonly unknown[], path: string): YamlValue[] {
    return items.map((item, index) => this.valueOf(item as Node | null, join(path, index), offsetOf(item)));
  }

  private mapOf(pairs: readonly { key: unknown; value: unknown }[], path: string): Record<string, YamlValue> {
    const map: Record<string, YamlValue> = {};
    for (const { key, value } of pairs) {
      const name = isScalar(key) ? textOf(key) : "";
      if (name === "") this.noteKey(offsetOf(key), path, "a key must be text that isn't empty.");
      else if (IMPOSSIBLE_KEYS.includes(name))
        this.noteKey(offsetOf(key), join(path, name), "can't be a key: choose another name.");
      else map[name] = this.valueOf(value as Node | null, join(path, name), offsetOf(key));
    }
    return map;
  }
}

function scalarValue(scalar: Scalar): YamlValue {
  return typeof scalar.value === "number" ? new Numeral(textOf(scalar), scalar.value) : scalar.value;
}

function textOf({ value, source }: Scalar): string {
  if (value === null) return "";
  return typeof value === "string" ? value : (source ?? String(value));
}

function offsetOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}
