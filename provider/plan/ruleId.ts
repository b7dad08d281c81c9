import { ruleIdOf } from "../../lambda/agreements/ruleId";

const RULE_ID = /^[A-Za-z0-9_-]{1,128}$/;

/** Both paths that Sequence's page uses (contract section 1). */
const TRIGGER_PATH = /^((?:\/remote-api)?\/rules\/)[^/]+(\/trigger)$/;

/** The value is not shown: who mixes up the two fields has put the API secret here. */
export function ruleIdProblem(value: unknown): string | undefined {
  if (typeof value === "string") {
    const id = ruleIdOf(value);
    const isWellFormed = id === value.trim() || pastedUrl(value)?.endsWith(`/rules/${id}/trigger`);
    if (isWellFormed && RULE_ID.test(id)) return undefined;
  }
  const given = typeof value === "string" ? `a text of ${value.length} characters` : `a value of type ${typeof value}`;
  return `${given} is not a rule id: give the id as Sequence shows it, such as ru_12345 (1 to 128 letters, digits, _ and -), or the full https trigger URL without anything after /trigger`;
}

/** The path of a pasted trigger URL below `baseUrl`, with `{ruleId}` for the id; undefined for a bare id, and for a URL that isn't below it. */
export function triggerPathOf(ruleId: string, baseUrl: string): string | undefined {
  const url = pastedUrl(ruleId);
  const base = originAndPath(baseUrl);
  if (url === undefined || base === undefined || !url.startsWith(`${base}/`)) return undefined;
  const [, before, after] = TRIGGER_PATH.exec(url.slice(base.length)) ?? [];
  return before === undefined ? undefined : `${before}{ruleId}${after}`;
}

/** Of a rule id without a problem of its own: a pasted URL must be below `baseUrl`, because the API secret goes to no other host. */
export function pastedUrlProblem(ruleId: string, baseUrl: string): string | undefined {
  const url = pastedUrl(ruleId);
  const base = originAndPath(baseUrl);
  if (url === undefined || base === undefined || triggerPathOf(ruleId, baseUrl) !== undefined) return undefined;
  return "is a trigger URL that isn't on baseUrl, and API secrets go nowhere else: it must be baseUrl followed by /remote-api/rules/<id>/trigger or /rules/<id>/trigger. Check where the URL comes from; then give the bare id, or set baseUrl";
}

/** A trigger URL without what its end may have too much; undefined for what is no URL, or one with a password, a query or a fragment. */
function pastedUrl(text: string): string | undefined {
  return /^\s*https?:\/\//i.test(text) ? originAndPath(text.trim()) : undefined;
}

function originAndPath(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin, pathname, username, password, search, hash } = new URL(text);
  return username + password + search + hash === "" ? origin + pathname.replace(/\/+$/, "") : undefined;
}
