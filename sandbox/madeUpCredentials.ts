import type { SandboxSettings, SequenceSettings } from "./settings";

/** A credential of the simulated Sequence. It opens nothing else. */
export interface MadeUpCredential {
  /** `accessToken`, or `apiSecret of ru_12345`. */
  readonly what: string;
  readonly value: string;
}

/** Those that nobody gave: whoever wrote a credential into sandbox.yaml knows it, and it isn't repeated. */
export function madeUpCredentials(
  settings: SandboxSettings,
  { accessToken, rules }: SequenceSettings<string>,
  invented: readonly string[],
): MadeUpCredential[] {
  const all = [
    ...(accessToken === undefined ? [] : [{ what: "accessToken", value: accessToken }]),
    ...rules.map(({ id, apiSecret }) => ({ what: `apiSecret of ${id}`, value: apiSecret })),
  ];
  const given = new Set(Object.values(settings.config).map(String));
  return all.filter(({ value }) => invented.includes(value) && !given.has(value));
}
