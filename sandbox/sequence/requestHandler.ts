import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { ACCOUNTS_PATHS, ruleIdInPath, TRIGGER_PATHS } from "../../lambda/agreements/sequenceUrls";
import type { Account } from "../../lambda/client/types";
import type { Journal } from "../aws/types";
import type { Clock } from "../clock";
import type { AcceptedCredentials } from "./acceptedCredentials";
import type { AccountBook } from "./accountBook";
import type { Answer } from "./answers";
import * as answers from "./answers";
import { type Fault, type Faults, faultyAnswer, replacesAnswer } from "./faults";
import { deliver, readBody } from "./listener";
import type { SimulatorModes } from "./modes";
import type { CallRecord } from "./records";
import type { RuleRunner } from "./ruleRunner";
import type { TriggerCall, TriggerEndpoint } from "./triggerEndpoint";

/** Takes calls to Sequence, with the faults that strike them. */
export class RequestHandler {
  readonly calls: CallRecord[] = [];

  constructor(
    private readonly context: {
      readonly clock: Pick<Clock, "now">;
      readonly journal: Journal;
      readonly modes: SimulatorModes;
      readonly accounts: AccountBook;
      readonly accessTokens: AcceptedCredentials;
      readonly triggerEndpoint: TriggerEndpoint;
      readonly runner: RuleRunner;
      readonly faults: Faults;
      readonly stopped: AbortSignal;
      readonly crashCallers: () => void;
    },
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = routeOf(request.url ?? "");
    const body = await readBody(request);
    if (!route) return deliver(response, answers.notFound());
    if (request.method !== "POST") return deliver(response, answers.methodNotAllowed());
    if (body === undefined) return deliver(response, answers.tooLarge());
    const key = request.headers["idempotency-key"];
    const call: CallRecord = {
      at: this.context.clock.now(),
      ...route,
      ...(typeof key === "string" ? { idempotencyKey: key } : {}),
      body,
    };
    this.calls.push(call);
    if (route.endpoint === "accounts") return this.handleAccounts(call, request, response);
    const trigger = { ruleId: route.ruleId, idempotencyKey: call.idempotencyKey, headers: request.headers, body };
    return this.handleTrigger(call, trigger, response);
  }

  private async handleAccounts(call: CallRecord, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.nextFault(call);
    if (fault) await this.pause(fault);
    const own = this.answerAccounts(request);
    await this.send(response, call, fault && replacesAnswer(fault) ? faultyAnswer(fault, call, own) : own, fault);
  }

  private answerAccounts({ headers }: IncomingMessage): Answer {
    const { journal, modes, accounts, accessTokens } = this.context;
    if (!accessTokens.accepts(headers["x-sequence-access-token"])) {
      journal.record("sequence.refused", { status: 401, code: "INVALID_ACCESS_TOKEN", reason: "wrong access token" });
      return answers.invalidAccessToken();
    }
    const requestId = randomUUID();
    const listed = accounts.listAsTold();
    journal.record("sequence.accountsRead", { requestId, balances: knownBalances(listed) });
    const { unknownBalance, accountErrors: errors } = modes;
    return answers.accountList(listed, requestId, { unknownBalance, errors });
  }

  private async handleTrigger(call: CallRecord, trigger: TriggerCall, response: ServerResponse): Promise<void> {
    const { modes, triggerEndpoint: endpoint } = this.context;
    const rememberedOnArrival = endpoint.remembered(trigger);
    const fault = this.nextFault(call);
    if (fault && fault.when !== "after") {
      await this.pause(fault);
      if (replacesAnswer(fault)) return this.answerUnexecuted(call, trigger, response, fault);
    }

    const toldApart = modes.concurrentDuplicatesToldApart;
    const { answer: own, accepted } = endpoint.answer(
      trigger,
      toldApart ? endpoint.remembered(trigger) : rememberedOnArrival,
    );
    const after = fault?.when === "after" ? fault : undefined;
    const answer = after && replacesAnswer(after) ? faultyAnswer(after, call, own) : own;
    const remember = () => accepted && endpoint.remember(trigger, this.isRememberedError(answer) ? answer : own);

    if (toldApart) remember();
    const sendAnswer = async () => {
      if (after) await this.pause(after);
      await this.send(response, call, answer, after);
    };
    const answered = sendAnswer();
    // A rule runs once its trigger is answered. A fault may hold the answer back for ever, so then the rule runs at once.
    if (accepted) this.context.runner.start(accepted.trigger, accepted.actions, after ? Promise.resolve() : answered);
    await answered;
    if (!toldApart) remember();
  }

  private async answerUnexecuted(
    call: CallRecord,
    trigger: TriggerCall,
    response: ServerResponse,
    fault: Fault,
  ): Promise<void> {
    const { triggerEndpoint: endpoint } = this.context;
    const answer = faultyAnswer(fault, call);
    if (this.isRememberedError(answer) && !endpoint.remembered(trigger)) endpoint.remember(trigger, answer);
    await this.send(response, call, answer, fault);
  }

  private isRememberedError({ status }: Answer): boolean {
    return this.context.modes.serverErrorsRemembered && status === 500;
  }

  private nextFault(call: CallRecord): Fault | undefined {
    const fault = this.context.faults.next(call);
    if (!fault) return undefined;
    const { when = "before", status, connection, delayMs } = fault;
    this.context.journal.record("sequence.fault", { endpoint: call.endpoint, when, status, connection, delayMs });
    return fault;
  }

  /** Waits as the fault says, in real time: the sandbox's clock stands still while a caller waits for its answer. */
  private async pause({ delayMs, until }: Fault): Promise<void> {
    const { stopped } = this.context;
    if (delayMs !== undefined) await sleep(delayMs, undefined, { signal: stopped, ref: false });
    await until;
  }

  private async send(response: ServerResponse, call: CallRecord, answer: Answer, fault?: Fault): Promise<void> {
    const connection = fault?.connection === "crash" ? "close" : fault?.connection;
    call.status = connection === "close" || connection === "hang" ? "none" : answer.status;
    if (fault?.connection === "crash") this.context.crashCallers();
    await deliver(response, answer, connection);
  }
}

/** In cents, by name. */
function knownBalances(accounts: readonly Account[]): Record<string, number> {
  return Object.fromEntries(
    accounts.flatMap(({ name, balance }) => (balance.known ? [[name, balance.cents] as const] : [])),
  );
}

type Route =
  | { readonly endpoint: "trigger"; readonly path: string; readonly ruleId: string }
  | { readonly endpoint: "accounts"; readonly path: string };

/** Sequence's page has both paths of each call, with and without `/remote-api` (contract sections 1 and 3). */
function routeOf(url: string): Route | undefined {
  const [path = ""] = url.split("?");
  if (ACCOUNTS_PATHS.some((known) => known === path)) return { endpoint: "accounts", path };
  for (const form of TRIGGER_PATHS) {
    const ruleId = ruleIdInPath(path, form);
    if (ruleId !== undefined) return { endpoint: "trigger", path, ruleId };
  }
  return undefined;
}
