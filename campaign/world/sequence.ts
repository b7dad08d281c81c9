import { TransportError, type TransportRequest, type TransportResponse } from "../../lambda/client/transport";
import { createJournal } from "../../sandbox/aws/journal";
import { SandboxClock } from "../../sandbox/clock";
import type { Answer } from "../../sandbox/sequence/answers";
import * as answers from "../../sandbox/sequence/answers";
import { modesFrom, type SimulatorModes } from "../../sandbox/sequence/modes";
import { type Rule, type TriggerCall, TriggerEndpoint } from "../../sandbox/sequence/triggerEndpoint";
import type { Mode } from "../modes";
import type { Plan } from "../plan";
import type { Stream } from "../random";
import { pass } from "../virtualTime";
import type { Asked, FunctionProcess } from "./process";

/** One execution, as Sequence knows it. */
export interface Execution {
  readonly ruleId: string;
  readonly asked: Asked;
  readonly requestedAt: number;
  readonly at: number;
}

/** Sequence without a network: its decisions are the sandbox's, the network and the time are the campaign's. */
export class CampaignSequence {
  readonly modes: SimulatorModes;
  readonly endpoint: TriggerEndpoint;
  /** Rules that answer 429 until then. */
  readonly crowdedUntil = new Map<string, number>();
  /** By rule: since when, and until when, a 429 with Retry-After asks to wait. */
  readonly toldToWait = new Map<string, { readonly since: number; readonly until: number }>();
  onExecution: (execution: Execution) => void = () => {};

  constructor(
    readonly mode: Mode,
    readonly random: Stream,
    plan: Pick<Plan, "triggers" | "eventTriggers">,
  ) {
    this.modes = modesFrom(mode.modes);
    const clock = new SandboxClock();
    const rules = new Set([...plan.triggers, ...plan.eventTriggers].map(({ ruleId }) => ruleId));
    this.endpoint = new TriggerEndpoint(
      [...rules].map((ruleId) => ({
        id: ruleId,
        name: ruleId,
        apiSecret: firstSecretOf(ruleId),
        testMode: false,
        actions: [],
      })),
      { clock, journal: createJournal(clock, 1_000), modes: this.modes, newId: () => random.id() },
    );
  }

  rule(ruleId: string): Rule {
    const rule = this.endpoint.rules.get(ruleId);
    if (!rule) throw new Error(`there is no rule ${ruleId}`);
    return rule;
  }
}

export function firstSecretOf(ruleId: string): string {
  return `secret-of-${ruleId}-1`;
}

/** One request on its way to Sequence and back: what faults are made of. */
export class Exchange {
  readonly ruleId: string;
  readonly asked: Asked;
  readonly requestedAt = Date.now();
  private readonly call: TriggerCall;
  private readonly gone: Promise<void>;

  constructor(
    readonly sequence: CampaignSequence,
    request: TransportRequest,
    private readonly process: FunctionProcess,
    /** Sequence and Secrets Manager hold a new API secret from now on. */
    readonly rotateSecret: () => void,
  ) {
    this.ruleId = decodeURIComponent(/\/rules\/([^/]+)\/trigger$/.exec(new URL(request.url).pathname)?.[1] ?? "");
    this.asked = process.asked;
    this.call = {
      ruleId: this.ruleId,
      idempotencyKey: request.headers["idempotency-key"],
      headers: request.headers,
      body: request.body,
    };
    this.gone = new Promise((resolve) => {
      request.signal.addEventListener("abort", () => resolve(), { once: true });
      process.onDeath(resolve);
    });
  }

  /** The course without trouble. */
  async usual(): Promise<TransportResponse> {
    return this.deliver(await this.execute(this.sequence.random.between(20, 400)));
  }

  /** Sequence gets the request, works on it for `workMs`, and decides. Once its caller has gone, it ends within the mode's limit. */
  async execute(workMs: number, instead?: (own: Answer) => Answer): Promise<Answer> {
    const { endpoint, modes } = this.sequence;
    const onArrival = endpoint.remembered(this.call);
    this.process.duringCall();
    await this.worked(workMs);
    const crowded = this.crowded();
    if (crowded) return crowded;
    const remembered = modes.concurrentDuplicatesToldApart ? endpoint.remembered(this.call) : onArrival;
    const { answer: own, accepted } = endpoint.answer(this.call, remembered);
    const answer = accepted && instead ? instead(own) : own;
    const isRemembered = modes.serverErrorsRemembered && answer.status === 500;
    if (accepted) {
      endpoint.remember(this.call, isRemembered ? answer : own);
      const { ruleId, asked, requestedAt } = this;
      this.sequence.onExecution({ ruleId, asked, requestedAt, at: Date.now() });
    }
    await this.process.reach("after the call");
    return answer;
  }

  /** An answer that Sequence gives without executing. */
  async refuse(answer: Answer): Promise<TransportResponse> {
    const { endpoint, modes } = this.sequence;
    await pass(this.sequence.random.between(5, 200));
    const isRemembered = modes.serverErrorsRemembered && answer.status === 500 && !endpoint.remembered(this.call);
    if (isRemembered) endpoint.remember(this.call, answer);
    return this.deliver(answer);
  }

  async deliver({ status, headers, body }: Answer): Promise<TransportResponse> {
    await pass(this.sequence.random.between(1, 60));
    if (status === 429 && headers["retry-after"] !== undefined) this.mustWait(headers["retry-after"]);
    return { status, headers, body };
  }

  private mustWait(retryAfter: string): void {
    const since = Date.now();
    const until = /^\d+$/.test(retryAfter) ? since + Number(retryAfter) * 1_000 : Date.parse(retryAfter);
    this.sequence.toldToWait.set(this.ruleId, { since, until });
  }

  fail(message: string, failure: ConstructorParameters<typeof TransportError>[1] = {}): never {
    throw new TransportError(message, failure);
  }

  private crowded(): Answer | undefined {
    const until = this.sequence.crowdedUntil.get(this.ruleId) ?? 0;
    return until > Date.now() ? answers.tooManyRequests(this.ruleId) : undefined;
  }

  private worked(workMs: number): Promise<void> {
    const { worksOnSeconds } = this.sequence.mode;
    const late = this.sequence.random.between(0, worksOnSeconds * 1_000);
    return Promise.race([pass(workMs), this.gone.then(() => pass(late))]);
  }
}
