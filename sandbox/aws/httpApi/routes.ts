import { AwsError } from "../types";

/** A declared route: `POST /amounts/{name}/{token}`, `ANY /files/{proxy+}` or `$default`. */
export interface Route {
  readonly key: string;
  /** Absent for `$default`. */
  readonly method?: string;
  readonly segments: readonly string[];
}

export interface RouteMatch<T extends Route> {
  readonly route: T;
  /** Decoded; absent if the route has none. */
  readonly pathParameters?: Record<string, string>;
}

const METHODS = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

export function parseRouteKey(key: string): Route {
  if (key === "$default") return { key, segments: [] };
  const [, method, path] = /^([A-Z]+) (\/\S*)$/.exec(key) ?? [];
  const segments = path?.split("/").slice(1) ?? [];
  const greedyAt = segments.findIndex((segment) => isGreedy(segment));
  const isValid =
    method !== undefined &&
    METHODS.includes(method) &&
    segments.every((segment) => /^(\{[\w.-]+\+?\}|[^{}]*)$/.test(segment)) &&
    (greedyAt < 0 || greedyAt === segments.length - 1);
  if (isValid) return { key, method, segments };
  throw new AwsError(
    "BadRequestException",
    `The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default": ${key}`,
  );
}

/**
 * The route that answers a request. As in AWS: a full match goes before one by a greedy `{proxy+}`, which goes before
 * `$default`; fixed text goes before a parameter, a method before ANY.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function matchRoute<T extends Route>(
  routes: Iterable<T>,
  method: string,
  path: string,
): RouteMatch<T> | undefined {
  const segments = path.split("/").slice(1);
  const matches = [...routes].filter((route) => fits(route, method, segments));
  matches.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  const route = matches[0];
  return route && { route, pathParameters: parametersOf(route, segments) };
}

function fits({ key, method: routeMethod, segments: pattern }: Route, method: string, segments: string[]): boolean {
  if (key === "$default") return true;
  if (routeMethod !== "ANY" && routeMethod !== method) return false;
  const last = pattern.at(-1) ?? "";
  const isLongEnough = isGreedy(last) ? segments.length >= pattern.length : segments.length === pattern.length;
  return isLongEnough && pattern.every((part, i) => (part.startsWith("{") ? segments[i] !== "" : part === segments[i]));
}

/** Sorts before another if it is to be preferred. */
function rank({ key, method, segments }: Route): string {
  if (key === "$default") return "3";
  const kinds = segments.map((segment) => (isGreedy(segment) ? 2 : segment.startsWith("{") ? 1 : 0));
  // Of two greedy routes, the one with more fixed parts before it wins.
  return [kinds.includes(2) ? 2 : 1, ...kinds, method === "ANY" ? 1 : 0].join("");
}

function parametersOf(route: Route, segments: string[]): Record<string, string> | undefined {
  const entries = route.segments.flatMap((part, i): [string, string][] => {
    if (!part.startsWith("{")) return [];
    const name = part.replace(/[{}+]/g, "");
    const value = isGreedy(part) ? segments.slice(i).join("/") : (segments[i] ?? "");
    return [[name, decodeURIComponent(value)]];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function isGreedy(segment: string): boolean {
  return /^\{.+\+\}$/.test(segment);
}
