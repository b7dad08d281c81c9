import { NotRunError } from "../notRun";
import { AwsError } from "../types";

/** A declared route, such as `POST /amounts/{name}/{token}`. */
export interface Route {
  readonly key: string;
  readonly method: string;
  readonly segments: readonly string[];
}

export interface RouteMatch<T extends Route> {
  readonly route: T;
  /** Decoded; undefined if the route has none. */
  readonly pathParameters: Record<string, string> | undefined;
}

const METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

export function parseRouteKey(key: string): Route {
  const [, method, path] = /^([A-Z]+) (\/\S*)$/.exec(key) ?? [];
  const segments = path?.split("/").slice(1) ?? [];
  if (key === "$default" || method === "ANY" || segments.some((segment) => /^\{.+\+\}$/.test(segment)))
    throw new NotRunError(`the route ${key}, only routes with a method and without {...+}`);
  const isValid =
    method !== undefined &&
    METHODS.includes(method) &&
    segments.every((segment) => /^(\{[\w.-]+\}|[^{}]*)$/.test(segment));
  if (isValid) return { key, method, segments };
  throw new AwsError(
    "BadRequestException",
    `The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default": ${key}`,
  );
}

/**
 * The route that answers a request. As in AWS, fixed text goes before a parameter.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function matchRoute<T extends Route>(
  routes: Iterable<T>,
  method: string,
  path: string,
): RouteMatch<T> | undefined {
  const segments = path.split("/").slice(1);
  const matches = [...routes].filter((route) => route.method === method && fits(route, segments));
  matches.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  const route = matches[0];
  return route && { route, pathParameters: parametersOf(route, segments) };
}

function fits({ segments: pattern }: Route, segments: string[]): boolean {
  return (
    segments.length === pattern.length &&
    pattern.every((part, i) => (isParameter(part) ? segments[i] !== "" : part === segments[i]))
  );
}

/** The route with the smallest rank answers: `0` for each fixed part, `1` for each parameter. */
function rank({ segments }: Route): string {
  return segments.map((segment) => (isParameter(segment) ? 1 : 0)).join("");
}

function parametersOf(route: Route, segments: string[]): Record<string, string> | undefined {
  const entries = route.segments.flatMap((part, i): [string, string][] =>
    isParameter(part) ? [[part.slice(1, -1), decodeURIComponent(segments[i] ?? "")]] : [],
  );
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function isParameter(segment: string): boolean {
  return segment.startsWith("{");
}
