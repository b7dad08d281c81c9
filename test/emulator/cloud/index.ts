import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { ArchiveFiles, Cloud, Created, CreateRequest } from "../../../sandbox";
import { accountInvokes } from "../../../sandbox/aws/account";
import { carryingOver, kindOf, services } from "./kinds";
import type { Made, Place } from "./service";

/** What a deployment did, each as `type name`. */
export interface Changes {
  readonly created: string[];
  readonly updated: string[];
  readonly replaced: string[];
  readonly deleted: string[];
}

interface Resource {
  readonly request: CreateRequest;
  readonly made: Made;
}

/**
 * The second cloud: makes each declared resource in an emulator by other authors, with AWS's official clients. Each deployment
 * changes what the one before it made, and deletes what isn't declared any more, as Pulumi's engine does.
 */
export class EmulatorCloud implements Cloud {
  private readonly resources = new Map<string, Resource>();
  private declared = new Set<string>();
  private outdated: Resource[] = [];
  private changes: Changes = noChanges();

  constructor(readonly place: Place) {}

  /** Runs `deployment` against this cloud, and deletes what it no longer declares. */
  async deploy<T>(deployment: () => Promise<T>): Promise<{ readonly result: T; readonly changes: Changes }> {
    this.declared = new Set();
    this.outdated = [];
    this.changes = noChanges();
    const result = await deployment();
    const gone = [...this.resources.keys()].filter((key) => !this.declared.has(key));
    this.changes.deleted.push(...gone);
    const removed = gone.map((key) => this.resources.get(key) as Resource);
    for (const key of gone) this.resources.delete(key);
    for (const resource of [...this.outdated, ...removed].reverse()) await this.remove(resource);
    return { result, changes: this.changes };
  }

  /** Deletes everything that was deployed, the newest first. */
  async destroy(): Promise<void> {
    for (const resource of [...this.resources.values()].reverse()) await this.remove(resource);
    this.resources.clear();
  }

  /** All that there is in the account. */
  async list(): Promise<string[]> {
    return (await Promise.all(services.map((service) => service.list(this.place)))).flat();
  }

  async create(request: CreateRequest): Promise<Created> {
    const key = `${request.type} ${request.name}`;
    this.declared.add(key);
    const existing = this.resources.get(key);
    const made = await this.makeOrChange(key, request, existing);
    this.resources.set(key, { request, made });
    return { id: made.id, state: { ...request.inputs, ...made.outputs, id: made.id } };
  }

  async invoke(token: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
    const { account: accountId, region } = this.place;
    const answer = accountInvokes({ accountId, region })[token];
    if (!answer) throw new Error(`the emulator's cloud has no function ${token}`);
    return answer(args);
  }

  private async makeOrChange(key: string, request: CreateRequest, existing: Resource | undefined): Promise<Made> {
    const kind = kindOf(request.type);
    const changed = existing ? changedInputs(existing.request, request) : [];
    if (existing && changed.length === 0) return existing.made;
    const inPlace = existing && changed.every((property) => kind.updates?.includes(property));
    if (inPlace) {
      this.changes.updated.push(key);
      await carryingOver(request, changed, (inputs) =>
        kind.update?.(existing.made, { ...request, inputs }, this.place),
      );
      return existing.made;
    }
    if (existing) this.outdated.push(existing);
    this.changes[existing ? "replaced" : "created"].push(key);
    const all = Object.keys(request.inputs);
    return carryingOver(request, all, (inputs) => kind.create({ ...request, inputs }, this.place));
  }

  private remove({ request, made }: Resource): Promise<unknown> {
    return kindOf(request.type).remove(made, request.inputs, this.place);
  }
}

function noChanges(): Changes {
  return { created: [], updated: [], replaced: [], deleted: [] };
}

function changedInputs(before: CreateRequest, after: CreateRequest): string[] {
  const names = new Set([...Object.keys(before.inputs), ...Object.keys(after.inputs)]);
  return [...names].filter((name) => !isDeepStrictEqual(comparable(before, name), comparable(after, name)));
}

function comparable({ inputs, archives }: CreateRequest, name: string): unknown {
  const files = archives[name];
  return files ? digestOf(files) : inputs[name];
}

function digestOf(files: ArchiveFiles): string {
  const hash = createHash("sha256");
  for (const [path, bytes] of Object.entries(files).sort()) hash.update(`${path}\n${bytes.length}\n`).update(bytes);
  return hash.digest("hex");
}
