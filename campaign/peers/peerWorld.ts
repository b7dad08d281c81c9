import type { Peer, PeerDeps, PeerEvent } from "../../bench/peers/peer";
import type { FunctionRunner, InvocationResult } from "../../sandbox/aws/types";
import { Counter } from "../count/counter";
import { sequenceIsCalled } from "../faults/network";
import { schedulerFires } from "../faults/scheduler";
import { SERVICES } from "../faults/services";
import { Striker } from "../faults/striker";
import type { Mode } from "../modes";
import type { Plan } from "../plan";
import { streamOf } from "../random";
import { pass } from "../virtualTime";
import { CampaignCloud } from "../world/cloud";
import { Pool } from "../world/pool";
import type { FunctionProcess } from "../world/process";
import { CampaignSequence, Exchange, firstSecretOf } from "../world/sequence";
import { subjectOf } from "../world/subject";
import { IdempotencyTable } from "./table";

const FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:peer";
/** Lambda's own tries of an asynchronous event that fails: three, the later ones after one and two minutes. */
const RETRIES_AFTER_MS = [60_000, 120_000];

/** A peer under the same faults: Scheduler invokes its function asynchronously. There is no dead-letter queue, as by default. */
export class PeerWorld {
  readonly counter = new Counter(12 * 60);
  private readonly random;
  private readonly striker: Striker;
  private readonly cloud: CampaignCloud;
  private readonly sequence: CampaignSequence;
  private readonly pool: Pool;
  private readonly table = new IdempotencyTable();

  constructor(
    private readonly peer: Peer,
    private readonly options: {
      readonly seed: number;
      readonly plan: Plan;
      readonly mode: Mode;
      readonly rate: number;
    },
  ) {
    const { seed, plan, mode, rate } = options;
    this.random = streamOf(seed, "world");
    this.striker = new Striker({ seed, rate, onStrike: () => {} });
    const functions: FunctionRunner = {
      invoke: (_arn, event) => this.fired(event as PeerEvent),
      exists: () => true,
      roleOf: () => "",
    };
    this.cloud = new CampaignCloud({ random: this.random, onScheduled: (_body, deliver) => deliver(), functions });
    this.sequence = new CampaignSequence(mode, this.random, plan);
    this.sequence.onExecution = ({ asked, at, requestedAt }) =>
      this.counter.executed(asked.subject, at, requestedAt, undefined);
    this.pool = new Pool({
      striker: this.striker,
      version: () => 1,
      load: (process) => this.load(process),
      askedOf: (event) => ({ subject: subjectOfEvent(event as PeerEvent), byHand: false, sentAgain: false, sentAt: 0 }),
      newId: () => this.random.id(),
      tell: () => {},
    });
    const extra = { executionId: "<aws.scheduler.execution-id>" };
    for (const trigger of plan.triggers) this.cloud.addSchedule(trigger, {}, FUNCTION_ARN, extra);
  }

  async run(runUntil: (instant: number) => Promise<void>): Promise<void> {
    const { plan } = this.options;
    this.cloud.scheduler.start();
    await runUntil(plan.to + 1_000);
    this.cloud.scheduler.stop();
    await runUntil(plan.to + 2 * 86_400_000);
  }

  private async fired(event: PeerEvent): Promise<InvocationResult> {
    const subject = subjectOfEvent(event);
    this.counter.due(subject, Date.parse(event.scheduledTime));
    const deliver = (): string => {
      void this.invokeAsynchronously(event);
      return "taken";
    };
    try {
      this.striker.cross(schedulerFires, subject, { isCheck: false }, deliver);
    } catch {
      // Scheduler tries again, under another execution id.
      await pass(60_000);
      void this.fired({ ...event, executionId: this.random.id() });
    }
    return { requestId: "" };
  }

  private async invokeAsynchronously(event: PeerEvent): Promise<void> {
    for (let tries = 0; ; ) {
      const { error } = await this.pool.invoke(event);
      if (!error) return;
      // What is throttled is put back for up to six hours, and isn't one of the tries.
      const isThrottled = error.type === "TooManyRequestsException";
      const waitMs = isThrottled ? 30_000 : RETRIES_AFTER_MS[tries];
      if (!isThrottled) tries += 1;
      if (waitMs === undefined) return;
      await pass(waitMs);
    }
  }

  private load(process: FunctionProcess) {
    const deps: PeerDeps = {
      newId: () => this.random.id(),
      trigger: (ruleId, key) => process.guard(() => this.post(process, ruleId, key)),
      dynamoDb: (operation, input) =>
        process.guard(async () => {
          const crossing = { operation, outage: () => {} };
          const run = async () => this.table.run(operation, input);
          return this.striker.cross(SERVICES.DynamoDB, process.asked.subject, crossing, run);
        }),
    };
    const handler = this.peer.handler(deps);
    return (event: unknown, context: Parameters<typeof handler>[1]) => handler(event as PeerEvent, context);
  }

  /** With the ten seconds that a careful program waits for an answer. */
  private async post(process: FunctionProcess, ruleId: string, key: string) {
    await process.reach("before the call");
    const headers = {
      "content-type": "application/json",
      "x-sequence-signature": `Bearer ${firstSecretOf(ruleId)}`,
      "idempotency-key": key,
    };
    const url = `https://api.getsequence.io/remote-api/rules/${ruleId}/trigger`;
    const timeout = new AbortController();
    const request = {
      method: "POST",
      url,
      headers,
      body: "{}",
      maxAnswerBytes: 1_000_000,
      signal: timeout.signal,
    } as const;
    const exchange = new Exchange(this.sequence, request, process, () => {});
    const answered = this.striker.cross(sequenceIsCalled, process.asked.subject, exchange, () => exchange.usual());
    const response = await Promise.race([Promise.resolve(answered), pass(10_000).then(() => undefined)]);
    if (!response) {
      timeout.abort();
      throw new Error("no answer within ten seconds");
    }
    await process.reach("after the answer");
    return response;
  }
}

function subjectOfEvent({ ruleId, scheduledTime }: PeerEvent): string {
  return subjectOf({ ruleId, scheduledTime });
}
