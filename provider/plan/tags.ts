import { shown } from "../../lambda/agreements/shown";

/** AWS's rules: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const MOST_TAGS = 50;

/** Values are not shown: they may be configured as secrets. */
export function tagsProblem(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return `${shown(value)} is not allowed: give a map of texts such as {"team": "finance"}`;
  const tags = Object.entries(value);
  if (tags.length > MOST_TAGS) return `there are ${tags.length} tags: AWS takes at most ${MOST_TAGS}`;
  for (const [key, tag] of tags) {
    const wrong = keyProblem(key) ?? valueProblem(key, tag);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function keyProblem(key: string): string | undefined {
  if (key.length < 1 || key.length > 128 || !CHARACTERS.test(key))
    return `the key ${shown(key)} is not allowed: give 1 to 128 letters, digits, spaces, and characters of _ . : / = + - @`;
  if (/^aws:/i.test(key)) return `the key ${shown(key)} is not allowed: AWS keeps aws: for itself`;
  return undefined;
}

function valueProblem(key: string, value: unknown): string | undefined {
  if (typeof value === "string" && value.length <= 256 && CHARACTERS.test(value)) return undefined;
  return `the value of ${shown(key)} is not allowed: give a text of at most 256 letters, digits, spaces, and characters of _ . : / = + - @`;
}
