import type { FailureMessage } from "../../../lambda/agreements/failureMessage";
import type { TriggerFunctionConfig } from "../../../lambda/agreements/triggerConfig";
import { createTriggerHandler } from "../../../lambda/triggers/handler";
import type { LedgerItem } from "../../../lambda/triggers/lifecycle/ledgerItem";
import {
  HOUR,
  invalidRequest,
  noAnswer,
  receipt,
  refusal,
  type SequenceCall,
  tooMany,
  unfilledSecret,
  WORK_QUEUE,
  World,
  wrongSecret,
} from "./world";

/** What the simulated Sequence is like, as far as its contract leaves it open. */
export interface SequenceModel {
  /** How long it remembers a key after executing it. */
  readonly memoryMs: number;
  /** Whether it notices that a request with the same key is still at work. */
  readonly tellsConcurrentApart: boolean;
  /** Whether a key that was answered 500 gets 500 for ever. */
  readonly remembers500: boolean;
}

export interface SimulationOptions {
  readonly sequence: SequenceModel;
  readonly config?: Partial<TriggerFunctionConfig>;
  readonly messages: readonly { readonly body: object; readonly sentAfterMs: number }[];
  /** Choices, consumed in order; 0, and every one after the last, is the course without trouble. */
  readonly choices: readonly number[];
  /** Whether calls, handlers, the ledger and the queues may fail. */
  readonly faults: boolean;
  /** How often a person who is told of an unknown outcome looks in Sequence, and sends the command if it wasn't executed. Defaults to 0. */
  readonly looks?: number;
}

export interface SimulationResult {
  readonly world: World;
  /** How often each key was executed. */
  readonly executions: ReadonlyMap<string, number>;
  /** False if messages were still there in the end. */
  readonly settled: boolean;
  /** Bodies that were sent under each key. */
  readonly bodies: ReadonlyMap<string, ReadonlySet<string>>;
  /** How often a handler's process died. */
  readonly crashes: number;
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  visibleAt: number;
  receives: number;
  deleted: boolean;
}

/** One running delivery. It only moves when the simulation resumes it. */
interface Actor {
  readonly message: Message;
  readonly slot: number;
  readonly endsAt: number;
  dead: boolean;
  resume: (() => void) | undefined;
  /** At Sequence, and not yet decided there. */
  request: Request | undefined;
}

interface Request {
  readonly key: string;
  readonly knownBefore: boolean;
}

/** A request that Sequence still works on although nobody waits for its answer any more. */
interface LateRequest extends Request {
  readonly executedAt: number;
}

/** A person who looks in Sequence whether a key was executed. */
interface Look {
  readonly key: string;
  readonly body: string;
  readonly at: number;
}

/** Below the time that an occurrence is left alone for after an unknown outcome. */
const LONGEST_LATENESS_S = 50;
const FUNCTION_TIMEOUT_MS = 30_000;
const VISIBILITY_MS = 180_000;
const MAX_STEPS = 6_000;
const SLOTS = 3;

