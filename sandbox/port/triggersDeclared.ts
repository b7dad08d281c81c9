import type { DeclaredResource } from "../engine";

/** A trigger as its schedule has it. */
export interface DeclaredTrigger {
  /** The trigger's name, as the message of its schedule says it. */
  readonly name: string;
  readonly ruleId: string;
  /** The name of its schedule. */
  readonly schedule: string;
  readonly timezone: string;
  /** ARN of the queue or function that its schedule delivers to. */
  readonly target: string;
}

/** The triggers of the program: schedules whose message names one (lambda/agreements/workMessage.ts). */
export function triggersOf(resources: readonly DeclaredResource[]): DeclaredTrigger[] {
  return resources.flatMap(({ type, inputs, state }) => {
    if (type !== "aws:scheduler/schedule:Schedule") return [];
    const target = inputs.target as { arn?: string; input?: string } | undefined;
    const { trigger, ruleId } = objectIn(target?.input);
    if (typeof trigger !== "string" || typeof ruleId !== "string") return [];
    const timezone = String(inputs.scheduleExpressionTimezone ?? "UTC");
    return [{ name: trigger, ruleId, schedule: String(state.name), timezone, target: String(target?.arn) }];
  });
}

/** The object that a text holds as JSON; an empty one if it holds none. */
export function objectIn(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}
