import { occurrencesBetween } from "../../lambda/schedule";
import { dateOf } from "../calendar";
import type { Operator } from "../faults/operator";
import type { WorldParts } from "./parts";
import { type Named, subjectOf } from "./subject";

/** What people can do to the stack and to Sequence around an occurrence of a rule. */
export function operatorOf(world: WorldParts, named: Named): Operator {
  const { deployment, cloud, sequence } = world;
  const { ruleId, scheduledTime, event } = named;
  const send = (body: string) => void cloud.queues.send(cloud.work.arn, body);
  const { secrets } = sequence.rule(ruleId);
  return {
    replaceSecretInSequence: () => world.replaceSecret(ruleId),
    replaceSecretInAws: () => world.storeSecret(ruleId),
    revokeSecret: () => secrets.revoke(world.secretOf(ruleId)),
    restoreSecret: () => secrets.accept(world.secretOf(ruleId)),
    setRemote: (remote) => {
      sequence.rule(ruleId).remote = remote;
    },
    changePayload: () => deployment.changePayload(named),
    rename: () => deployment.rename(named),
    hasSkipDates: scheduledTime !== undefined && deployment.scheduled(ruleId).skipDates !== undefined,
    leaveDayOut: () => changeDay(world, named, (days, date) => [...days, date]),
    takeDayIn: () => changeDay(world, named, (days, date) => days.filter((day) => day !== date)),
    deployAgain: () => deployment.again(),
    sendByHand: () => send(JSON.stringify({ trigger: deployment.nameOf(named), scheduledTime, event })),
    redriveFailures: () => {
      // What was redriven once and refused names no occurrence any more, and isn't redriven again.
      for (const body of world.failureBodies.splice(0).slice(-20)) send(body);
    },
  };
}

const DAY_MS = 86_400_000;

/** Another list of days that are left out is deployed; the day of the occurrence is the one that changes. */
function changeDay(
  { deployment, counter }: WorldParts,
  { ruleId, scheduledTime = "" }: Named,
  change: (skipDates: readonly string[], date: string) => readonly string[],
): void {
  const { skipDates = [], everyWeeks: _, from: __, ...daily } = deployment.scheduled(ruleId);
  const at = Date.parse(scheduledTime);
  const date = dateOf(daily.timezone, at);
  for (const time of occurrencesBetween(daily, at - 2 * DAY_MS, at + 2 * DAY_MS))
    if (dateOf(daily.timezone, time) === date)
      counter.calendarChanged(subjectOf({ ruleId, scheduledTime: new Date(time).toISOString() }));
  deployment.changeSkipDates(ruleId, change(skipDates, date));
}
