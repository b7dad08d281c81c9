import { SHORTEST_CREDENTIAL } from "../../lambda/agreements/credentialLength";
import { type Problem, SettingsError } from "./problems";
import type { CredentialSetting, RuleSettings, SandboxSettings, SecretSetting, SequenceSettings } from "./types";

/** The settings' credentials, looked up. */
export interface ResolvedCredentials {
  readonly sequence: SequenceSettings<string>;
  /** What each secret holds (its `SecretString`), by the secret's logical name. */
  readonly secrets: { readonly [logicalName: string]: string };
}

/**
 * Looks every credential up. `config` gives the value of one of the program's config keys, with or without the project's name
 * in front, as the settings have it.
 *
 * Throws `SettingsError` that lists every key without a value, and every value that is too short.
 */
export function resolveCredentials(
  settings: SandboxSettings,
  config: (key: string) => string | undefined,
): ResolvedCredentials {
  const problems: Problem[] = [];
  const resolve = (credential: CredentialSetting, path: string): string => {
    if (typeof credential === "string") return credential;
    const value = config(credential.config);
    if (!value)
      problems.push({
        path,
        message: `the program's config key "${credential.config}" has no value. Set it under config, or write the value here.`,
      });
    return value ?? "";
  };
  const sequence = resolveSequence(settings.sequence, (credential, path) => {
    const value = resolve(credential, path);
    if (value !== "" && value.length < SHORTEST_CREDENTIAL)
      problems.push({
        path,
        message: `has ${value.length} characters. The functions take no credential under ${SHORTEST_CREDENTIAL}: write a longer text.`,
      });
    return value;
  });
  const secrets = Object.entries(settings.secrets).map(([name, secret]) => [
    name,
    resolveSecret(secret, `secrets.${name}`, resolve),
  ]);
  if (problems.length > 0) throw new SettingsError(settings.file, problems);
  return { sequence, secrets: Object.fromEntries(secrets) };
}

type Resolve = (credential: CredentialSetting, path: string) => string;

function resolveSequence({ accessToken, accounts, rules }: SequenceSettings, resolve: Resolve) {
  return {
    ...(accessToken === undefined ? {} : { accessToken: resolve(accessToken, "sequence.accessToken") }),
    accounts,
    rules: rules.map(
      (rule): RuleSettings<string> => ({
        ...rule,
        apiSecret: resolve(rule.apiSecret, `sequence.rules.${rule.id}.apiSecret`),
      }),
    ),
  };
}

function resolveSecret(secret: SecretSetting, path: string, resolve: Resolve): string {
  if (typeof secret === "string" || "config" in secret) return resolve(secret, path);
  const fields = Object.entries(secret.fields).map(([field, value]) => [field, resolve(value, `${path}.${field}`)]);
  return JSON.stringify(Object.fromEntries(fields));
}