/**
 * Several processes of the function that take messages from one queue and share one ledger, with every step of every port in an order
 * that `choices` decides: crashes, lost answers, duplicates and time that passes in between included.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  return new Simulation(options).run();
}

class Simulation {
  private readonly world: World;
  private readonly executions = new Map<string, number>();
  private readonly executedAt = new Map<string, number>();
  private readonly failed500 = new Set<string>();
  private readonly bodies = new Map<string, Set<string>>();
  private readonly messages: Message[];
  private readonly actors = new Set<Actor>();
  private late: LateRequest[] = [];
  private looks: Look[] = [];
  private looksLeft: number;
  private readonly processes: (ReturnType<typeof createTriggerHandler> | undefined)[] = [];
  private choice = 0;
  private crashes = 0;

  constructor(private readonly options: SimulationOptions) {
    this.world = new World(options.config);
    this.looksLeft = options.looks ?? 0;
    const start = this.world.now;
    this.messages = options.messages.map(({ body, sentAfterMs }, index) => ({
      id: `m-${index}`,
      body: JSON.stringify(body),
      sentAt: start + sentAfterMs,
      visibleAt: start + sentAfterMs,
      receives: 0,
      deleted: false,
    }));
  }

  async run(): Promise<SimulationResult> {
    for (let step = 0; step < MAX_STEPS; step += 1) {
      if (this.actors.size + this.looks.length === 0 && this.messages.every(({ deleted }) => deleted)) break;
      await this.step();
    }
    this.passTo(this.world.now + LONGEST_LATENESS_S * 1_000);
    const settled = this.messages.every(({ deleted }) => deleted);
    return { world: this.world, executions: this.executions, settled, bodies: this.bodies, crashes: this.crashes };
  }

  private async step(): Promise<void> {
    const { world } = this;
    const waiting = this.messages.filter(({ deleted, visibleAt }) => !deleted && visibleAt <= world.now);
    const free = [...Array(SLOTS).keys()].filter((slot) => ![...this.actors].some((actor) => actor.slot === slot));
    const slot = free[0];
    const startsOne = waiting.length > 0 && slot !== undefined && (this.actors.size === 0 || this.chance(2));
    if (startsOne) return this.start(waiting[this.pick(waiting.length)] as Message, slot as number);
    // A standard queue may hand a message out that is being worked on.
    const inFlight = [...this.actors][0];
    if (inFlight && slot !== undefined && this.options.faults && this.chance(20))
      return this.start(inFlight.message, slot);
    if (this.actors.size > 0) return this.moveOne();
    const left = this.messages.filter(({ deleted }) => !deleted);
    const next = Math.min(...left.map(({ visibleAt }) => visibleAt), ...this.looks.map(({ at }) => at));
    this.passTo(Math.max(world.now, next) + this.pick(5) * 100);
  }

  private async moveOne(): Promise<void> {
    const parked = [...this.actors].filter(({ resume }) => resume);
    const actor = parked[this.pick(parked.length)];
    if (!actor) return idle();
    if (this.chance(4)) this.passTo(this.world.now + this.pick(40) * 1_000);
    if (!this.actors.has(actor)) return;
    if (this.options.faults && this.chance(40)) return this.crash(actor, this.world.now);
    await this.resume(actor);
  }

  /** Ends the functions whose time is over until then, and executes what Sequence was still working on. */
  private passTo(time: number): void {
    for (const actor of this.actors) if (actor.endsAt <= time) this.crash(actor, actor.endsAt);
    const due = this.late.filter(({ executedAt }) => executedAt <= time);
    this.late = this.late.filter((request) => !due.includes(request));
    const looks = this.looks.filter(({ at }) => at <= time);
    this.looks = this.looks.filter((look) => !looks.includes(look));
    const events = [
      ...due.map((request) => ({ at: request.executedAt, happen: () => this.execute(request, request.executedAt) })),
      ...looks.map((look) => ({ at: look.at, happen: () => this.look(look) })),
    ];
    for (const { happen } of events.sort((a, b) => a.at - b.at)) happen();
    this.world.now = time;
  }

  /** Honest, but perhaps too early. What was true comes once more some time, when it may not cover the latest try any more. */
  private look({ key, body, at }: Look): void {
    if (this.executions.has(key)) return;
    const isTrue = at >= Date.parse(JSON.parse(body).confirmedNotExecutedUntil);
    for (const sentAt of isTrue && this.chance(3) ? [at, at + this.pick(48) * HOUR] : [at])
      this.messages.push({
        id: `m-${this.messages.length}`,
        body,
        sentAt,
        visibleAt: sentAt,
        receives: 0,
        deleted: false,
      });
  }

  /** A mail has come: somebody looks at once, or soon. */
  private told({ idempotencyKey: key, executed, command = "" }: FailureMessage): void {
    const body = /--message-body '(.*)'$/.exec(command)?.[1];
    if (this.looksLeft === 0 || executed === "no" || !key || !body) return;
    this.looksLeft -= 1;
    this.looks.push({ key, body, at: this.world.now + this.pick(100) * 1_000 });
  }

  private crash(actor: Actor, at: number): void {
    this.crashes += 1;
    actor.dead = true;
    this.actors.delete(actor);
    this.processes[actor.slot] = undefined;
    if (actor.request && this.options.faults) this.leave(actor.request, at);
  }

  /** Nobody waits for this request any more, and Sequence executes it all the same. */
  private leave(request: Request, at: number): void {
    this.late.push({ ...request, executedAt: at + this.pick(LONGEST_LATENESS_S + 1) * 1_000 });
  }

  private execute({ key, knownBefore }: Request, at: number): void {
    const known = this.model.tellsConcurrentApart ? this.remembers(key, at) : knownBefore;
    if (known) return;
    this.executions.set(key, (this.executions.get(key) ?? 0) + 1);
    this.executedAt.set(key, at);
  }

  private remembers(key: string, at: number): boolean {
    const executedAt = this.executedAt.get(key);
    return executedAt !== undefined && at < executedAt + this.model.memoryMs;
  }

  private async start(message: Message, slot: number): Promise<void> {
    const { world } = this;
    message.receives += 1;
    message.visibleAt = world.now + VISIBILITY_MS;
    const actor: Actor = {
      message,
      slot,
      endsAt: world.now + FUNCTION_TIMEOUT_MS,
      dead: false,
      resume: undefined,
      request: undefined,
    };
    this.actors.add(actor);
    this.processes[slot] ??= this.process(slot);
    const handler = this.processes[slot];
    const attributes = { SentTimestamp: String(message.sentAt), ApproximateReceiveCount: String(message.receives) };
    const record = {
      messageId: message.id,
      receiptHandle: message.id,
      body: message.body,
      attributes,
      eventSourceARN: WORK_QUEUE,
    };
    const context = { awsRequestId: "aws", getRemainingTimeInMillis: () => actor.endsAt - world.now };
    void handler?.({ Records: [record] }, context).then(({ batchItemFailures }) => {
      this.actors.delete(actor);
      if (!actor.dead && batchItemFailures.length === 0 && !(this.options.faults && this.chance(30)))
        message.deleted = true;
    });
    await idle();
  }

  /** A process of the function: its ports park the delivery that uses them until the simulation resumes it. */
  private process(slot: number): ReturnType<typeof createTriggerHandler> {
    const { world } = this;
    const deps = world.deps();
    const owner = () => [...this.actors].find((actor) => actor.slot === slot) as Actor;
    const parked = async <T>(work: () => Promise<T>, name: string): Promise<T> => {
      const actor = owner();
      await this.park(actor);
      if (this.options.faults && this.chance(15)) throw new Error(`${name} is down`);
      const result = await work();
      await this.park(actor);
      if (this.options.faults && this.chance(20)) throw new Error(`${name}'s answer got lost`);
      return result;
    };
    return createTriggerHandler({
      ...deps,
      ledger: {
        read: (key) => parked(() => deps.ledger.read(key), "ledger"),
        write: (item: LedgerItem) => parked(() => deps.ledger.write(item), "ledger"),
        readCheck: () => deps.ledger.readCheck(),
        writeCheck: (record) => deps.ledger.writeCheck(record),
        readNote: (name) => deps.ledger.readNote(name),
        writeNote: (name, note) => deps.ledger.writeNote(name, note),
      },
      failureQueue: {
        send: (message) =>
          parked(async () => {
            await deps.failureQueue.send(message);
            this.told(message as FailureMessage);
          }, "failure queue"),
      },
      workQueue: {
        url: deps.workQueue.url,
        putBack: async (_handle, seconds) => {
          const { message } = owner();
          message.visibleAt = world.now + seconds * 1_000;
        },
      },
      sequence: {
        triggerRule: async (ruleId, { idempotencyKey: key, payload, deadlineMs, maxAttempts }) => {
          const call = { ruleId, key, body: JSON.stringify(payload), deadlineMs, maxAttempts };
          world.calls.push(call);
          return this.sequence(call, owner());
        },
      },
    });
  }

  private async sequence(call: SequenceCall, actor: Actor) {
    const { model } = this;
    const bodies = this.bodies.get(call.key) ?? new Set();
    this.bodies.set(call.key, bodies.add(call.body));
    if (this.failed500.has(call.key) && model.remembers500)
      throw refusal({ code: "UNEXPECTED_ERROR", status: 500, retryable: true, outcome: "unknown" });
    const request = { key: call.key, knownBefore: this.remembers(call.key, this.world.now) };
    actor.request = request;
    await this.park(actor);
    actor.request = undefined;
    const course = this.pick(this.options.faults ? 13 : 3);
    if (course === 1) throw tooMany(this.pick(3) * HOUR || undefined);
    if (course === 2) throw this.options.faults ? wrongSecret() : unfilledSecret();
    if (course === 3) throw invalidRequest();
    if (course === 4) throw noAnswer();
    if (course === 5) return receipt(call, { testMode: true });
    if (course >= 10) {
      this.leave(request, this.world.now);
      throw noAnswer();
    }
    if (course !== 6) this.execute(request, this.world.now);
    await this.park(actor);
    if (course === 7) throw noAnswer();
    if (course === 6 || course === 8) {
      this.failed500.add(call.key);
      throw refusal({ code: "UNEXPECTED_ERROR", status: 500, retryable: true, outcome: "unknown" });
    }
    return receipt(call);
  }

  private get model(): SequenceModel {
    return this.options.sequence;
  }

  /** Ends here if the actor's process dies. */
  private park(actor: Actor): Promise<void> {
    return new Promise((resolve) => {
      actor.resume = resolve;
    });
  }

  private async resume(actor: Actor): Promise<void> {
    const { resume } = actor;
    actor.resume = undefined;
    resume?.();
    await idle();
  }

  private pick(count: number): number {
    const choice = this.options.choices[this.choice] ?? 0;
    this.choice += 1;
    return choice % count;
  }

  /** One in `outOf`; never by the course without trouble. */
  private chance(outOf: number): boolean {
    return this.pick(outOf) === outOf - 1;
  }
}

/** Until nothing goes on without being resumed. */
function idle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
