/** The address itself is not shown: it may be configured as a secret. */
export function emailProblem(value: unknown): string | undefined {
  const instead = "give one plain address such as payday-alarms@example.com";
  if (typeof value !== "string" || value === "") return `there is no e-mail address: ${instead}`;
  if (/[\s<>,;"]/.test(value)) return `the text given has spaces or one of < > , ; " in it: ${instead}`;
  if (!/^[^@]{1,64}@[^@]+$/.test(value))
    return `the text given has not exactly one @ with a name before it: ${instead}`;
  const labels = value.slice(value.indexOf("@") + 1).split(".");
  const isDomain =
    labels.length > 1 && labels.every((label) => /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u.test(label));
  return isDomain && value.length <= 254 ? undefined : `the text after the @ is not a domain: ${instead}`;
}
