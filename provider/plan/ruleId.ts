import { ruleIdOf } from "../../lambda/agreements/ruleId";
import { RULE_ID_PLACEHOLDER, ruleIdInPath, TRIGGER_PATHS } from "../../lambda/agreements/sequenceUrls";

const RULE_ID = /^[A-Za-z0-9_-]{1,128}$/;

/** The value is not shown: somebody who mixed up the two fields has put the API secret here. */
export function ruleIdProblem(value: unknown): string | undefined {
  if (typeof value === "string") {
    const id = ruleIdOf(value);
    const isWellFormed = id === value.trim() || pastedUrl(value)?.endsWith(`/rules/${id}/trigger`);
    if (isWellFormed && RULE_ID.test(id)) return undefined;
  }
  const given =
    value === undefined
      ? "is missing"
      : typeof value === "string"
        ? `is a text of ${value.length} characters that is no rule id`
        : `is a value of type ${typeof value}`;
  return `${given}; it must be the id as Sequence shows it, such as ru_12345 (1 to 128 letters, digits, _ and -), or the full https trigger URL without anything after /trigger`;
}

/** The path of a pasted trigger URL below `baseUrl`, with `{ruleId}` for the id; undefined for a bare id, and for a URL that isn't below it. */
export function triggerPathOf(ruleId: string, baseUrl: string): string | undefined {
  const url = pastedUrl(ruleId);
  const base = originAndPath(baseUrl);
  if (url === undefined || base === undefined || !url.startsWith(`${base}/`)) return undefined;
  return TRIGGER_PATHS.find((path) => ruleIdInPath(url.slice(base.length), path) !== undefined);
}

const PATHS_WITH_ID = TRIGGER_PATHS.map((path) => path.replace(RULE_ID_PLACEHOLDER, "<id>")).join(" or ");

/** For a valid rule id. If it is a pasted URL, it must be below `baseUrl`, because the API secret goes to no other host. */
export function pastedUrlProblem(ruleId: string, baseUrl: string): string | undefined {
  const url = pastedUrl(ruleId);
  const base = originAndPath(baseUrl);
  if (url === undefined || base === undefined || triggerPathOf(ruleId, baseUrl) !== undefined) return undefined;
  return `is a trigger URL that isn't on baseUrl; it must be baseUrl followed by ${PATHS_WITH_ID}, because API secrets go nowhere else: check where the URL comes from, then give the bare id, or set baseUrl`;
}

/** A trigger URL without slashes at its end; undefined for what is no URL, or one with a password, a query or a fragment. */
function pastedUrl(text: string): string | undefined {
  return /^\s*https?:\/\//i.test(text) ? originAndPath(text.trim()) : undefined;
}

function originAndPath(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin, pathname, username, password, search, hash } = new URL(text);
  return username + password + search + hash === "" ? origin + pathname.replace(/\/+$/, "") : undefined;
}
