import { DEFAULT_BASE_URL } from "../../lambda/agreements/sequenceUrls";
import { being, shown } from "../../lambda/agreements/shown";
import { wholeNumber } from "../../lambda/agreements/values";
import type { FunctionArgs } from "../args";
import type { Filled, Rules } from "./gate";
import { baseUrlProblem } from "./urls";

/** How the functions run. */
export const functionRules: Rules<FunctionArgs> = {
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
  memorySize: wholeNumber(128, 10_240, "MB"),
  runtime: runtimeProblem,
  architecture: architectureProblem,
  logRetentionDays: logRetentionDaysProblem,
  baseUrl: baseUrlProblem,
  tags: tagsProblem,
};

export const functionDefaults = {
  memorySize: 512,
  runtime: "nodejs24.x",
  architecture: "arm64",
  logRetentionDays: 90,
  baseUrl: DEFAULT_BASE_URL,
};

/** What a plan says of how its functions run. */
export type FunctionPlan = Filled<FunctionArgs, keyof typeof functionDefaults>;

/** Lambda refuses older versions for new functions, and has runtimes for even versions only. */
const OLDEST_NODE = 22;

export function runtimeProblem(value: unknown): string | undefined {
  const version = typeof value === "string" ? /^nodejs(\d{2})\.x$/.exec(value)?.[1] : undefined;
  if (version !== undefined && Number(version) >= OLDEST_NODE && Number(version) % 2 === 0) return undefined;
  return `${being(value)}; it must be a Node.js runtime of Lambda, nodejs${OLDEST_NODE}.x or newer, such as nodejs24.x`;
}

export function architectureProblem(value: unknown): string | undefined {
  if (value === "arm64" || value === "x86_64") return undefined;
  return `${being(value)}; it must be arm64 or x86_64`;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html; 0 keeps lines for ever. */
const RETENTION_DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function logRetentionDaysProblem(value: unknown): string | undefined {
  if (RETENTION_DAYS.includes(value as number)) return undefined;
  return `${being(value)}; it must be a number of days that CloudWatch takes, ${RETENTION_DAYS.join(", ")}, where 0 keeps everything for ever`;
}

/** AWS's rules: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const MOST_TAGS = 50;

/** Values are not shown: they may be configured as secrets. */
export function tagsProblem(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return `${being(value)}; it must be a map of texts such as {"team": "finance"}`;
  const tags = Object.entries(value);
  if (tags.length > MOST_TAGS) return `has ${tags.length} tags; AWS takes at most ${MOST_TAGS}: take some out`;
  for (const [key, tag] of tags) {
    const wrong = keyProblem(key) ?? valueProblem(key, tag);
    if (wrong !== undefined) return wrong;
  }
  return twinsProblem(tags.map(([key]) => key));
}

/** Of IAM's roles alone: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
function twinsProblem(keys: readonly string[]): string | undefined {
  const known = new Map<string, string>();
  for (const key of keys) {
    const twin = known.get(key.toLowerCase());
    if (twin !== undefined)
      return `has the keys ${shown(twin)} and ${shown(key)}; they must differ in more than upper and lower case, which are the same to IAM: take one out`;
    known.set(key.toLowerCase(), key);
  }
  return undefined;
}

function keyProblem(key: string): string | undefined {
  if (key.length < 1 || key.length > 128 || !CHARACTERS.test(key))
    return `has the key ${shown(key)}; it must be 1 to 128 letters, digits, spaces, and characters of _ . : / = + - @`;
  if (/^aws:/i.test(key)) return `has the key ${shown(key)}; it must not begin with aws:, which AWS keeps for itself`;
  return undefined;
}

function valueProblem(key: string, value: unknown): string | undefined {
  if (typeof value === "string" && value.length <= 256 && CHARACTERS.test(value)) return undefined;
  return `has a value of ${shown(key)} that AWS refuses; it must be a text of at most 256 letters, digits, spaces, and characters of _ . : / = + - @`;
}
