import { utcSeconds } from "../../lambda/agreements/instant";
import type { MappingPoller } from "../../sandbox/aws/queues/mappingPoller";
import { eventIsSent, type Sending } from "../faults/events";
import type { Crossings } from "../faults/striker";
import type { Plan } from "../plan";
import type { PlannedEvent } from "../plannedEvents";
import { passUntil } from "../virtualTime";
import type { WorldParts } from "./parts";
import { PERSON, subjectOf } from "./subject";

/** The user's own system, which sends the plan's events to the event queue of one stack, and what becomes of that queue's delivery. */
export class EventSender {
  private isStopped = true;
  private stalledUntil = 0;

  constructor(
    private readonly world: WorldParts,
    private readonly plan: Plan,
    private readonly striker: Crossings,
    private readonly poller: MappingPoller,
    /** The queue has taken an event for the first time. */
    private readonly onFirst: (event: PlannedEvent, subject: string) => void,
  ) {}

  start(): void {
    this.isStopped = false;
    this.poller.start();
    void this.sendAll();
  }

  stop(): void {
    this.isStopped = true;
    this.poller.stop();
  }

  /** Once more, as whoever reads a mail about a refused message does. */
  again(subject: string): void {
    const event = this.plan.events.find((one) => subjectOf(one) === subject);
    if (event) this.put(event, this.nameOf(event), event.payload, PERSON);
  }

  private async sendAll(): Promise<void> {
    const { events, to } = this.plan;
    for (const event of events) {
      if (event.at < Date.now()) continue;
      if (event.at > to) return;
      await passUntil(event.at);
      const subject = subjectOf(event);
      const send = () => this.put(event, this.nameOf(event), event.payload);
      void this.striker.cross(eventIsSent, subject, this.sending(event), send);
    }
  }

  private sending(event: PlannedEvent): Sending {
    const { deployment } = this.world;
    const first = deployment.firstNameOf(event);
    return {
      isRenamed: first !== this.nameOf(event),
      withPayload: (payload) => this.put(event, this.nameOf(event), payload),
      underFirstName: () => this.put(event, first, event.payload),
      forge: (form) => void this.world.cloud.events.send(this.forged(event, form), "sender"),
      stall: (ms) => this.stall(Date.now() + ms),
    };
  }

  private put(event: PlannedEvent, trigger: string, payload: object | undefined, sender = "sender"): void {
    const { cloud, counter, story } = this.world;
    const subject = subjectOf(event);
    const isFirst = !counter.knows(subject);
    counter.eventSent(subject, Date.now());
    story.tell(subject, `the event queue takes it, for ${trigger}`);
    if (isFirst) this.onFirst(event, subject);
    cloud.events.send(JSON.stringify({ trigger, event: event.event, ...(payload ? { payload } : {}) }), sender);
  }

  /** What only schedules, people and the daily check may send. */
  private forged({ ruleId }: PlannedEvent, form: Parameters<Sending["forge"]>[0]): string {
    const { deployment } = this.world;
    const now = utcSeconds(Date.now());
    const [scheduled] = this.plan.triggers;
    const trigger = deployment.nameOf({ ruleId: scheduled?.ruleId ?? ruleId });
    const forms = {
      scheduled: { trigger, ruleId: scheduled?.ruleId, scheduledTime: now },
      byHand: { trigger, occurrence: `forged at ${now}` },
      heartbeat: { heartbeat: now },
      failure: { version: 1, executed: "no", whatHappened: "Nothing.", whatToDo: "Run it.", command: "run it" },
      text: "run it",
    };
    return JSON.stringify(forms[form]);
  }

  private nameOf({ ruleId, event }: PlannedEvent): string {
    return this.world.deployment.nameOf({ ruleId, event });
  }

  /** Messages stay in the queue until then. */
  private stall(until: number): void {
    this.stalledUntil = Math.max(this.stalledUntil, until);
    this.poller.stop();
    void passUntil(until).then(() => {
      if (!this.isStopped && Date.now() >= this.stalledUntil) this.poller.start();
    });
  }
}
