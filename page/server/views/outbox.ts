import type { RunningSandbox } from "../../../sandbox";
import type { FailureView, OutboxView } from "../../shared/outbox";
import { occurrenceId } from "../lookup";
import { fieldsOf } from "./log";

const MOST_FIRED = 100;

/** What a person would get. */
export function outbox(sandbox: RunningSandbox): OutboxView {
  const alarms = sandbox.alarms();
  const nameOf = new Map(alarms.map(({ name, logicalName }) => [name, logicalName]));
  const fired = sandbox.journal.entries
    .filter(({ kind, from, to }) => kind === "alarm.changed" && (to === "ALARM" || (to === "OK" && from === "ALARM")))
    .slice(-MOST_FIRED)
    .map(({ at, alarm, to, reason }) => ({
      ...{ at, alarm: nameOf.get(String(alarm)) ?? String(alarm) },
      ...{ to: String(to), reason: String(reason) },
    }));
  return {
    mails: [...sandbox.mails()].reverse().map(({ at, to, subject, message }) => ({ at, to, subject, message })),
    alarms: alarms.map(({ logicalName, state, reason, since }) => ({ name: logicalName, state, reason, since })),
    fired: fired.reverse(),
    failures: failuresOf(sandbox),
  };
}

/** What lies in the failure queues (docs/triggers.md, "When it failed"). */
export function failuresOf(sandbox: RunningSandbox): FailureView[] {
  return sandbox.failureQueues.flatMap((queue) => sandbox.messages(queue)).map(failureView);
}

function failureView(body: string): FailureView {
  const fields = fieldsOf(body) ?? {};
  const text = (name: string) => (typeof fields[name] === "string" ? (fields[name] as string) : undefined);
  const trigger = text("trigger");
  const [scheduledTime, occurrence, event] = [text("scheduledTime"), text("occurrence"), text("event")];
  const [executed, whatToDo] = [text("executed"), text("whatToDo")];
  return {
    body,
    ...(trigger === undefined ? {} : { occurrenceId: occurrenceId({ trigger, scheduledTime, occurrence, event }) }),
    title:
      trigger === undefined
        ? "A message that AWS put here"
        : `${trigger}, ${scheduledTime ?? occurrence ?? event ?? ""}`,
    reason: text("reason") ?? text("whatHappened") ?? "No reason is known: the message has none.",
    ...(whatToDo === undefined ? {} : { whatToDo }),
    ...(executed === undefined ? {} : { executed }),
  };
}
