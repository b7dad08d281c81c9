/** Where Sequence's API is. */
export const DEFAULT_BASE_URL = "https://api.getsequence.io";

/** Stands for the rule's id in the path of the trigger call. */
export const RULE_ID_PLACEHOLDER = "{ruleId}";

/** Sequence's page shows the path of the trigger call in two forms; the first is our default (contract section 1). */
export const TRIGGER_PATHS = ["/remote-api/rules/{ruleId}/trigger", "/rules/{ruleId}/trigger"] as const;
export const DEFAULT_TRIGGER_PATH = TRIGGER_PATHS[0];

/** Both paths of the accounts call that are in use; the first is our default (contract section 3). */
export const ACCOUNTS_PATHS = ["/accounts", "/remote-api/accounts"] as const;
export const DEFAULT_ACCOUNTS_PATH = ACCOUNTS_PATHS[0];

/** The rule's id in `path`, if `path` has the given form, such as one of `TRIGGER_PATHS`. Otherwise undefined. */
export function ruleIdInPath(path: string, form: string): string | undefined {
  const [before = "", after = ""] = form.split(RULE_ID_PLACEHOLDER);
  if (!path.startsWith(before) || !path.endsWith(after) || path.length <= before.length + after.length)
    return undefined;
  const segment = path.slice(before.length, path.length - after.length);
  if (segment.includes("/")) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** Whether `http:` may be used there. `hostname` as `URL` writes it: an IPv4 address in any spelling has become four decimal numbers. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
