import * as pulumi from "@pulumi/pulumi";
import { given } from "../../lambda/agreements/given";
import { utcSeconds } from "../../lambda/agreements/instant";
import { ruleIdOf } from "../../lambda/agreements/ruleId";
import { trueOrFalse } from "../../lambda/agreements/values";
import type { Trigger } from "../args";
import { asksProblems, type KnownAmounts, namesProblem } from "./asks";
import { checkOneSource, credentialProblem, secretArnProblem } from "./credentials";
import { type Gate, holdsOutput, propertyPath, type Rules } from "./gate";
import { triggerNameProblem } from "./names";
import { payloadProblem } from "./payload";
import { pastedUrlProblem, ruleIdProblem, triggerPathOf } from "./ruleId";
import { eventTriggerProblems, scheduleProblems } from "./schedule";

/** A check that is made together with others, of a value that must be known. */
const inSchedule = { plain: () => undefined };

const triggerRules: Rules<Trigger> = {
  ruleId: { plain: ruleIdProblem, required: true },
  schedule: inSchedule,
  timezone: inSchedule,
  startDate: inSchedule,
  endDate: inSchedule,
  everyWeeks: inSchedule,
  from: inSchedule,
  skipDates: inSchedule,
  allowSkipped: { plain: trueOrFalse },
  enabled: { plain: trueOrFalse },
  payload: payloadProblem,
  asks: { plain: namesProblem },
  holdUntilKnown: { plain: namesProblem },
  expectAsked: { plain: trueOrFalse },
  apiSecret: credentialProblem,
  apiSecretArn: secretArnProblem,
};

/** A checked trigger, with what was left out filled in. */
export interface TriggerPlan extends Omit<Trigger, "payload" | "startDate" | "endDate"> {
  /** The bare id, also where a trigger URL was given. */
  readonly ruleId: string;
  /** The path of the trigger URL that was given, with `{ruleId}` in it; undefined where a bare id was. */
  readonly triggerPath: pulumi.Output<string> | undefined;
  readonly payload?: pulumi.Input<Record<string, unknown>>;
  /** In UTC, as AWS answers it. */
  readonly startDate?: string;
  readonly endDate?: string;
  readonly enabled: boolean;
}

/** A trigger that a schedule sets off. */
export interface ScheduledTriggerPlan extends TriggerPlan {
  readonly schedule: string;
  readonly timezone: string;
}

/** Whether a schedule sets it off. Otherwise events do. */
export function isScheduledPlan(trigger: TriggerPlan): trigger is ScheduledTriggerPlan {
  return trigger.schedule !== undefined;
}

/** The plan of one trigger, whose function calls Sequence on `baseUrl`, beside these amounts. */
export function triggerPlan(
  gate: Gate,
  name: string,
  args: Trigger,
  { baseUrl, amounts }: { readonly baseUrl: pulumi.Input<string>; readonly amounts: KnownAmounts },
): TriggerPlan {
  const path = propertyPath("triggers", name);
  const nameProblem = triggerNameProblem(name);
  if (nameProblem) gate.add(path, nameProblem);
  const trigger = gate.checked(args, triggerRules, "triggers", name);
  const { ruleId, schedule, timezone, startDate, endDate, allowSkipped, payload, enabled = true, ...rest } = trigger;
  const { everyWeeks, from, skipDates } = trigger;
  const when = { schedule, timezone, ...given({ startDate, endDate, everyWeeks, from, skipDates, allowSkipped }) };
  if (schedule === undefined && timezone === undefined) gate.addAll(eventTriggerProblems(path, trigger));
  else if (!holdsOutput(when)) gate.addAll(scheduleProblems(path, when));
  checkOneSource(gate, trigger, "apiSecret", "apiSecretArn", (property) => `${path}.${property}`);
  if (!holdsOutput([trigger.asks, trigger.holdUntilKnown])) gate.addAll(asksProblems(path, trigger, amounts));
  return {
    ...rest,
    ...given({ schedule, timezone }),
    ...rulePlan(gate, `${path}.ruleId`, ruleId, baseUrl),
    ...given({ allowSkipped, payload, startDate: inUtc(startDate), endDate: inUtc(endDate) }),
    enabled,
  };
}

/** The rule's id, and its path if it is named by a trigger URL. That URL must be on `baseUrl`, and may be known before it. */
function rulePlan(gate: Gate, path: string, ruleId: string, baseUrl: pulumi.Input<string>) {
  if (ruleIdProblem(ruleId) !== undefined) return { ruleId: "", triggerPath: undefined };
  const bareId = ruleIdOf(ruleId);
  if (bareId === ruleId.trim()) return { ruleId: bareId, triggerPath: undefined };
  const base = gate.check(path, baseUrl, (known: string) => pastedUrlProblem(ruleId, known));
  return {
    ruleId: bareId,
    triggerPath: pulumi.output(base).apply((known) => triggerPathOf(ruleId, known ?? "") ?? ""),
  };
}

function inUtc(date: string | undefined): string | undefined {
  const instant = Date.parse(date ?? "");
  return Number.isFinite(instant) ? utcSeconds(instant) : undefined;
}
