/** Marks arguments that are a plan already. RemoteApi plans for its parts, so they don't plan again. */
const PLANNED = Symbol("planned");

/** Marks a plan. A changed copy keeps the mark. */
export function asPlan<Plan extends object>(plan: Plan): Plan {
  return { ...plan, [PLANNED]: true };
}

/** Whether the arguments of a component are its plan already. */
export function isPlan<Args extends object, Plan extends Args>(args: Args): args is Plan {
  return PLANNED in args;
}
