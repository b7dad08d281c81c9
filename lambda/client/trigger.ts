import { randomUUID } from "node:crypto";
import { being, shown } from "../agreements/shown";
import { invalidArgument } from "./arguments";
import { asObject, asText, requestIdOf, WrongAnswer } from "./call";
import type { TriggerReceipt } from "./types";

/** What Sequence's newer API allows (contract section 1). */
const IDEMPOTENCY_KEY = /^[A-Za-z0-9._:/|-]{1,36}$/;

/** The key given, or a new one. */
export function checkedIdempotencyKey(key: unknown): string {
  if (key === undefined) return randomUUID();
  if (typeof key !== "string" || !IDEMPOTENCY_KEY.test(key))
    throw invalidArgument(
      `triggerRule: idempotencyKey ${being(key)}; it must be 1 to 36 characters of A-Z a-z 0-9 . _ : / | -`,
    );
  return key;
}

/** The body, serialised. Refuses what JSON would drop or change without a word, such as NaN, which becomes null. */
export function serialisedPayload(payload: unknown): string {
  if (payload === undefined) return "{}";
  if (!isPlainObject(payload))
    throw invalidArgument(`triggerRule: payload ${being(payload)}; it must be a plain object`);
  checkJson(payload, "payload", 0);
  return JSON.stringify(payload);
}

const DEEPEST_PAYLOAD = 100;

function checkJson(value: unknown, path: string, depth: number): void {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (depth > DEEPEST_PAYLOAD)
    throw invalidArgument(
      `triggerRule: payload is nested more than ${DEEPEST_PAYLOAD} levels deep, or contains itself; it must do neither`,
    );
  if (Array.isArray(value)) {
    // By index, because forEach passes over holes.
    for (let index = 0; index < value.length; index++) checkJson(value[index], `${path}[${index}]`, depth + 1);
  } else if (isPlainObject(value)) {
    for (const [name, part] of Object.entries(value)) checkJson(part, `${path}.${name.slice(0, 60)}`, depth + 1);
  } else {
    throw invalidArgument(
      `triggerRule: ${path} is ${shown(value)}; it must be what JSON has: text, a finite number, true, false, null, a list or a plain object`,
    );
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain && typeof (value as { toJSON?: unknown }).toJSON !== "function";
}

/** The rule's own name, in quotes. "in "test mode"" says how it ran. */
const QUOTED_NAME = /(?<!\b(?:in|is)\s+)(?:"[^"]*"|“[^”]*”|`[^`]*`|(?<!\w)'[^']*'(?!\w))/gi;
/** As in "Rule Payday has been triggered", unless more than a name stands between the two. */
const BARE_NAME = /\brule\b(?:(?!\b(?:in|is)\b|[(),:;.]).)*?\b(?:has been|was|is) triggered\b/gi;

/**
 * Nobody has published how a message says that its rule is in test mode, so this guesses from the words, without the rule's name. An
 * unclear message counts as test mode: a needless mail does less harm than money that silently doesn't move.
 */
function seemsTestMode(message: string, ruleId: string): boolean {
  const words = message.replaceAll(ruleId, "").replace(QUOTED_NAME, "").replace(BARE_NAME, "");
  return /test[\s_-]?mode/i.test(words);
}

/** Takes the receipt out of an answer (contract section 1). A missing request id doesn't make an accepted trigger fail. */
export function readReceipt(
  json: unknown,
  ruleId: string,
  redact: (text: string) => string,
): Pick<TriggerReceipt, "requestId" | "message" | "testMode"> {
  const body = asObject(json);
  if (body.code !== "OK") throw new WrongAnswer('its code is not "OK"');
  const message = redact((asText(body.message) ?? "").slice(0, 1000));
  const requestId = requestIdOf(json);
  return { requestId: requestId && redact(requestId), message, testMode: seemsTestMode(message, ruleId) };
}
