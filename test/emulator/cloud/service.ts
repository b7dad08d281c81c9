import { randomBytes } from "node:crypto";
import type { ArchiveFiles } from "../../../sandbox";
import type { Clients } from "./clients";

/** Where resources are made. */
export interface Place {
  readonly clients: Clients;
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
  /** The base URL at which an HTTP API answers on this machine. */
  readonly urlOfApi: (apiId: string) => string;
  /** Points a function's declared environment at what stands in for the outside world. */
  readonly overrideEnvironment: (declared: Record<string, string>) => Record<string, string>;
}

/** What the program declares of a resource: `Inputs` as Pulumi's AWS provider names them. */
export interface Declared<Inputs> {
  /** The logical name. */
  readonly name: string;
  readonly inputs: Inputs;
  readonly archives: Readonly<Record<string, ArchiveFiles>>;
}

/** A resource that was made: its id, and the outputs that aren't inputs. */
export interface Made {
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** How resources of one Pulumi type are made, changed and deleted by AWS's own API. */
export interface Kind<Inputs> {
  create(declared: Declared<Inputs>, place: Place): Promise<Made>;
  /** The properties that `update` changes in place. A change of another one is a replacement. Defaults to none. */
  readonly updates?: readonly (keyof Inputs & string)[];
  update?(made: Made, declared: Declared<Inputs>, place: Place): Promise<void>;
  remove(made: Made, inputs: Inputs, place: Place): Promise<unknown>;
}

/** One service of the cloud: its types, and what of it there is in the account, whoever made it. */
export interface Service {
  // biome-ignore lint/suspicious/noExplicitAny: each type has inputs of its own, which its kind names
  readonly kinds: Readonly<Record<string, Kind<any>>>;
  list(place: Place): Promise<readonly string[]>;
}

/** The name that is given, else one as Pulumi's AWS provider makes it up: the logical name or a prefix, and seven random digits. */
export function nameFor(declared: {
  readonly name: string;
  readonly inputs: { readonly name?: string; readonly namePrefix?: string };
}): string {
  const { name, namePrefix = `${declared.name}-` } = declared.inputs;
  return name ?? `${namePrefix}${randomBytes(4).toString("hex").slice(0, 7)}`;
}

/** Tags as most services take them. */
export function tagList(tags: Record<string, string> | undefined): { Key: string; Value: string }[] | undefined {
  return tags && Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** A value that AWS always answers, which its types call optional. */
export function answered<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the emulator answered without ${what}`);
  return value;
}
