import { ledgerNotes, paceNote } from "../../lambda/agreements/ledgerNotes";
import type { TransportRequest, TransportResponse } from "../../lambda/client/transport";
import type { QueueResponse } from "../../lambda/triggers/handler";
import type { InvocationResult } from "../../sandbox/aws/types";
import type { QuestionLog } from "../amounts/questionLog";
import { sequenceIsCalled } from "../faults/network";
import { paceIsKept, skippedIsNoted } from "../faults/notes";
import { amountsAreChecked } from "../faults/preflight";
import { amountLogIsRead } from "../faults/questions";
import { SERVICES, type ServiceName } from "../faults/services";
import { type StopSwitch, switchIsRead } from "../faults/stopSwitch";
import type { Crossings } from "../faults/striker";
import type { Stream } from "../random";
import { pass } from "../virtualTime";
import { sdkError } from "./cloud";
import { operatorOf } from "./operator";
import type { WorldParts } from "./parts";
import type { Asked, FunctionProcess } from "./process";
import { Exchange } from "./sequence";
import { namedBy } from "./subject";
import { Turns } from "./turns";

interface Callees extends WorldParts {
  readonly random: Stream;
  readonly striker: Crossings;
  readonly keepsConnections: boolean;
  readonly stopSwitch: StopSwitch & { readonly setAt: number | undefined };
  readonly questions: QuestionLog;
  /** The amount function's answer to a check. */
  checkAmounts(names: readonly string[], subject: string): Promise<string>;
}

/** An item of the ledger's table, as DynamoDB gets it. */
interface TableInput {
  readonly Key?: { readonly key?: { readonly S?: string } };
  readonly Item?: Readonly<Record<string, { readonly S?: string } | undefined>>;
}

/** A delivery that began so long after a 429 had been answered finds its rule's pace. */
const NOTED_MS = 10_000;
const CLOCK_SLACK_MS = 1_000;

/** What the function calls, with the faults on the way: the services of AWS, and Sequence. */
export class Calls {
  private readonly outages = new Map<ServiceName, number>();
  private readonly turns = new Turns();
  /** The keys of the occurrences that a request may have been sent for. */
  private readonly claimed = new Set<string>();

  constructor(private readonly world: Callees) {}

  async toAws(
    process: FunctionProcess,
    service: ServiceName,
    operation: string,
    input: object,
    run: () => Promise<unknown>,
  ): Promise<unknown> {
    const { random, striker } = this.world;
    if ((this.outages.get(service) ?? 0) > Date.now()) throw sdkError("ServiceUnavailable");
    const { subject } = process.asked;
    if (random.chance(0.3)) {
      // The connection is being made, for which the process must be running.
      await pass(random.between(1, 150));
      await process.running();
    }
    const outage = (until: number) => void this.outages.set(service, until);
    const served = () => striker.cross(SERVICES[service], subject, { operation, outage }, run);
    return service === "DynamoDB" ? this.toTable(process, input as TableInput, served) : served();
  }

  /** The notes beside the ledger's items have faults of their own. */
  private toTable(process: FunctionProcess, { Key, Item }: TableInput, run: () => Promise<unknown>): Promise<unknown> {
    const { striker, stopSwitch } = this.world;
    const { subject } = process.asked;
    const key = Key?.key?.S ?? Item?.key?.S ?? "";
    const isWrite = Item !== undefined;
    if (Item?.state?.S === "claimed") this.noteClaim(process, key);
    if (key.startsWith(paceNote(""))) return striker.cross(paceIsKept, subject, { isWrite }, run);
    if (key === ledgerNotes.skipped) return striker.cross(skippedIsNoted, subject, { isWrite }, run);
    return key === ledgerNotes.pause ? striker.cross(switchIsRead, subject, stopSwitch, run) : run();
  }

