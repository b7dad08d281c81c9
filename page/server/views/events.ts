import type { RunningSandbox } from "../../../sandbox";
import type { TraceStep } from "../../shared/types";

/** A message that was sent to the event queue. */
interface SentEvent {
  readonly at: number;
  readonly messageId: string;
  readonly payload: object | undefined;
}

/** The messages of an event, the first one first. */
export function eventsSent(
  { journal }: Pick<RunningSandbox, "journal">,
  { trigger, event }: { readonly trigger: string; readonly event: string | undefined },
): SentEvent[] {
  if (event === undefined) return [];
  return journal.entries.flatMap(({ kind, at, messageId, payload, ofEvent, trigger: of }) =>
    kind === "sandbox.fired" && ofEvent === event && of === trigger
      ? [{ at, messageId: String(messageId), payload: payload as object | undefined }]
      : [],
  );
}

/** What a sender did, with the payload, which must be the same each time. */
export function eventSteps(sent: readonly SentEvent[], event = ""): TraceStep[] {
  return sent.map(({ at, messageId, payload }, index) => ({
    ...{ stage: "Event", at, status: "ok", working: [], lines: [] },
    title: index === 0 ? `${event} was sent` : `${event} was sent once more`,
    details: [payload === undefined ? "without a payload" : `with the payload ${JSON.stringify(payload)}`],
    ids: { "message id": messageId },
  }));
}
