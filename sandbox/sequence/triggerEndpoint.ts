import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Journal } from "../aws/types";
import type { Clock } from "../clock";
import type { ActionSettings, RuleSettings } from "../settings";
import { AcceptedCredentials } from "./acceptedCredentials";
import type { Answer } from "./answers";
import * as answers from "./answers";
import { digestOf, KeyMemory, type Remembered } from "./keyMemory";
import type { SimulatorModes } from "./modes";
import type { TriggerRecord } from "./records";

const RATE_WINDOW_MS = 60_000;

/** A rule of the simulator. What isn't read-only can be changed while it runs. */
export interface Rule {
  readonly id: string;
  readonly name: string;
  /** Answers 200 and moves nothing. */
  testMode: boolean;
  /** Set to be triggered remotely; if not, a trigger is answered 400. */
  remote: boolean;
  actions: readonly ActionSettings[];
  readonly secrets: AcceptedCredentials;
}

/** A trigger call, its body read. */
export interface TriggerCall {
  readonly ruleId: string;
  readonly idempotencyKey: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How a call is answered, and what is to happen because of it. */
export interface TriggerOutcome {
  readonly answer: Answer;
  /** Set when the rule is to run. */
  readonly accepted?: { readonly trigger: TriggerRecord; readonly actions: readonly ActionSettings[] };
}

/** Decides on trigger calls: credentials, request, key, rate (contract section 1). */
export class TriggerEndpoint {
  rules: ReadonlyMap<string, Rule>;
  readonly memory = new KeyMemory();
  private readonly rateLimit = new RateLimit();

  constructor(
    rules: readonly RuleSettings<string>[],
    private readonly context: {
      readonly clock: Pick<Clock, "now">;
      readonly journal: Journal;
      readonly modes: SimulatorModes;
      /** Defaults to `randomUUID`. */
      readonly newId?: () => string;
    },
  ) {
    this.rules = rulesOf(rules);
  }

  /** Takes other rules. What is remembered of keys stays. */
  reconfigure(rules: readonly RuleSettings<string>[]): void {
    this.rules = rulesOf(rules);
  }

  /** What is remembered of the call's key now. */
  remembered({ ruleId, idempotencyKey }: TriggerCall): Remembered | undefined {
    if (idempotencyKey === undefined) return undefined;
    return this.memory.find(ruleId, idempotencyKey, this.context.clock.now(), this.context.modes.memoryMs);
  }

  /** Notes that the call's key was answered so. Without a key nothing is noted. */
  remember({ ruleId, idempotencyKey, body }: TriggerCall, answer: Answer): void {
    if (idempotencyKey === undefined) return;
    this.memory.remember(ruleId, idempotencyKey, body, answer, this.context.clock.now());
  }

  /** Answers a call. `remembered` is the first call with its key, if there was one. */
  answer(call: TriggerCall, remembered: Remembered | undefined): TriggerOutcome {
    const rule = this.rules.get(call.ruleId);
    const refusal = this.refusalOfRequest(call, rule);
    if (refusal || !rule) return { answer: refusal ?? answers.invalidRequest() };
    if (remembered) return { answer: this.answerAgain(call, remembered) };
    return this.accept(call, rule);
  }

  private refusalOfRequest(call: TriggerCall, rule: Rule | undefined): Answer | undefined {
    const { modes } = this.context;
    const refuse = (answer: Answer, reason: string): Answer => this.refuse(rule, answer, reason);
    const signature = call.headers["x-sequence-signature"];
    if (signature === undefined) return refuse(answers.invalidApiSecret(), "no x-sequence-signature header");
    if (!rule) return refuse(answers.invalidRequest(), "there is no such rule");
    if (!rule.remote) return refuse(answers.invalidRequest(), "the rule is not set to be triggered remotely");
    if (!rule.secrets.accepts(signature)) return refuse(answers.invalidApiSecret(), "wrong API secret");
    if (!isJson(call.headers["content-type"])) return refuse(answers.invalidRequest(), "no JSON content type");
    if (!isJsonObject(call.body)) return refuse(answers.invalidRequest(), "the body is not a JSON object");
    const { idempotencyKey: key } = call;
    if (modes.strictKeys && key !== undefined && !/^[A-Za-z0-9._:/|-]{1,36}$/.test(key))
      return refuse(answers.invalidRequest(), "the idempotency key is not 1-36 characters of A-Z a-z 0-9 . _ : / | -");
    return this.refusalOfRate(rule);
  }

