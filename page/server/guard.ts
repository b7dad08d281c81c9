import { timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";

/** The header of the token that every POST needs. */
const TOKEN_HEADER = "x-page-token";

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // uPlot places its parts by style attributes, which it sets from its script: that needs no exception.
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Lets nothing but the page itself use the server: a site elsewhere can make a browser send requests here, but not with this `Host`
 * (DNS rebinding), without a foreign `Origin`, or with the token, which it can't read.
 */
export function guard(token: string, authorities: () => readonly string[]): MiddlewareHandler {
  return async (context, next) => {
    const { req } = context;
    const host = req.header("host") ?? "";
    if (!authorities().includes(host)) return context.text("This page is only served under its own address.", 421);
    const origin = req.header("origin");
    if (origin !== undefined && origin !== `http://${host}`)
      return context.text("Another site may not use this page.", 403);
    const site = req.header("sec-fetch-site");
    const isNavigation = req.header("sec-fetch-mode") === "navigate" && req.method === "GET";
    if (site !== undefined && site !== "same-origin" && site !== "none" && !isNavigation)
      return context.text("Another site may not use this page.", 403);
    if (req.method !== "GET" && req.method !== "HEAD") {
      if (req.method !== "POST") return context.text("Only GET and POST.", 405);
      if (!isToken(req.header(TOKEN_HEADER), token))
        return context.text("The page's token is missing or old: load the page again.", 403);
    }
    await next();
    context.header("content-security-policy", POLICY);
    context.header("x-content-type-options", "nosniff");
    context.header("referrer-policy", "no-referrer");
    context.header("cross-origin-opener-policy", "same-origin");
    context.header("cross-origin-resource-policy", "same-origin");
    if (!context.res.headers.has("cache-control")) context.header("cache-control", "no-store");
    return;
  };
}

function isToken(given: string | undefined, token: string): boolean {
  return (
    given !== undefined && given.length === token.length && timingSafeEqual(Buffer.from(given), Buffer.from(token))
  );
}
