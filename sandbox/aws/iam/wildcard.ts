/**
 * Whether `value` matches a policy's pattern, in which `*` stands for any characters and `?` for exactly one. Takes time in
 * proportion to the product of the lengths, whatever the pattern: a regular expression would not.
 */
export function matchesWildcard(pattern: string, value: string): boolean {
  let p = 0;
  let v = 0;
  let star = -1;
  let resumeAt = 0;
  while (v < value.length) {
    if (pattern[p] === "*") {
      star = p++;
      resumeAt = v;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === value[v])) {
      p++;
      v++;
    } else if (star >= 0) {
      p = star + 1;
      v = ++resumeAt;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

/** The six parts of an ARN; the last one keeps its colons. Undefined if it has fewer. */
function arnParts(arn: string): readonly string[] | undefined {
  const parts = arn.split(":");
  if (parts.length < 6 || parts[0] !== "arn") return undefined;
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/**
 * Whether an ARN matches the pattern of a condition. Each of the six parts is matched by itself, so that a wildcard doesn't reach
 * past its colons (IAM User Guide, "Condition operators", ArnLike).
 */
export function matchesArn(pattern: string, arn: string): boolean {
  const wanted = arnParts(pattern);
  const given = arnParts(arn);
  if (!wanted || !given) return false;
  return wanted.every((part, index) => matchesWildcard(part, given[index] as string));
}

/**
 * Whether a resource's ARN matches the pattern of a `Resource` element. A `*` at the end of a segment "can expand to match beyond
 * the colon boundaries" (IAM User Guide, "IAM JSON policy elements: Resource"), and the guide doesn't say when it does. So a match
 * that takes a wildcard across a colon is `unclear`, unless the `*` ends the whole pattern.
 */
export function matchesResourceArn(pattern: string, arn: string): boolean | "unclear" {
  const whole = padded(pattern);
  const wanted = whole.split(":");
  const given = arn.split(":");
  const longEnough = whole.endsWith("*") ? given.length >= wanted.length : given.length === wanted.length;
  if (longEnough && wanted.every((segment, index) => matchesWildcard(segment, given[index] as string))) return true;
  return matchesWildcard(pattern, arn) ? "unclear" : false;
}

/** IAM takes the parts that are missing at the end of a resource pattern for `*`. */
function padded(pattern: string): string {
  if (arnParts(pattern)) return pattern;
  return [...pattern.split(":"), "*", "*", "*", "*", "*"].slice(0, 6).join(":");
}
