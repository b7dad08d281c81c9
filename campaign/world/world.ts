import type { TriggerDeps } from "../../lambda/triggers/ports";
import { MappingPoller } from "../../sandbox/aws/queues/mappingPoller";
import type { InvocationResult } from "../../sandbox/aws/types";
import { Counter } from "../count";
import { peopleWork } from "../faults/operator";
import { queueDelivers } from "../faults/queue";
import { schedulerFires } from "../faults/scheduler";
import { Striker, type StrikerOptions } from "../faults/striker";
import type { Mode } from "../modes";
import type { Plan } from "../plan";
import { type Stream, streamOf } from "../random";
import type { Story } from "../story";
import { pass } from "../virtualTime";
import { Calls } from "./calls";
import { CampaignCloud } from "./cloud";
import { Deployment, type DeploymentOptions } from "./deployment";
import { readMails } from "./failureMails";
import { FailureReader } from "./failureReader";
import { operatorOf } from "./operator";
import type { WorldParts } from "./parts";
import { Person } from "./person";
import { Pool } from "./pool";
import type { FunctionProcess } from "./process";
import { createTriggerHandler, productDeps } from "./product";
import { CampaignSequence, firstSecretOf } from "./sequence";
import { askedOf, subjectOf } from "./subject";

export interface WorldOptions {
  readonly seed: number;
  readonly plan: Plan;
  readonly mode: Mode;
  readonly deployment: DeploymentOptions;
  readonly faults: Pick<StrikerOptions, "rate" | "only" | "kinds">;
  /** Switches a protection of the product off. */
  readonly withoutProtection?: (deps: TriggerDeps, world: World) => TriggerDeps;
  readonly story: Story;
  readonly stepsBefore: number;
  /** Whether people run what the mails ask for. */
  readonly people: boolean;
}

/** Everything after the last occurrence: the longest tries, what people do by hand, and some daily checks. */
const AFTERMATH_MS = 6 * 86_400_000;

/** One stack on one virtual clock, with everything around it. */
export class World implements WorldParts {
  readonly random: Stream;
  readonly striker: Striker;
  readonly cloud: CampaignCloud;
  readonly sequence: CampaignSequence;
  readonly deployment: Deployment;
  readonly counter: Counter;
  readonly story: Story;
  readonly failureBodies: string[] = [];
  readonly secrets = new Map<string, string>();
  /** Whether the function keeps its connections, so that its client takes a reset for one that was closed while idle. */
  keepsConnections = false;
  private readonly calls = new Calls(this);
  private readonly pool: Pool;
  private readonly poller: MappingPoller;

  constructor(readonly options: WorldOptions) {
    const { seed, plan, mode, deployment, faults, story } = options;
    this.story = story;
    this.random = streamOf(seed, "world");
    this.striker = new Striker({
      seed,
      ...faults,
      stepsBefore: options.stepsBefore,
      onStrike: (fault) => story.strike(fault),
    });
    this.counter = new Counter(deployment.maxAgeMinutes);
    this.cloud = new CampaignCloud({
      random: this.random,
      onScheduled: (body, deliver) => this.scheduled(body, deliver),
    });
    this.sequence = new CampaignSequence(this.cloud, mode, this.random, plan.triggers);
    this.sequence.onExecution = (execution) => {
      const { asked, ruleId, at, requestedAt } = execution;
      story.tell(asked.subject, `Sequence executes ${ruleId}`);
      this.counter.executed(asked.subject, at, requestedAt, asked.byHand ? asked.sentAt : undefined);
    };
    this.deployment = new Deployment(this.cloud, deployment, plan.triggers);
    this.pool = new Pool({
      striker: this.striker,
      version: () => this.deployment.version,
      load: (process) => this.load(process),
      askedOf: (event) => askedOf(event, this.deployment),
      newId: () => this.random.id(),
      tell: (subject, what) => story.tell(subject, what),
    });
    const mapping = {
      functionName: "trigger",
      batchSize: 1,
      maximumConcurrency: 2,
      reportsItemFailures: true,
      enabled: true,
    };
    const runner = {
      invoke: (_arn: string, event: unknown) => this.receive(event),
      exists: () => true,
      roleOf: () => "",
    };
    this.poller = new MappingPoller(mapping, this.cloud.work, runner, this.cloud.context);
    const person = new Person({
      random: (place) => streamOf(seed, place),
      wasExecuted: (subject) => this.counter.wasExecuted(subject),
      send: (body) => void this.cloud.queues.send(this.cloud.work.arn, body),
      tell: (subject, what) => story.tell(subject, what),
    });
    new FailureReader(this, options.people ? person : undefined).start();
    readMails(this);
  }

  secretOf(ruleId: string): string {
    return this.secrets.get(ruleId) ?? firstSecretOf(ruleId);
  }

  /** Runs the plan and what comes of it. */
  async run(runUntil: (instant: number) => Promise<void>): Promise<void> {
    const { plan } = this.options;
    this.cloud.scheduler.start();
    this.poller.start();
    await runUntil(plan.to + 1_000);
    this.deployment.end(plan.to);
    await runUntil(plan.to + AFTERMATH_MS);
    this.cloud.scheduler.stop();
    this.poller.stop();
  }

  /** Scheduler's call of the queue. */
  private scheduled(body: string, deliver: () => string): string {
    const message = JSON.parse(body) as { ruleId?: string; scheduledTime?: string };
    const { ruleId, scheduledTime } = message;
    if (ruleId === undefined || scheduledTime === undefined)
      return this.striker.cross(schedulerFires, "daily check", { isCheck: true }, deliver);
    if (Date.parse(scheduledTime) > this.options.plan.to) return deliver();
    const subject = subjectOf(ruleId, scheduledTime);
    const first = !this.counter.knows(subject);
    this.counter.due(subject, Date.parse(scheduledTime));
    if (first) {
      this.story.tell(subject, "Scheduler fires");
      void pass(1).then(() =>
        this.striker.cross(peopleWork, subject, operatorOf(this, ruleId, scheduledTime), () => {}),
      );
    }
    return this.striker.cross(schedulerFires, subject, { isCheck: false }, deliver);
  }

  private receive(event: unknown): Promise<InvocationResult> {
    const { subject } = askedOf(event, this.deployment);
    const keep: InvocationResult = { requestId: "", error: { type: "Kept", message: "the message stays" } };
    return Promise.resolve(this.striker.cross(queueDelivers, subject, { keep }, () => this.pool.invoke(event)));
  }

  private load(process: FunctionProcess) {
    const config = this.deployment.config();
    const deps = productDeps({
      cloud: this.cloud,
      process,
      config,
      random: this.random,
      calls: (_process, service, operation, run) => this.calls.toAws(process.asked, service, operation, run),
      send: (request) => this.calls.toSequence(request, process),
      log: (line) => this.story.line(process.asked.subject, line),
    });
    const { withoutProtection } = this.options;
    const handler = createTriggerHandler(withoutProtection ? withoutProtection(deps, this) : deps);
    return handler as (event: unknown, context: Parameters<typeof handler>[1]) => Promise<unknown>;
  }
}
