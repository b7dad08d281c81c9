import { paceNote } from "../../lambda/agreements/ledgerNotes";
import type { QueueEvent } from "../../lambda/triggers/handler";
import { withRead } from "./ports";
import type { Protection } from "./protection";

const FORGETS = { memoryMs: 0, concurrentDuplicatesToldApart: false };

/** What holds for events of the user's own. */
export const OF_EVENTS: readonly Protection[] = [
  {
    name: "an event's key is made of its text, and not of its message",
    shownBy: "executedTwice",
    faults: ["event: sent twice", "event: sent again hours later"],
    mode: { modes: FORGETS },
    maxAgeMinutes: 360,
    eventShare: 0.5,
    delivered: ({ Records }) => ({
      Records: Records.map((record) => ({
        ...record,
        body: withText(record.body, (text) => `${text} ${record.messageId}`),
      })),
    }),
  },
  {
    name: "the event queue takes nothing but events",
    shownBy: "unplanned",
    faults: ["event: a forged message comes with it"],
    mode: {},
    maxAgeMinutes: 360,
    eventShare: 0.5,
    // As if senders had one queue with schedules and people.
    delivered: (event, { cloud }) => fromQueue(event, isEvent(event) ? cloud.events.arn : cloud.work.arn),
  },
  {
    name: "scheduled occurrences go before events after a 429",
    shownBy: "eventsFirst",
    faults: ["network: a burst of 429 without Retry-After", "network: a burst of 429 with Retry-After in seconds"],
    mode: {},
    maxAgeMinutes: 360,
    eventShare: 0.8,
    without: (deps) => {
      const { ledger } = deps;
      const readNote: typeof ledger.readNote = async (name) => {
        const note = await ledger.readNote(name);
        if (!note || !name.startsWith(paceNote(""))) return note;
        const { eventsNotBefore: _, ...rest } = note;
        return rest;
      };
      return { ...deps, ledger: { ...withRead(ledger, (key) => ledger.read(key)), readNote } };
    },
  },
];

function withText(body: string, change: (text: string) => string): string {
  const message = JSON.parse(body) as { readonly event?: string };
  return message.event === undefined ? body : JSON.stringify({ ...message, event: change(message.event) });
}

function isEvent({ Records: [record] }: QueueEvent): boolean {
  return /^\{"trigger":"[^"]+","event":/.test(record?.body ?? "");
}

function fromQueue({ Records }: QueueEvent, eventSourceARN: string): QueueEvent {
  return { Records: Records.map((record) => ({ ...record, eventSourceARN })) };
}