  private refusalOfRate(rule: Rule): Answer | undefined {
    const { clock, modes } = this.context;
    const now = clock.now();
    const taken = this.rateLimit.take(rule.id, now, modes.rateLimitPerMinute);
    if (taken.allowed) return undefined;
    const retryAfter = {
      absent: undefined,
      seconds: String(Math.ceil((taken.freeAt - now) / 1000)),
      // An HTTP date has whole seconds. Rounded up, so that a caller who waits until then isn't too early.
      date: new Date(Math.ceil(taken.freeAt / 1000) * 1000).toUTCString(),
    }[modes.retryAfter];
    const reason = `more than ${modes.rateLimitPerMinute} calls within a minute`;
    return this.refuse(rule, answers.tooManyRequests(rule.id, retryAfter), reason);
  }

  private answerAgain(call: TriggerCall, { answer, bodyDigest }: Remembered): Answer {
    const { journal, modes } = this.context;
    const { ruleId, idempotencyKey } = call;
    if (modes.otherBodyRefused && bodyDigest !== digestOf(call.body))
      return this.refuse(this.rules.get(ruleId), answers.invalidRequest(), "the key was used with another body");
    journal.record("sequence.duplicate", { ruleId, idempotencyKey, status: answer.status });
    return answer;
  }

  private accept({ ruleId, idempotencyKey }: TriggerCall, { name, testMode, actions }: Rule): TriggerOutcome {
    const { clock, journal } = this.context;
    const trigger: TriggerRecord = {
      requestId: (this.context.newId ?? randomUUID)(),
      ruleId,
      at: clock.now(),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      testMode,
      actions: [],
      done: false,
    };
    const { requestId } = trigger;
    journal.record("sequence.triggered", { requestId, ruleId, name, idempotencyKey, testMode });
    return {
      answer: answers.triggered(ruleId, requestId, testMode),
      accepted: { trigger, actions: testMode ? [] : actions },
    };
  }

  private refuse(rule: Rule | undefined, answer: Answer, reason: string): Answer {
    // An unknown id is not recorded, because somebody may have pasted a credential in its place.
    const { code } = JSON.parse(answer.body) as { code?: string };
    this.context.journal.record("sequence.refused", { ruleId: rule?.id, status: answer.status, code, reason });
    return answer;
  }
}

function rulesOf(rules: readonly RuleSettings<string>[]): ReadonlyMap<string, Rule> {
  return new Map(
    rules.map(({ id, name, testMode, actions, apiSecret }) => [
      id,
      { id, name, testMode, remote: true, actions, secrets: new AcceptedCredentials(apiSecret) },
    ]),
  );
}

function isJson(contentType: string | undefined): boolean {
  return contentType?.split(";")[0]?.trim().toLowerCase() === "application/json";
}

function isJsonObject(body: string): boolean {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Counts each rule's calls within the last minute. */
class RateLimit {
  private readonly calls = new Map<string, number[]>();

  /** Takes a call, or says when (milliseconds since the epoch) the next one would be taken. */
  take(ruleId: string, now: number, perMinute: number): { allowed: true } | { allowed: false; freeAt: number } {
    const recent = (this.calls.get(ruleId) ?? []).filter((at) => at > now - RATE_WINDOW_MS);
    this.calls.set(ruleId, recent);
    if (recent.length >= perMinute) return { allowed: false, freeAt: (recent[0] ?? now) + RATE_WINDOW_MS };
    recent.push(now);
    return { allowed: true };
  }
}
