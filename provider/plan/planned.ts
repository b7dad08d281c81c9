/** The mark of arguments that are a plan: RemoteApi plans for its parts, and they take their plan as it is. */
const PLANNED = Symbol("planned");

/** Marks a plan. A copy with changes is still one. */
export function asPlan<Plan extends object>(plan: Plan): Plan {
  return { ...plan, [PLANNED]: true };
}

/** Whether the arguments of a component are its plan already. */
export function isPlan<Args extends object, Plan extends Args>(args: Args): args is Plan {
  return PLANNED in args;
}
