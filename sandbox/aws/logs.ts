import { logsApi } from "./logsApi";
import { physicalName } from "./names";
import {
  type AccessVerdict,
  type Authorizer,
  AwsError,
  type CloudContext,
  type Created,
  type CreateRequest,
  type Service,
} from "./types";

/** One line that arrived in a log group. */
export interface LogLine {
  /** The sandbox's time, milliseconds since the epoch. */
  readonly at: number;
  readonly group: string;
  readonly stream: string;
  readonly message: string;
}

/** What is kept; older lines are forgotten. */
const MAX_LINES = 20_000;
const MAX_CHARACTERS = 32 * 1024 * 1024;

/** CloudWatch Logs: declared groups, and the lines that functions and access logs write into them. */
export class Logs implements Service {
  readonly resources = {
    "aws:cloudwatch/logGroup:LogGroup": (request: CreateRequest) => this.createGroup(request),
  };
  readonly api = logsApi(this);
  /** Names, and how many days lines are kept: for people who ask, because nothing is dropped for its age here. */
  private readonly groups = new Map<string, number | undefined>();
  private kept: LogLine[] = [];
  private characters = 0;
  /** Streams that exist, and refusals that were told, so that each is told once. */
  private readonly streams = new Set<string>();
  private readonly told = new Set<string>();
  private readonly listeners = new Set<(line: LogLine) => void>();

  constructor(
    private readonly context: CloudContext,
    private readonly authorizer: Authorizer,
  ) {}

  hasGroup(name: string): boolean {
    return this.groups.has(name);
  }

  retentionOf(name: string): number | undefined {
    return this.groups.get(name);
  }

  /** As a person in the AWS console might: deletes a group behind the program's back. */
  remove(name: string): void {
    this.groups.delete(name);
  }

  /** In the same way: keeps its lines for another time; undefined for ever. Makes the group if there is none. */
  setRetention(name: string, days: number | undefined): void {
    this.groups.set(name, days);
  }

  groupArn(name: string): string {
    return `arn:aws:logs:${this.context.region}:${this.context.accountId}:log-group:${name}`;
  }

  /**
   * Adds a line. With `roleArn`, only if the role may; a line that may not be written, or has no group, is lost as in AWS,
   * and the journal says so.
   */
  append(groupName: string, stream: string, message: string, options: { roleArn?: string } = {}): void {
    if (!this.openStream(groupName, stream, options.roleArn)) return;
    if (!this.allows("logs:PutLogEvents", groupName, stream, options.roleArn)) return;
    const line: LogLine = { at: this.context.clock.now(), group: groupName, stream, message };
    this.kept.push(line);
    this.characters += message.length;
    if (this.kept.length > MAX_LINES || this.characters > MAX_CHARACTERS) this.forgetOldest();
    for (const listener of [...this.listeners]) listener(line);
  }

  /** Calls `listener` for every later line that arrives in a group; the result ends it. */
  subscribe(listener: (line: LogLine) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** What was logged, oldest first; of one group if `groupName` is given. */
  lines(groupName?: string): LogLine[] {
    return this.kept.filter(({ group }) => groupName === undefined || group === groupName);
  }

  takeOver(earlier: Logs): void {
    this.kept = [...earlier.kept, ...this.kept];
    this.characters += earlier.characters;
    for (const key of earlier.streams) this.streams.add(key);
    // Whoever listens hears the lines of the next deployment, too.
    for (const listener of earlier.listeners) this.listeners.add(listener);
  }

  private createGroup(request: CreateRequest): Created {
    const name = physicalName(request, { maxLength: 512 });
    if (this.groups.has(name))
      throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
    this.groups.set(name, request.inputs.retentionInDays as number | undefined);
    return { id: name, state: { ...request.inputs, id: name, name, arn: this.groupArn(name) } };
  }

  private openStream(group: string, stream: string, roleArn: string | undefined): boolean {
    if (!this.groups.has(group)) {
      this.tellOnce("logs.dropped", { group, reason: `there is no log group ${group}` });
      return false;
    }
    const key = `${group}\n${stream}`;
    if (this.streams.has(key)) return true;
    if (!this.allows("logs:CreateLogStream", group, stream, roleArn)) return false;
    this.streams.add(key);
    return true;
  }

  private allows(action: string, group: string, stream: string, roleArn: string | undefined): boolean {
    if (roleArn === undefined) return true;
    const resource = `${this.groupArn(group)}:log-stream:${stream}`;
    const { allowed, reason } = this.verdict(roleArn, action, resource);
    if (!allowed) this.tellOnce("iam.denied", { roleArn, action, resource: this.groupArn(group), reason });
    return allowed;
  }

  /** Nobody waits for a line of a function's output: what the sandbox can't evaluate is a refusal, which the journal tells. */
  private verdict(roleArn: string, action: string, resource: string): AccessVerdict {
    try {
      return this.authorizer.authorize({ roleArn, action, resource });
    } catch (error) {
      if (error instanceof AwsError) return { allowed: false, reason: error.message };
      throw error;
    }
  }

  /** One journal entry for a whole stream of lost lines. */
  private tellOnce(kind: string, detail: Record<string, unknown>): void {
    const key = JSON.stringify([kind, detail]);
    if (this.told.has(key)) return;
    this.told.add(key);
    this.context.journal.record(kind, detail);
  }

  /** Drops a tenth, so that it is seldom needed. */
  private forgetOldest(): void {
    let dropped = 0;
    while (dropped < this.kept.length / 10 || this.characters > MAX_CHARACTERS) {
      const line = this.kept[dropped++];
      if (!line) break;
      this.characters -= line.message.length;
    }
    this.kept = this.kept.slice(dropped);
  }
}
