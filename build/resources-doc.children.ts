import { reasons } from "./resources-doc.data";

/** A child as it was declared; all that the document needs of it. */
export interface Child {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly state: Record<string, unknown>;
}

export interface Statement {
  readonly Action: string | string[];
  readonly Resource: string | string[];
}

export function partOf(component: string, { name }: Child): string {
  return name.slice(component.length + 1);
}

export function typeOf({ type }: Child): string {
  return type.replace(/^random:index\/\w+:/, "random ").replace(/^(\w+):(\w+)\/\w+:/, "$1 $2 ");
}

export function reasonKey(part: string): string | undefined {
  return Object.keys(reasons).find((key) =>
    key.endsWith("*") ? part.startsWith(key.slice(0, -1)) && part.length >= key.length : key === part,
  );
}

export function isAlarm({ inputs }: Child): boolean {
  return isText(inputs.alarmDescription);
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

export function statementsOf(policy: string): Statement[] {
  return (JSON.parse(policy) as { Statement: Statement[] }).Statement;
}

/** The child that an ARN is of; a schedule's ARN has its group's name and its own, or * for all of the group. */
export function shortName(component: string, arn: string, all: readonly Child[]): string {
  const exact = all.find(({ state }) => state.arn === arn || `${state.arn}:*` === arn);
  if (exact) return partOf(component, exact);
  const schedule = all.find(
    ({ type, inputs }) => type.endsWith(":Schedule") && arn.endsWith(`/${inputs.groupName}/${inputs.name}`),
  );
  if (schedule) return partOf(component, schedule);
  const group = all.find(
    ({ type, state }) =>
      type.endsWith(":ScheduleGroup") && `${state.arn}/*` === arn.replace(":schedule/", ":schedule-group/"),
  );
  if (group) return `${partOf(component, group)}/*`;
  throw new Error(`the policy names ${arn}, which none of the children has`);
}
