/** What a log line says beside its event. Values are made plain, bounded and stripped of credentials. */
export type LogFields = Readonly<Record<string, unknown>>;

const MAX_TEXT_CHARS = 1_000;
/** A longer text is cut before it is searched for credentials, so that a huge one costs no time. */
const MAX_SEARCHED_CHARS = 65_536;
const MAX_KEY_CHARS = 100;
const MAX_ENTRIES = 40;
const MAX_DEPTH = 4;
const MAX_CONCEALED = 200;
/** A shorter value is no credential, and removing it would make other text unreadable. */
const MIN_CONCEALED_CHARS = 6;

const REDACTED = "[redacted]";
const UNREADABLE = "[unreadable]";
/** Names of fields and headers that hold a credential. `secretArn` isn't one of them. */
const CREDENTIAL_KEYS =
  /(token|secret|secretstring|password|passphrase|authorization|cookie|credential|signature|api[-_]?key)s?$|^x-sequence-|^raw(path|querystring)$/i;

/** The latest used last. */
const concealed = new Set<string>();
/** The same, longest first: removing a short credential from inside a longer one would leave the rest of the longer one visible. */
let longestFirst: readonly string[] = [];
/** Finds any of them at once: most texts hold none, and looking for one after the other takes many times as long. */
let anyConcealed = /(?!)/;

/** Keeps `credential` out of every line of every logger of this process from now on. */
export function conceal(credential: string): void {
  if (credential.length < MIN_CONCEALED_CHARS) return;
  const isKnown = concealed.delete(credential);
  concealed.add(credential);
  if (isKnown) return;
  for (const oldest of concealed) {
    if (concealed.size <= MAX_CONCEALED) break;
    concealed.delete(oldest);
  }
  longestFirst = [...concealed].sort((a, b) => b.length - a.length);
  anyConcealed = new RegExp(longestFirst.map((text) => text.replace(/[^\w]/g, "\\$&")).join("|"));
}

/** A copy of `fields` that JSON can hold, without credentials, of bounded size. Never throws, whatever the values do. */
export function plainFields(fields: LogFields): object {
  try {
    return plainEntries(fields, 0);
  } catch {
    return { fields: UNREADABLE };
  }
}

function plainEntries(source: object, depth: number): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  for (const key of Object.keys(source).slice(0, MAX_ENTRIES)) {
    const value = CREDENTIAL_KEYS.test(key) ? REDACTED : plain(read(source, key), depth);
    if (value !== undefined) entries.push([redact(key).slice(0, MAX_KEY_CHARS), value]);
  }
  return Object.fromEntries(entries);
}

/** The same for one value. */
function plain(value: unknown, depth: number): unknown {
  try {
    return plainCopy(value, depth);
  } catch {
    return UNREADABLE;
  }
}

function plainCopy(value: unknown, depth: number): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value === "boolean" || value === null || value === undefined) return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object") return redact(String(value));
  if (depth >= MAX_DEPTH) return "[nested too deep]";
  if (value instanceof Error) return plainError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "invalid date" : value.toISOString();
  if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map((item) => plain(item, depth + 1) ?? null);
  return plainEntries(value, depth + 1);
}

const ERROR_FIELDS = ["code", "status", "requestId", "attempts", "retryable", "amount", "secretArn"] as const;

/** What helps to find the cause of an error. Not its other properties, which may hold a request with its headers. */
function plainError(error: Error, depth: number): Record<string, unknown> {
  const described: Record<string, unknown> = {
    name: redact(String(read(error, "name"))),
    message: redact(String(read(error, "message"))),
  };
  const metadata = read(error, "$metadata");
  if (typeof metadata === "object" && metadata !== null) {
    described.status = plain(read(metadata, "httpStatusCode"), MAX_DEPTH);
    described.requestId = plain(read(metadata, "requestId"), MAX_DEPTH);
  }
  for (const field of ERROR_FIELDS) {
    const value = plain(read(error, field), MAX_DEPTH);
    if (value !== undefined) described[field] = value;
  }
  described.at = firstFrame(read(error, "stack"));
  const cause = read(error, "cause");
  if (cause !== undefined) described.cause = plain(cause, depth + 1);
  return described;
}

/** Turns a line of a stack trace into what the log shows of it. */
let placeOf = (line: string) => line;

/** From now on every logger of this process shows places as `translate` turns them: in the source of a bundle, say. */
export function translatePlaces(translate: (line: string) => string): void {
  placeOf = translate;
}

/** Where an error came from: the first line of the stack that is a place in the code, in Node's own only if there is no other. */
function firstFrame(stack: unknown): string | undefined {
  if (typeof stack !== "string") return undefined;
  const frames = stack.split("\n", 50).filter((line) => line.startsWith("    at ") && /:\d+:\d+\)?$/.test(line));
  const frame = frames.find((line) => !/[( ]node:/.test(line)) ?? frames[0];
  return frame === undefined ? undefined : redact(placeOf(frame.trim()));
}

function read(source: object, key: string): unknown {
  try {
    return (source as Record<string, unknown>)[key];
  } catch {
    return UNREADABLE;
  }
}

/** `text` without credentials, cut to a bounded length. */
export function redact(text: string): string {
  let clean = text.slice(0, MAX_SEARCHED_CHARS);
  if (anyConcealed.test(clean)) for (const credential of longestFirst) clean = clean.replaceAll(credential, REDACTED);
  clean = clean
    .replace(/\bBearer\s+[^\s"',;]+/gi, `Bearer ${REDACTED}`)
    // An amount's URL: its last segment is the credential.
    .replace(/(\/amounts\/[\w-]+\/)[\w%-]+/g, `$1${REDACTED}`);
  return clean.length <= MAX_TEXT_CHARS ? clean : `${clean.slice(0, MAX_TEXT_CHARS)}… (${text.length} characters)`;
}
