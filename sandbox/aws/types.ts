import type { SandboxClock } from "../clock";

/** A resource that a Pulumi program declared, with secrets unwrapped and archives unpacked. */
export interface CreateRequest {
  /** Pulumi's type token, such as `aws:sqs/queue:Queue`. */
  readonly type: string;
  /** The logical name within the program. */
  readonly name: string;
  /** Input properties as Pulumi names them (camel case). */
  readonly inputs: Record<string, unknown>;
  /** For an `Archive` input: the files in it, by the input's name. */
  readonly archives: Readonly<Record<string, ArchiveFiles>>;
}

/** The files of an archive by their path inside it. */
export type ArchiveFiles = Readonly<Record<string, Buffer>>;

/** What the provider would answer: the resource's id and its output properties (inputs included). */
export interface Created {
  readonly id: string;
  readonly state: Record<string, unknown>;
}

/** A cloud on which declared resources come to life. There is more than one: the sandbox's own, and a foreign emulator in tests. */
export interface Cloud {
  create(request: CreateRequest): Promise<Created>;
  /** Answers a provider function such as `aws:index/getRegion:getRegion`. */
  invoke(token: string, args: Record<string, unknown>): Promise<Record<string, unknown>>;
}

/** One AWS service of the sandbox's own cloud. */
export interface Service {
  /** The Pulumi types that it makes. A bad input throws `AwsError` with the text that AWS gives. */
  readonly resources: Readonly<Record<string, (request: CreateRequest) => Created | Promise<Created>>>;
  /** The calls that its wire protocol answers; without them nothing can call it. */
  readonly api?: AwsApi;
  /** Called once after the whole program is declared: from now on schedules fire and queues deliver. */
  start?(): void | Promise<void>;
  /** Ends all work and every child process. */
  stop?(): void | Promise<void>;
}

/** A service's calls on the wire. Anything that isn't listed is answered with an error that names the call. */
export interface AwsApi {
  /** The service name in a request's signature (SigV4 credential scope): `sqs`, `secretsmanager`, ... */
  readonly signingName: string;
  readonly protocol: "awsJson" | "awsQuery" | "restJson";
  /**
   * For a service that spoke the query protocol before (SQS): the codes that its errors had there, where they were others. AWS
   * sends them along, because programs know an error by its old code.
   */
  readonly queryErrorCodes?: Readonly<Record<string, string>>;
  /** By operation name, such as `GetSecretValue`. */
  readonly operations: Readonly<Record<string, AwsOperation>>;
  /**
   * For `restJson` only: which operation a request is, with its path and query parameters as input. `bodyAs` names the part of the input
   * that the whole body is; otherwise the body has the rest of the input.
   */
  route?(
    method: string,
    path: string,
    query: URLSearchParams,
    headers: Readonly<Record<string, unknown>>,
  ): { operation: string; input: Record<string, unknown>; bodyAs?: string } | undefined;
}

export interface AwsOperation {
  /** What the caller needs the right to do. Throws `AwsError` for an input that names no resource. */
  authorize(input: Record<string, unknown>): { action: string; resource: string; context?: Record<string, string> };
  run(input: Record<string, unknown>): unknown | Promise<unknown>;
}

/** For `restJson` only: an output that is the whole body of the answer. */
export class PayloadOutput {
  constructor(
    readonly payload: unknown,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

/** An error as an AWS service answers it on the wire. */
export class AwsError extends Error {
  override readonly name = "AwsError";
  constructor(
    /** The error code, such as `ResourceNotFoundException`. */
    readonly code: string,
    message: string,
    readonly status: number = 400,
  ) {
    super(message);
  }
}

/** What every service is built with. */
export interface CloudContext {
  readonly clock: SandboxClock;
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
  /** A folder of the sandbox's own, removed when it stops. */
  readonly directory: string;
  readonly journal: Journal;
  /** Makes ids that are never made twice. Defaults to `randomUUID`; a run that is to be repeated gives its own. */
  readonly newId?: () => string;
}

/** Something that happened in the sandbox, for people and tests to read. Never carries a credential. */
export interface JournalEntry {
  /** The sandbox's time, milliseconds since the epoch. */
  readonly at: number;
  /** Dotted, part first: `scheduler.fired`, `function.invoked`, `queue.redriven`, `iam.denied`, `sequence.transfer`, ... */
  readonly kind: string;
  readonly [detail: string]: unknown;
}

/** The record of what happened, oldest first. */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  record(kind: string, detail?: Record<string, unknown>): void;
  /** Calls `listener` for every later entry; the result ends it. */
  subscribe(listener: (entry: JournalEntry) => void): () => void;
}

/** Whether a call is allowed, and which statement or lack of one decided it. */
export interface AccessVerdict {
  readonly allowed: boolean;
  readonly reason: string;
}

/** The part of IAM that the other services use. */
export interface Authorizer {
  /** Evaluates the identity policies of a role. `context` holds condition keys such as `aws:SourceArn`. */
  authorize(request: {
    roleArn: string;
    action: string;
    resource: string;
    context?: Record<string, string>;
  }): AccessVerdict;
  /** Evaluates the role's trust policy for a service principal such as `lambda.amazonaws.com`. */
  canAssume(request: { roleArn: string; service: string; context?: Record<string, string> }): AccessVerdict;
  /** Access keys with which a process acts as the role; made once per role. Throws `AwsError` if there is no such role. */
  credentialsOf(roleArn: string): { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  /** The role whose keys these are. */
  roleOf(accessKeyId: string): string | undefined;
}

/** How a function invocation ended. */
export interface InvocationResult {
  readonly requestId: string;
  /** The handler's return value, when it succeeded. */
  readonly payload?: unknown;
  /** Set when the handler threw, ran out of time or memory, or its process died. */
  readonly error?: { readonly type: string; readonly message: string; readonly trace?: readonly string[] };
}

/** Runs declared functions. */
export interface FunctionRunner {
  /** `functionArn` may also be a function name. Rejects with `AwsError` `ResourceNotFoundException` if there is none. */
  invoke(functionArn: string, event: unknown): Promise<InvocationResult>;
  exists(functionArn: string): boolean;
  /** The ARN of the function's role. */
  roleOf(functionArn: string): string;
}

/** Puts messages into declared queues, for services that deliver to them. */
export interface QueueSender {
  /** Returns the message id. Throws `AwsError` if there is no such queue. Rights are the caller's to check. */
  send(queueArn: string, body: string): string;
}
