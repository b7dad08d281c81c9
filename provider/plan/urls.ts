import {
  DEFAULT_BASE_URL,
  DEFAULT_TRIGGER_PATH,
  isLoopback,
  RULE_ID_PLACEHOLDER,
} from "../../lambda/agreements/sequenceUrls";

// None of these shows the value: who pastes a URL may paste a credential with it.

/** `http:` only for a simulator on this machine: credentials go there (contract section 4). */
export function baseUrlProblem(value: unknown): string | undefined {
  const instead = `give a URL such as ${DEFAULT_BASE_URL}`;
  if (typeof value !== "string" || !URL.canParse(value)) return `the value given is not a URL: ${instead}`;
  const url = new URL(value);
  if (url.username !== "" || url.password !== "")
    return `a URL with a user name or password is not allowed: ${instead}`;
  if (url.search !== "" || url.hash !== "") return `a URL with a query (?) or fragment (#) is not allowed: ${instead}`;
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))) return undefined;
  return `the URL given is not allowed: credentials go there, so it must be https: (http: only on 127.0.0.1, ::1 and localhost); ${instead}`;
}

/** Path of the trigger call, with `{ruleId}` in it. */
export function triggerPathProblem(value: unknown): string | undefined {
  const wrong = pathProblem(value);
  if (wrong !== undefined) return wrong;
  const count = String(value).split(RULE_ID_PLACEHOLDER).length - 1;
  if (count === 1 && !/[{}]/.test(String(value).replace(RULE_ID_PLACEHOLDER, ""))) return undefined;
  return `the path given is not allowed: it must contain ${RULE_ID_PLACEHOLDER} once and no other braces, such as ${DEFAULT_TRIGGER_PATH}`;
}

/** Path of the accounts call. */
export function accountsPathProblem(value: unknown): string | undefined {
  const wrong = pathProblem(value);
  if (wrong !== undefined) return wrong;
  return /[{}]/.test(String(value))
    ? `the path given is not allowed: there is nothing to fill in, write it without braces`
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
  return `the value given is not allowed: give a path that begins with one / and has no space, ?, #, \\ or .. in it`;
}
