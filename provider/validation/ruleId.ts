const RULE_ID = /^[A-Za-z0-9_-]{1,128}$/;

/** Both paths that Sequence's page uses (contract section 1). */
const TRIGGER_PATH = /^\/(?:remote-api\/)?rules\/([^/]+)\/trigger\/?$/;

/** The bare id of a rule, given as such or as the full trigger URL that Sequence shows; undefined if it is neither. */
export function ruleIdOf(text: string): string | undefined {
  const trimmed = text.trim();
  if (RULE_ID.test(trimmed)) return trimmed;
  if (!URL.canParse(trimmed)) return undefined;
  const url = new URL(trimmed);
  if (url.protocol !== "https:" || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    return undefined;
  const id = TRIGGER_PATH.exec(url.pathname)?.[1];
  return id !== undefined && RULE_ID.test(id) ? id : undefined;
}

/** The value is not shown: who mixes up the two fields has put the API secret here. */
export function ruleIdProblem(value: unknown): string | undefined {
  if (typeof value === "string" && ruleIdOf(value) !== undefined) return undefined;
  const given = typeof value === "string" ? `a text of ${value.length} characters` : `a value of type ${typeof value}`;
  return `${given} is not a rule id: give the id as Sequence shows it, such as ru_12345 (1 to 128 letters, digits, _ and -), or the full https trigger URL without anything after /trigger`;
}
