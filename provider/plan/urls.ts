import {
  DEFAULT_BASE_URL,
  DEFAULT_TRIGGER_PATH,
  isLoopback,
  RULE_ID_PLACEHOLDER,
} from "../../lambda/agreements/sequenceUrls";

// None of these checks shows the value, because a pasted URL may hold a credential.

/** `http:` only for a simulator on this machine: credentials go there (contract section 4). */
export function baseUrlProblem(value: unknown): string | undefined {
  const instead = `it must be a URL such as ${DEFAULT_BASE_URL}`;
  if (typeof value !== "string" || !URL.canParse(value)) return `is not a URL; ${instead}`;
  const url = new URL(value);
  if (url.username !== "" || url.password !== "") return `has a user name or password in it; ${instead}`;
  if (url.search !== "" || url.hash !== "") return `has a query (?) or fragment (#); ${instead}`;
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))) return undefined;
  return `is not https:; it must be, because credentials go there (http: only on 127.0.0.1, ::1 and localhost): give a URL such as ${DEFAULT_BASE_URL}`;
}

/** Path of the trigger call, with `{ruleId}` in it. */
export function triggerPathProblem(value: unknown): string | undefined {
  const wrong = pathProblem(value);
  if (wrong !== undefined) return wrong;
  const count = String(value).split(RULE_ID_PLACEHOLDER).length - 1;
  if (count === 1 && !/[{}]/.test(String(value).replace(RULE_ID_PLACEHOLDER, ""))) return undefined;
  return `is no path of a rule; it must contain ${RULE_ID_PLACEHOLDER} once and no other braces, such as ${DEFAULT_TRIGGER_PATH}`;
}

/** Path of the accounts call. */
export function accountsPathProblem(value: unknown): string | undefined {
  const wrong = pathProblem(value);
  if (wrong !== undefined) return wrong;
  return /[{}]/.test(String(value))
    ? "has braces in it; it must be a path without, because there is nothing to fill in"
    : undefined;
}

function pathProblem(value: unknown): string | undefined {
  if (
    typeof value === "string" &&
    /^\/[^\s?#\\]*$/.test(value) &&
    !/\/\.{1,2}(?:\/|$)/.test(value) &&
    !value.startsWith("//")
  )
    return undefined;
  return "is no path; it must begin with one / and have no space, ?, #, \\ or .. in it";
}