  /** Until an occurrence is claimed, a trigger that waits for amounts may only be claimed if they are known. */
  private noteClaim(process: FunctionProcess, key: string): void {
    const { deployment, counter } = this.world;
    if (this.claimed.has(key)) return;
    this.claimed.add(key);
    const named = namedBy(process.asked.subject);
    if (named && deployment.planned(named).holdUntilKnown && !process.amountsKnown) counter.happened("triedUnknown");
  }

  async toAmounts(process: FunctionProcess, names: readonly string[], limitMs: number): Promise<string> {
    const { striker, deployment } = this.world;
    const { subject } = process.asked;
    const run = () => this.world.checkAmounts(names, subject);
    const text = await striker.cross(amountsAreChecked, subject, { names, limitMs }, run);
    const named = namedBy(subject);
    const { holdUntilKnown = [] } = named ? deployment.planned(named) : {};
    process.amountsKnown = holdUntilKnown.every((name) => Number.isInteger(centsIn(text, name)));
    return text;
  }

  toAmountLog(
    { asked }: FunctionProcess,
    of: Parameters<QuestionLog["page"]>[0],
  ): Promise<ReturnType<QuestionLog["page"]>> {
    const { striker, questions } = this.world;
    const read = { isFirst: of.token === undefined, since: (instant: number) => questions.since(instant) };
    return striker.cross(amountLogIsRead, asked.subject, read, async () => questions.page(of));
  }

  async toSequence(request: TransportRequest, process: FunctionProcess): Promise<TransportResponse> {
    const { world } = this;
    const exchange = new Exchange(world.sequence, request, process, () => {
      const people = operatorOf(world, { ruleId: exchange.ruleId });
      people.replaceSecretInSequence();
      people.replaceSecretInAws();
    });
    const { subject } = exchange.asked;
    world.counter.sent(String(request.headers["idempotency-key"]), request.body);
    await process.reach("before the call");
    world.story.tell(subject, "the function calls Sequence");
    this.judge(process, exchange.ruleId);
    const sent = world.striker.cross(sequenceIsCalled, subject, exchange, () => exchange.usual());
    const response = await Promise.resolve(sent).catch((error: unknown) => {
      throw world.keepsConnections ? Object.assign(error as Error, { staleSocket: true }) : error;
    });
    await process.reach("after the answer");
    if (response.status === 429) this.turns.waits(subject);
    return response;
  }

  /** A delivery has ended. What came while its rule had to wait, and wasn't called, has its turn before events. */
  delivered({ subject }: Asked, invokedAt: number, result: InvocationResult): void {
    const wait = this.world.sequence.toldToWait.get(namedBy(subject)?.ruleId ?? "");
    if (isDone(result)) this.turns.waitsNoMore(subject);
    else if (wait && wait.since < invokedAt && Date.now() < wait.until) this.turns.waits(subject);
  }

  /** Whether the call may be made at all. */
  private judge({ invokedAt, asked: { subject } }: FunctionProcess, ruleId: string): void {
    const { stopSwitch, sequence, counter } = this.world;
    // A delivery that began before the switch was set isn't recalled.
    if (stopSwitch.setAt !== undefined && stopSwitch.setAt < invokedAt) counter.happened("calledWhilePaused");
    const wait = sequence.toldToWait.get(ruleId);
    if (wait && invokedAt > wait.since + NOTED_MS && Date.now() < wait.until - CLOCK_SLACK_MS)
      counter.happened("calledTooSoon");
    if (this.turns.isBeforeItsTurn(subject)) counter.happened("eventsFirst");
    this.turns.waitsNoMore(subject);
  }
}

function centsIn(text: string, name: string): unknown {
  try {
    return (JSON.parse(text) as { amounts: { [name: string]: { cents?: unknown } } }).amounts[name]?.cents;
  } catch {
    return undefined;
  }
}

/** Whether the queue deletes the message. */
function isDone({ error, payload }: InvocationResult): boolean {
  const failures = (payload as QueueResponse | undefined)?.batchItemFailures ?? [];
  return !error && failures.length === 0;
}
