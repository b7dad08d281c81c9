import type { SequenceErrorCode } from "./errors";
import type { Redactor } from "./redact";
import type { Credential } from "./types";

/** The two things that Sequence can be asked. */
export type Operation = "triggerRule" | "getAccounts";

/** One call of the API, whole: every try sends the same of it. */
export interface Call<T> {
  readonly operation: Operation;
  /** Begins every message, such as `triggerRule ru_12345`. */
  readonly title: string;
  readonly url: string;
  readonly body: string;
  /** Always there for a call that moves money. */
  readonly idempotencyKey?: string;
  readonly movesMoney: boolean;
  readonly credential: Credential;
  /** What the credential is called in messages. */
  readonly credentialName: "apiSecret" | "accessToken";
  readonly credentialHeader: string;
  /** What 401 means for this call. */
  readonly unauthorizedCode: SequenceErrorCode;
  readonly redactor: Redactor;
  readonly signal: AbortSignal | undefined;
  readonly deadlineMs: number;
  readonly maxAttempts: number;
  /** Takes the answer out of a success's JSON. Throws `WrongAnswer` if it isn't there. */
  read(json: unknown): T;
}

/** A success whose JSON is not the contract's answer. The message says what is wrong with it. */
export class WrongAnswer extends Error {}

/** The object `value`, or an empty one. */
export function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** A non-empty text, or undefined. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** `requestId` stands at the top of an accounts answer and under `data` in a trigger's (contract sections 1 and 3). */
export function requestIdOf(json: unknown): string | undefined {
  const body = asObject(json);
  return (asText(body.requestId) ?? asText(asObject(body.data).requestId))?.slice(0, 200);
}
