import type { QueueEvent } from "../../lambda/triggers/handler";
import { MappingPoller } from "../../sandbox/aws/queues/mappingPoller";
import type { InvocationResult } from "../../sandbox/aws/types";
import type { QuestionLog } from "../amounts/questionLog";
import { isLeftOut } from "../calendar";
import type { Counter } from "../count/counter";
import { peopleWork } from "../faults/operator";
import { queueDelivers } from "../faults/queue";
import { schedulerFires } from "../faults/scheduler";
import { switchIsUsed } from "../faults/stopSwitch";
import type { Crossings } from "../faults/striker";
import { type Stream, streamOf } from "../random";
import type { Story } from "../story";
import { pass } from "../virtualTime";
import { Calls } from "./calls";
import { CampaignCloud } from "./cloud";
import { DailyChecks } from "./dailyChecks";
import { Deployment } from "./deployment";
import { EventSender } from "./eventSender";
import { readMails } from "./failureMails";
import { FailureReader } from "./failureReader";
import { LedgerSwitch } from "./ledgerSwitch";
import { operatorOf } from "./operator";
import type { WorldParts } from "./parts";
import { Person } from "./person";
import { Pool } from "./pool";
import type { Asked, FunctionProcess } from "./process";
import { createTriggerHandler, productDeps } from "./product";
import type { CampaignSequence } from "./sequence";
import type { SharedParts } from "./stackOptions";
import { askedOf, type Named, subjectOf } from "./subject";

/** One deployment of the component: its schedules, queues, ledger, function and mails, and the person who reads them. */
export class Stack implements WorldParts {
  readonly cloud: CampaignCloud;
  readonly deployment: Deployment;
  readonly failureBodies: string[] = [];
  readonly random: Stream;
  readonly sequence: CampaignSequence;
  readonly counter: Counter;
  readonly story: Story;
  readonly questions: QuestionLog;
  /** Whether the function keeps its connections, so that its client takes a reset for one that was closed while idle. */
  keepsConnections = false;
  readonly stopSwitch: LedgerSwitch;
  private readonly calls: Calls;
  private readonly checks: DailyChecks;
  private readonly pool: Pool;
  private readonly poller: MappingPoller;
  private readonly sender: EventSender;

  constructor(
    private readonly world: SharedParts,
    readonly striker: Crossings,
    /** Tells the streams of chance of two stacks apart. */
    readonly name: string,
  ) {
    const { options, sequence, counter, story } = world;
    const { seed, plan, deployment } = options;
    this.sequence = sequence;
    this.counter = counter;
    this.story = story;
    this.questions = world.questions;
    this.random = streamOf(seed, `${name}world`);
    this.calls = new Calls(this);
    this.cloud = new CampaignCloud({
      random: this.random,
      onScheduled: (body, deliver) => this.scheduled(body, deliver),
    });
    this.stopSwitch = new LedgerSwitch(this.cloud);
    this.deployment = new Deployment(this.cloud, deployment, plan, (ruleId) => world.secretOf(ruleId));
    this.pool = new Pool({
      striker,
      version: () => this.deployment.version,
      load: (process) => this.load(process),
      askedOf: (event) => this.askedOf(event),
      newId: () => this.random.id(),
      tell: (subject, what) => story.tell(subject, `${name}${what}`),
    });
    const mapping = {
      ...{ functionName: "trigger", batchSize: 1, maximumConcurrency: 2 },
      ...{ reportsItemFailures: true, enabled: true },
    };
    const runner = {
      invoke: (_arn: string, event: unknown) => this.receive(event),
      exists: () => true,
      roleOf: () => "",
    };
    this.poller = new MappingPoller(mapping, this.cloud.work, runner, this.cloud.context);
    const ofEvents = new MappingPoller(mapping, this.cloud.events, runner, this.cloud.context);
    this.sender = new EventSender(this, plan, striker, ofEvents, (event, subject) => this.around(event, subject));
    const person = new Person({
      random: (place) => streamOf(seed, `${name}${place}`),
      // With two stacks "not executed" says only what one of them knows.
      alwaysLooks: options.stacks === 2,
      wasExecuted: (subject) => counter.wasExecuted(subject),
      send: (body) => void this.cloud.queues.send(this.cloud.work.arn, body),
      sendEvent: (subject) => this.sender.again(subject),
      tell: (subject, what) => story.tell(subject, `${name}${what}`),
    });
    new FailureReader(this, options.people ? person : undefined).start();
    readMails(this);
    this.checks = new DailyChecks(this, this.questions);
  }

