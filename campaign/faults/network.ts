import type { Answer } from "../../sandbox/sequence/answers";
import { tooManyRequests, unexpectedError } from "../../sandbox/sequence/answers";
import { pass } from "../virtualTime";
import type { Exchange } from "../world/sequence";
import type { Boundary, Fault } from "./fault";

const answer = (status: number, contentType: string, body: string): Answer => ({
  status,
  headers: { "content-type": contentType },
  body,
});
const GATEWAY = answer(502, "text/html", "<html>Bad Gateway</html>");
const HTML_200 = answer(200, "text/html", "<html>Welcome</html>");
const OTHER_JSON_200 = answer(200, "application/json", '{"status":"done"}');
const HALF_200 = answer(200, "application/json", '{"code":"OK","mess');

const soon = 100;

/** Sequence executes, and answers something else than its own. */
const executesAnd = (name: string, other: Answer): Fault<Exchange> => ({
  name: `Sequence executes, and ${name}`,
  strike: async (exchange) => {
    const own = await exchange.execute(soon, () => other);
    return exchange.deliver(own.status === 200 ? other : own);
  },
});

const refuses = (name: string, other: (exchange: Exchange) => Answer, weight = 1): Fault<Exchange> => ({
  name: `Sequence ${name}`,
  weight,
  strike: (exchange) => exchange.refuse(other(exchange)),
});

const crowd = (name: string, retryAfter: () => string | undefined): Fault<Exchange> => ({
  name: `a burst of 429 ${name}`,
  strike: (exchange, { random }) => {
    exchange.sequence.crowdedUntil.set(exchange.ruleId, Date.now() + random.between(1, 15) * 60_000);
    return exchange.refuse(tooManyRequests(exchange.ruleId, retryAfter()));
  },
});

export const sequenceIsCalled: Boundary<Exchange> = {
  name: "network",
  faults: [
    { name: "connection refused", strike: (exchange) => exchange.fail("refused", { sent: false }) },
    {
      name: "reset before Sequence executes",
      strike: async (exchange) => {
        await pass(soon);
        exchange.fail("reset");
      },
    },
    {
      name: "reset after Sequence executed",
      strike: async (exchange) => {
        await exchange.execute(soon);
        exchange.fail("reset");
      },
    },
    {
      name: "reset, and Sequence executes later",
      strike: async (exchange, { random }) => {
        void exchange.execute(random.between(1, exchange.sequence.mode.worksOnSeconds) * 1_000);
        await pass(soon);
        exchange.fail("reset");
      },
    },
    {
      name: "the body is cut",
      strike: async (exchange) => {
        const { status, headers } = await exchange.execute(soon);
        exchange.fail("cut off", { head: { status, headers } });
      },
    },
    {
      name: "the answer comes after the timeout, and Sequence goes on executing",
      weight: 2,
      strike: async (exchange) => exchange.deliver(await exchange.execute(600_000)),
    },
    {
      name: "the answer comes slowly, but in time",
      strike: async (exchange, { random }) => exchange.deliver(await exchange.execute(random.between(5, 45) * 1_000)),
    },
    {
      name: "the secret is rotated while the request is under way",
      strike: (exchange, { run }) => {
        exchange.rotateSecret();
        return run();
      },
    },
    { name: "never answered", strike: () => new Promise(() => {}) },
    crowd("without Retry-After", () => undefined),
    crowd("with Retry-After in seconds", () => "120"),
    crowd("with Retry-After as a date", () => new Date(Date.now() + 180_000).toUTCString()),
    refuses("answers 500 before it executes", () => unexpectedError()),
    executesAnd("answers 500", unexpectedError()),
    refuses("answers 502 before it executes", () => GATEWAY),
    executesAnd("a gateway answers 502", GATEWAY),
    executesAnd("answers 200 with HTML", HTML_200),
    executesAnd("answers 200 with other JSON", OTHER_JSON_200),
    executesAnd("answers 200 with half the JSON", HALF_200),
    refuses("answers 200 with HTML and doesn't execute", () => HTML_200),
    refuses("answers a redirect", () => answer(302, "text/html", ""), 0.3),
  ],
};
