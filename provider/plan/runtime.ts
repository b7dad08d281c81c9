import { shown } from "../../lambda/agreements/shown";

/** Lambda makes no new function with an older one, and only the even versions become runtimes. */
const OLDEST_NODE = 22;

export function runtimeProblem(value: unknown): string | undefined {
  const version = typeof value === "string" ? /^nodejs(\d{2})\.x$/.exec(value)?.[1] : undefined;
  if (version !== undefined && Number(version) >= OLDEST_NODE && Number(version) % 2 === 0) return undefined;
  return `${shown(value)} is not allowed: give a Node.js runtime of Lambda, nodejs${OLDEST_NODE}.x or newer, such as nodejs24.x`;
}

export function architectureProblem(value: unknown): string | undefined {
  if (value === "arm64" || value === "x86_64") return undefined;
  return `${shown(value)} is not allowed: give arm64 or x86_64`;
}
