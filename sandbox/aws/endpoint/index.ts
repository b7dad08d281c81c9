import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Credentials } from "../iam/credentials";
import { NotRunError } from "../notRun";
import { type Authorizer, type AwsApi, AwsError, type CloudContext } from "../types";
import { type Caller, Callers } from "./callers";
import { Outages } from "./outages";
import {
  type Call,
  guessProtocol,
  operationName,
  readCall,
  requireAuthorization,
  type WireRequest,
  type WireResponse,
  writeError,
  writeOutput,
} from "./protocol";

export interface AwsEndpointOptions {
  readonly authorizer: Authorizer;
  readonly apis: readonly AwsApi[];
}

/** More than any service takes: SQS and DynamoDB stop at one megabyte and less. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** These operations wait for something to happen, so the clock must be free to move meanwhile. */
const LONG_POLLS: ReadonlySet<string> = new Set(["ReceiveMessage"]);

/**
 * AWS's wire protocols on loopback, for exactly the calls that the given services list. A caller is known by the access key of
 * its role, its signature is verified, and its policies decide.
 */
export class AwsEndpoint {
  /** Keys for a person or a test at the laptop: every call is allowed. No function gets them. */
  readonly operatorCredentials: Credentials;
  /** The services that are down. */
  readonly outages: Outages;
  private readonly callers: Callers;
  private readonly apis: ReadonlyMap<string, AwsApi>;
  private readonly server: Server;

  constructor(
    private readonly context: CloudContext,
    private readonly options: AwsEndpointOptions,
  ) {
    this.outages = new Outages(context.clock);
    this.callers = new Callers(context.accountId, options.authorizer);
    this.operatorCredentials = this.callers.operatorCredentials;
    this.apis = new Map(options.apis.map((api) => [api.signingName, api]));
    this.server = createServer((request, response) => void this.serve(request, response));
    // Never hang up on an idle connection: a client that is about to use it would see a reset.
    this.server.keepAliveTimeout = 0;
  }

  /** Listens on a free port of 127.0.0.1. Resolves to the URL to set as `AWS_ENDPOINT_URL`. */
  async start(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(0, "127.0.0.1", resolve);
    });
    return this.url;
  }

  /** Such as `http://127.0.0.1:40001`. Throws before `start`. */
  get url(): string {
    const address = this.server.address() as AddressInfo | null;
    if (!address) throw new Error("the AWS endpoint is not started");
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const operation = message.headers["x-amz-target"]?.toString().split(".").at(-1);
      const work = this.answer(message);
      const answer = await (LONG_POLLS.has(operation ?? "") ? work : this.context.clock.track(work));
      response.setHeader("date", this.dateFor(message).toUTCString());
      response.writeHead(answer.status, answer.headers).end(answer.body);
    } catch {
      // The client hung up, or sent more than is allowed: there is nobody to answer.
      response.destroy();
    }
  }

  /**
   * The client's own time, if it sent one. SDKs correct their clock by this header, and repeat a failed call when their clock was off
   * by minutes. A person's client has the machine's time, and a function has the sandbox's.
   */
  private dateFor(message: IncomingMessage): Date {
    const [, year, month, day, hour, minute, second] =
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(message.headers["x-amz-date"]?.toString() ?? "") ?? [];
    if (!year) return new Date(this.context.clock.now());
    return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  }

  private async answer(message: IncomingMessage): Promise<WireResponse> {
    const request = await readRequest(message);
    const requestId = randomUUID();
    const identified = { "x-amzn-requestid": requestId };
    let api: AwsApi | undefined;
    let service = "aws";
    let role: string | undefined;
    try {
      const authorization = requireAuthorization(request);
      service = authorization.service;
      api = this.apis.get(service);
      if (!api) throw new NotRunError(`${service}:${operationName(request) ?? `${request.method} ${request.url}`}`);
      const caller = this.callers.identify(api, request, authorization);
      role = caller.roleArn;
      const call = readCall(api, request);
      const output = await this.run(api, caller, call);
      const answer = writeOutput(api.protocol, call, output, request, requestId);
      return { ...answer, headers: { ...answer.headers, ...identified } };
    } catch (error) {
      const speaks = api ?? { protocol: guessProtocol(request) };
      const answer = writeError(speaks, request, this.toAwsError(error, { service, role }), requestId);
      return { ...answer, headers: { ...answer.headers, ...identified } };
    }
  }

  private async run(api: AwsApi, caller: Caller, call: Call): Promise<unknown> {
    const service = api.signingName;
    const operation = Object.hasOwn(api.operations, call.operation) ? api.operations[call.operation] : undefined;
    if (!operation) throw new NotRunError(`${service}:${call.operation}`);
    const right = operation.authorize(call.input);
    if (caller.roleArn) this.requireRight(api, caller.roleArn, caller.arn, right);
    if (caller.roleArn) this.strike(service, call.operation);
    // Inputs stay out: they may hold secrets.
    const role = caller.roleArn ?? caller.arn;
    this.context.journal.record("aws.call", { service, operation: call.operation, role, resource: right.resource });
    return operation.run(call.input);
  }

  private strike(service: string, operation: string): void {
    try {
      this.outages.check(service);
    } catch (error) {
      this.context.journal.record("aws.outage", { service, operation });
      throw error;
    }
  }

  private requireRight(
    api: AwsApi,
    roleArn: string,
    callerArn: string,
    right: { action: string; resource: string; context?: Record<string, string> },
  ): void {
    const { allowed, reason } = this.options.authorizer.authorize({ roleArn, ...right });
    if (allowed) return;
    const { action, resource } = right;
    this.context.journal.record("iam.denied", { role: roleArn, action, resource });
    throw new AwsError(
      deniedCode(api),
      `User: ${callerArn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
      403,
    );
  }

  private toAwsError(error: unknown, call: { service: string; role: string | undefined }): AwsError {
    if (error instanceof NotRunError) this.context.journal.record("aws.notRun", { ...call, reason: error.message });
    if (error instanceof AwsError) return error;
    // The message stays out of answer and journal: it may quote an input.
    this.context.journal.record("aws.broken", { ...call, error: error instanceof Error ? error.name : typeof error });
    return new AwsError("InternalFailure", "The sandbox failed to run this call", 500);
  }
}

/** SNS has a code of its own; the JSON protocols share one. */
function deniedCode(api: AwsApi): string {
  if (api.signingName === "sns") return "AuthorizationError";
  return api.protocol === "awsQuery" ? "AccessDenied" : "AccessDeniedException";
}

async function readRequest(message: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error("the request's body is too large");
    chunks.push(chunk);
  }
  return {
    method: message.method ?? "GET",
    url: message.url ?? "/",
    headers: message.headers,
    body: Buffer.concat(chunks),
  };
}
