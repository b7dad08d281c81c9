import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type BaseIssue, safeParse } from "valibot";
import { isPlainMap, join, readYaml, type YamlFile } from "./document";
import { type Problem, SettingsError } from "./problems";
import { type SandboxFile, sandboxSchema } from "./schema";
import { readSequence } from "./sequence";
import type { SandboxSettings } from "./types";

export { resolveCredentials } from "./credentials";
export { didYouMean, type Problem, SettingsError } from "./problems";
export type * from "./types";
export { LARGEST_BALANCE_CENTS } from "./values";

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
  const yaml = readYaml(text);
  if (yaml.isBroken) throw new SettingsError(fileName, yaml.problems);
  const { output, issues = [] } = safeParse(sandboxSchema, yaml.value ?? {});
  const problems: Problem[] = [...yaml.problems, ...issues.flatMap((issue) => problemsOf(issue, yaml))];
  const { config = {}, clock, secrets = {}, sequence } = output as Partial<SandboxFile>;
  const settings = {
    file: fileName,
    config,
    ...(clock === undefined ? {} : { startAt: clock }),
    secrets,
    sequence: readSequence(isPlainMap(sequence) ? sequence : {}, yaml, (path, message) =>
      problems.push({ line: yaml.lineOf(path), path, message }),
    ),
  };
  if (problems.length === 0) return settings;
  throw new SettingsError(
    fileName,
    problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || yaml.offsetOf(a.path) - yaml.offsetOf(b.path)),
  );
}

/** Where no form of several fits, the problems inside a form say more than that none fits. */
function problemsOf(issue: BaseIssue<unknown>, yaml: YamlFile, above = ""): Problem[] {
  const keys = (issue.path ?? []).map(({ key }) => key as string | number);
  // What is missing has no line of its own.
  const isMissing = issue.path?.at(-1)?.origin === "key" && issue.input === undefined;
  const path = (isMissing ? keys.slice(0, -1) : keys).reduce<string>(join, above);
  const inside = issue.issues?.filter((inner) => inner.path) ?? [];
  if (inside.length > 0) return inside.flatMap((inner) => problemsOf(inner, yaml, path));
  return [{ line: yaml.lineOf(path), path, message: issue.message }];
}
