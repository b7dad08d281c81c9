import { randomBytes } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import { UserError } from "./userError";

/** A value that the program requires and nobody has given, made up by the sandbox. */
export interface InventedValue {
  /** The full key, `project:key`. */
  readonly key: string;
  readonly what: "secret" | "mail address";
}

export type KeptInventions = Map<string, { readonly value: string; readonly what: InventedValue["what"] }>;

/** The configuration of a deployment. */
export interface ProgramConfig {
  /** By full key, `project:key`. Objects are JSON, as Pulumi keeps them. */
  readonly values: Map<string, string>;
  /** What the sandbox made up, by full key, kept for later deployments of the program. */
  readonly kept: KeptInventions;
  /** What was made up while the program ran. */
  readonly invented: InventedValue[];
}

/** Makes full keys of short ones and text of values, as `pulumi config set` does. */
export function programConfig(
  project: string,
  given: Record<string, unknown>,
  kept: KeptInventions = new Map(),
): ProgramConfig {
  const values = new Map<string, string>();
  for (const [key, value] of Object.entries(given))
    values.set(
      key.includes(":") ? key : `${project}:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    );
  return { values, kept, invented: [] };
}

type Require = (this: pulumi.Config, key: string, ...rest: unknown[]) => unknown;

/**
 * Makes up what the program requires and nobody gave, as long as nothing depends on its value: secrets and mail addresses. Any
 * other missing key stays an error, with what to do in the sandbox. The result undoes it.
 */
export function inventMissing(sdk: typeof pulumi, config: ProgramConfig, settingsFile: string): () => void {
  const prototype = sdk.Config.prototype as unknown as Record<string, Require>;
  const originals = new Map<string, Require>();
  const methods = ["require", "requireSecret", "requireBoolean", "requireNumber", "requireObject"];
  for (const method of [...methods, "requireSecretBoolean", "requireSecretNumber", "requireSecretObject"]) {
    const original = prototype[method];
    if (!original) continue;
    originals.set(method, original);
    prototype[method] = function (key, ...rest) {
      const fullKey = `${this.name}:${key}`;
      if (config.values.has(fullKey)) return original.call(this, key, ...rest);
      const what = inventable(method, key);
      if (!what)
        throw new UserError(
          `the program requires the configuration "${fullKey}", which isn't set. Add it to ${settingsFile}:\nconfig:\n  ${key}: <value>\n` +
            `If there is no such file yet, this drafts it: npx sequence-remote-api init --config ${key}=<value>`,
        );
      const value = config.kept.get(fullKey)?.value ?? inventedValue(what, key);
      config.kept.set(fullKey, { value, what });
      config.values.set(fullKey, value);
      config.invented.push({ key: fullKey, what });
      sdk.runtime.setAllConfig(Object.fromEntries(config.values));
      return original.call(this, key, ...rest);
    };
  }
  return () => {
    for (const [method, original] of originals) prototype[method] = original;
  };
}

function inventedValue(what: InventedValue["what"], key: string): string {
  return what === "secret" ? `sandbox-${key}-${randomBytes(16).toString("hex")}` : "you@example.com";
}

function inventable(method: string, key: string): InventedValue["what"] | undefined {
  if (method === "requireSecret") return "secret";
  if (method === "require" && /e?mail/i.test(key)) return "mail address";
  return undefined;
}