  checkAmounts(names: readonly string[], subject: string): Promise<string> {
    return this.world.checkAmounts(names, subject);
  }

  secretOf(ruleId: string): string {
    return this.world.secretOf(ruleId);
  }

  replaceSecret(ruleId: string): void {
    this.world.replaceSecret(ruleId);
  }

  storeSecret(ruleId: string): void {
    this.world.storeSecret(ruleId);
  }

  start(): void {
    this.cloud.scheduler.start();
    this.poller.start();
    this.sender.start();
  }

  stop(): void {
    this.cloud.scheduler.stop();
    this.poller.stop();
    this.sender.stop();
  }

  /** Scheduler's call of the queue. */
  private scheduled(body: string, deliver: () => string): string {
    const { story, counter, striker, world } = this;
    const message = JSON.parse(body) as { ruleId?: string; scheduledTime?: string };
    const { ruleId, scheduledTime } = message;
    if (ruleId === undefined || scheduledTime === undefined)
      return striker.cross(schedulerFires, "daily check", { isCheck: true }, deliver);
    if (Date.parse(scheduledTime) > world.options.plan.to) return deliver();
    const subject = subjectOf({ ruleId, scheduledTime });
    const isLeft = isLeftOut(this.deployment.scheduled(ruleId), Date.parse(scheduledTime));
    const first = !isLeft && !counter.knows(subject);
    if (isLeft) counter.leftOut(subject);
    else counter.due(subject, Date.parse(scheduledTime));
    if (first) {
      story.tell(subject, "Scheduler fires");
      this.around({ ruleId, scheduledTime }, subject);
    }
    return striker.cross(schedulerFires, subject, { isCheck: false }, deliver);
  }

  /** What people do around an occurrence or an event. */
  private around(named: Named, subject: string): void {
    const { striker } = this;
    void pass(1).then(() => striker.cross(peopleWork, subject, operatorOf(this, named), () => {}));
    void striker.cross(switchIsUsed, subject, this.stopSwitch, () => {});
  }

  private askedOf(event: unknown): Asked {
    return askedOf(event, this.deployment, this.cloud.events.arn);
  }

  private receive(event: unknown): Promise<InvocationResult> {
    const asked = this.askedOf(event);
    if (asked.byHand) this.counter.sentByHand(asked.subject);
    const keep: InvocationResult = { requestId: "", error: { type: "Kept", message: "the message stays" } };
    const invoke = async () => {
      const invokedAt = Date.now();
      const result = await this.pool.invoke(event);
      this.calls.delivered(asked, invokedAt, result);
      return result;
    };
    return Promise.resolve(this.striker.cross(queueDelivers, asked.subject, { keep }, invoke));
  }

  private load(process: FunctionProcess) {
    const { calls, cloud, random, story, name } = this;
    const deps = productDeps({
      cloud,
      process,
      config: this.deployment.config(),
      random,
      calls: (_process, service, operation, input, run) => calls.toAws(process, service, operation, input, run),
      check: (names, limitMs) => calls.toAmounts(process, names, limitMs),
      send: (request) => calls.toSequence(request, process),
      logPage: (of) => calls.toAmountLog(process, of),
      log: (line) => {
        story.line(process.asked.subject, line, name);
        this.checks.logged(process, line);
      },
    });
    const { withoutProtection, delivered } = this.world.options;
    const handler = createTriggerHandler(withoutProtection ? withoutProtection(deps, this) : deps);
    return (event: unknown, context: Parameters<typeof handler>[1]) =>
      handler(delivered ? delivered(event as QueueEvent, this) : (event as QueueEvent), context);
  }
}
