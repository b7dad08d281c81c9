import type { Clock } from "../clock";
import { ActiveStrikes, STRIKE_LIMITS, type StrikeLimits } from "../strikes";
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
export interface Fault extends StrikeLimits {
  /** Which calls it can strike. Defaults to `trigger`. */
  readonly endpoint?: "trigger" | "accounts" | "any";
  /** Only calls of this rule. Defaults to every rule. */
  readonly ruleId?: string;
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
  /**
   * `close`: no answer, the socket is closed. `hang`: no answer, ever. `truncate`: half of the body, then the socket is closed.
   * `crash`: the processes of the functions that are at work die while they wait for the answer.
   */
  readonly connection?: "close" | "hang" | "truncate" | "crash";
}

/** The names of a fault's fields. */
export const FAULT_FIELDS: readonly (keyof Fault)[] = [
  ...(["endpoint", "ruleId", "when", "delayMs", "until"] as const),
  ...STRIKE_LIMITS,
  ...(["status", "body", "contentType", "headers", "connection"] as const),
];

/** What these of its fields can be. */
export const FAULT_VALUES = {
  endpoint: ["trigger", "accounts", "any"],
  when: ["before", "after"],
  connection: ["close", "hang", "truncate", "crash"],
} as const satisfies { readonly [Field in keyof Fault]?: readonly Fault[Field][] };

/** A fault that was injected. */
export interface InjectedFault {
  /** How many calls it has struck. */
  readonly struck: number;
  /** It strikes no more. */
  clear(): void;
}

/** The faults to come. */
export class Faults {
  private readonly active: ActiveStrikes<Fault>;

  constructor(clock: Pick<Clock, "now">) {
    this.active = new ActiveStrikes(clock);
  }

  inject(fault: Fault): InjectedFault {
    return this.active.begin(fault);
  }

  clear(): void {
    this.active.clear();
  }

  /** The faults that may strike yet, the one injected first first. */
  list(): { readonly fault: Fault; readonly struck: number }[] {
    return this.active.list().map(({ what, struck }) => ({ fault: what, struck }));
  }

  /** The fault that strikes this call, if any. The one injected first goes first, and all that match count the call. */
  next(call: Pick<CallRecord, "endpoint" | "ruleId">): Fault | undefined {
    return this.active.next((fault) => matches(fault, call));
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
