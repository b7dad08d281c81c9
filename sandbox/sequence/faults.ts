import {
  type Answer,
  invalidAccessToken,
  invalidApiSecret,
  invalidRequest,
  tooManyRequests,
  unexpectedError,
} from "./answers";
import type { CallRecord } from "./records";

/** Something that goes wrong with calls to Sequence. */
export interface Fault {
  /** Which calls it can strike. Defaults to `trigger`. */
  readonly endpoint?: "trigger" | "accounts" | "any";
  /** Only calls of this rule. Defaults to every rule. */
  readonly ruleId?: string;
  /** The first call that it strikes, counted from 1 among the matching calls from now on. Defaults to 1. */
  readonly nth?: number;
  /** How many matching calls it strikes. Defaults to 1. */
  readonly times?: number;
  /**
   * `before`: the call is not executed, unless the fault only delays it. `after`: the call is executed first, so that the
   * caller doesn't know of it. Defaults to `before`. Makes no difference to accounts calls.
   */
  readonly when?: "before" | "after";
  /** Wait this long, in milliseconds of real time. */
  readonly delayMs?: number;
  /** Wait until this resolves. */
  readonly until?: Promise<unknown>;
  /** Answer with this status; with Sequence's own body for it unless `body` is given. */
  readonly status?: number;
  /** Answer with this body. */
  readonly body?: string;
  /** Defaults to `application/json`. */
  readonly contentType?: string;
  /** More headers of the answer, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `close`: no answer, the socket is closed. `hang`: no answer, ever. `truncate`: half of the body, then the socket is closed. */
  readonly connection?: "close" | "hang" | "truncate";
}

/** The names of a fault's fields. */
export const FAULT_FIELDS: readonly (keyof Fault)[] = [
  ...(["endpoint", "ruleId", "nth", "times", "when", "delayMs", "until"] as const),
  ...(["status", "body", "contentType", "headers", "connection"] as const),
];

/** A fault that was injected. */
export interface InjectedFault {
  /** How many calls it has struck. */
  readonly struck: number;
  /** It strikes no more. */
  clear(): void;
}

interface Active {
  readonly fault: Fault;
  seen: number;
  struck: number;
}

/** The faults to come. */
export class Faults {
  private readonly active = new Set<Active>();

  inject(fault: Fault): InjectedFault {
    for (const count of [fault.nth ?? 1, fault.times ?? 1])
      if (!(count >= 1)) throw new Error(`nth and times of a fault count from 1; one of them is ${count}.`);
    const entry: Active = { fault, seen: 0, struck: 0 };
    this.active.add(entry);
    return {
      get struck() {
        return entry.struck;
      },
      clear: () => this.active.delete(entry),
    };
  }

  clear(): void {
    this.active.clear();
  }

  /** The fault that strikes this call, if any. The one injected first goes first, and all that match count the call. */
  next(call: Pick<CallRecord, "endpoint" | "ruleId">): Fault | undefined {
    let striking: Active | undefined;
    for (const entry of this.active) {
      if (!matches(entry.fault, call)) continue;
      entry.seen++;
      const first = entry.fault.nth ?? 1;
      const last = first + (entry.fault.times ?? 1) - 1;
      if (entry.seen >= first) striking ??= entry;
      if (entry.seen >= last) this.active.delete(entry);
    }
    if (striking) striking.struck++;
    return striking?.fault;
  }
}

function matches(fault: Fault, call: Pick<CallRecord, "endpoint" | "ruleId">): boolean {
  const endpoint = fault.endpoint ?? "trigger";
  return (endpoint === "any" || endpoint === call.endpoint) && (fault.ruleId ?? call.ruleId) === call.ruleId;
}

/** Whether the caller gets something else than the call's own answer. */
export function replacesAnswer(fault: Fault): boolean {
  return fault.status !== undefined || fault.body !== undefined || fault.connection !== undefined;
}

/** The answer that a fault gives instead of `own`, the call's own (absent when the call was not executed). */
export function faultyAnswer(fault: Fault, call: Pick<CallRecord, "endpoint" | "ruleId">, own?: Answer): Answer {
  if (fault.status === undefined && fault.body === undefined) return own ?? unexpectedError();
  const status = fault.status ?? 200;
  const usual = usualAnswer(status, call);
  return {
    status,
    headers: {
      ...usual.headers,
      ...(fault.contentType === undefined ? {} : { "content-type": fault.contentType }),
      ...fault.headers,
    },
    body: fault.body ?? usual.body,
  };
}

function usualAnswer(status: number, { endpoint, ruleId }: Pick<CallRecord, "endpoint" | "ruleId">): Answer {
  if (status === 400) return invalidRequest();
  if (status === 401) return endpoint === "trigger" ? invalidApiSecret() : invalidAccessToken();
  if (status === 429) return tooManyRequests(ruleId ?? "");
  return unexpectedError(status);
}
