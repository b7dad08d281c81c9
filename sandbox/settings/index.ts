import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import type { JsonValue } from "../../lambda/client/types";
import { readSecret } from "./credentials";
import { readInstant } from "./instant";
import { Place, type Reading } from "./place";
import { SettingsError } from "./problems";
import { readSequence } from "./sequence";
import type { SandboxSettings, SecretSetting } from "./types";

export { type ResolvedCredentials, resolveCredentials } from "./credentials";
export { type Problem, SettingsError } from "./problems";
export type * from "./types";

/** Reads a `sandbox.yaml`. Throws `SettingsError` that lists all that is wrong with it. */
export function readSettings(file: string): SandboxSettings {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = code === "ENOENT" ? "there is no such file." : `cannot be read (${code}).`;
    throw new SettingsError(file, [{ path: "", message }]);
  }
  return parseSettings(text, basename(file));
}

/** Reads the text of a `sandbox.yaml`; `fileName` is for messages. Throws `SettingsError` that lists all that is wrong with it. */
export function parseSettings(text: string, fileName: string): SandboxSettings {
  const lines = new LineCounter();
  // prettyErrors would quote the file's text in messages, and with it a credential.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const reading: Reading = { document, lines, problems: [] };
  noteSyntaxProblems(reading, text);
  if (document.errors.some(({ code }) => code !== "DUPLICATE_KEY")) throw new SettingsError(fileName, reading.problems);
  const settings = readDocument(reading, fileName);
  if (reading.problems.length > 0)
    throw new SettingsError(
      fileName,
      [...reading.problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    );
  return settings;
}

function noteSyntaxProblems({ document, lines, problems }: Reading, text: string): void {
  for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
    const { line } = lines.linePos(pos[0]);
    problems.push({ line, path: "", message: syntaxMessage(code, message, text.slice(...pos)) });
  }
}

function syntaxMessage(code: string, message: string, at: string): string {
  if (code === "DUPLICATE_KEY") return `the key "${at.split(/[:\s]/)[0]}" is there twice.`;
  // YAML's own message has the tag in it, which may be a credential that someone forgot to quote.
  if (code === "TAG_RESOLVE_FAILED") return "text that starts with ! must be in quotes.";
  return `${message.replace(/\.$/, "")}.`;
}

function readDocument(reading: Reading, file: string): SandboxSettings {
  const root = new Place(reading, reading.document.contents, "");
  const empty = root.kind === "nothing";
  const fields = (empty ? undefined : root.fields(["config", "clock", "secrets", "sequence"])) ?? {};
  const startAt = fields.clock && readInstant(fields.clock);
  return {
    file,
    config: readConfig(fields.config),
    ...(startAt === undefined ? {} : { startAt }),
    secrets: readSecrets(fields.secrets),
    sequence: fields.sequence ? readSequence(fields.sequence) : { accounts: [], rules: [] },
  };
}

function readConfig(place: Place | undefined): Record<string, JsonValue> {
  const config: Record<string, JsonValue> = {};
  for (const [key, value] of place?.entries() ?? []) {
    if (key === "") continue;
    if (!/^([^:]+:)?[^:]+$/.test(key))
      value.problem("a config key is a name, or a project's name, a colon and a name.");
    const json = value.json();
    if (json === undefined) continue;
    if (json === null) value.problem("must be text, a number, true, false, or an object.");
    else if (typeof json === "number" && !isExact(json))
      value.problem("the number has too many digits to be kept exactly: put it in quotes.");
    else config[key] = json as JsonValue;
  }
  return config;
}

function isExact(number: number): boolean {
  return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
}

function readSecrets(place: Place | undefined): Record<string, SecretSetting> {
  const secrets: Record<string, SecretSetting> = {};
  for (const [name, value] of place?.entries() ?? []) {
    const secret = readSecret(value);
    if (secret !== undefined) secrets[name] = secret;
  }
  return secrets;
}
