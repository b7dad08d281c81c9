import type { RunningSandbox } from "../../../sandbox";
import type { ComingView } from "../../shared/types";

/** The next occurrence of each trigger, the earliest first. The daily check has a schedule, too, but moves nothing. */
export function comingOf(sandbox: RunningSandbox): ComingView[] {
  const triggers = new Set(sandbox.triggerNames());
  return sandbox
    .schedules()
    .flatMap(({ name, next, timezone, expression }) =>
      next === undefined || !triggers.has(name) ? [] : [{ trigger: name, at: next, timezone, expression }],
    )
    .sort((a, b) => a.at - b.at);
}
