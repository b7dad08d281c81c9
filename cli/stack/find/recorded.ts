import { StackError } from "../exit";

/** A resource as Pulumi's state has it. */
export interface Recorded {
  readonly urn: string;
  /** Pulumi's type token, such as `aws:sqs/queue:Queue`. */
  readonly type: string;
  /** The logical name in the program. */
  readonly name: string;
  /** URN of the parent; empty for the stack itself. */
  readonly parent: string;
  /** Empty for components. */
  readonly id: string;
  /** What the program declared. Secrets in it are hidden: see `isHidden`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What AWS answered when it was deployed last. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A component of this package with all that lies below it. */
export interface Component {
  readonly name: string;
  /** Such as `RemoteApi`. */
  readonly kind: string;
  readonly children: readonly Recorded[];
}

/** The key that marks what isn't plain JSON in a state, and its value for a secret. */
const SPECIAL = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Whether a value is a secret, encrypted or not: no command looks into one. */
export function isHidden(value: unknown): boolean {
  return typeof value === "object" && value !== null && (value as Record<string, unknown>)[SPECIAL] === SECRET;
}

/** The text of a member, at any depth; undefined if it is hidden, no text or not there. */
export function textAt(record: unknown, ...path: readonly string[]): string | undefined {
  const value = path.reduce<unknown>((at, key) => (isHidden(at) ? undefined : Object(at)[key]), record);
  return typeof value === "string" ? value : undefined;
}

/** What a `pulumi stack export` tells. */
export interface StackRecord {
  readonly resources: readonly Recorded[];
  /** Names of the resources on which an update was at work when it was written: it runs, or it broke off. */
  readonly unfinished: readonly string[];
}

/** Reads a `pulumi stack export`. Throws `StackError` if the text is none; `where` says in its message where the text is from. */
export function readExport(text: string, where: string): StackRecord {
  const deployment = deploymentIn(text);
  const { resources = [], pending_operations: pending = [] } = deployment ?? {};
  if (!deployment || !Array.isArray(resources) || !Array.isArray(pending))
    throw new StackError("unseen", `${where} is no stack: it must be what "pulumi stack export" prints`);
  return {
    // One that is marked was replaced by another, or is deleted already and to be made anew.
    resources: resources
      .filter((each) => each?.delete !== true && each?.pendingReplacement !== true && typeof each?.urn === "string")
      .map(recordedOf),
    unfinished: pending.map((each) => String(each?.resource?.urn).split("::").at(-1) as string),
  };
}

function deploymentIn(text: string): Record<string, unknown> | undefined {
  try {
    const { deployment } = Object(JSON.parse(text));
    return typeof deployment === "object" && deployment !== null ? deployment : undefined;
  } catch {
    return undefined;
  }
}

function recordedOf(resource: Record<string, unknown>): Recorded {
  const urn = String(resource.urn);
  const parts = urn.split("::");
  return {
    urn,
    type: typeof resource.type === "string" ? resource.type : String(parts[2]?.split("$").at(-1)),
    name: parts.slice(3).join("::"),
    parent: String(resource.parent ?? ""),
    id: String(resource.id ?? ""),
    inputs: Object(resource.inputs),
    outputs: Object(resource.outputs),
  };
}

const OURS = /^sequence-remote-api:index:(\w+)$/;

/** The components of this package that lie in no other of them. */
export function componentsIn(resources: readonly Recorded[]): Component[] {
  const byUrn = new Map(resources.map((each) => [each.urn, each]));
  const ownersOf = ({ parent }: Recorded): Recorded[] => {
    const above = byUrn.get(parent);
    return above ? [...(OURS.test(above.type) ? [above] : []), ...ownersOf(above)] : [];
  };
  const isRoot = (each: Recorded) => OURS.test(each.type) && ownersOf(each).length === 0;
  return resources.filter(isRoot).map((root) => ({
    name: root.name,
    kind: OURS.exec(root.type)?.[1] as string,
    children: resources.filter((each) => ownersOf(each).includes(root)),
  }));
}
