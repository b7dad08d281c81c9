import { createHash } from "node:crypto";
import {
  type Authorizer,
  AwsError,
  type CloudContext,
  type Created,
  type CreateRequest,
  type FunctionRunner,
  type Service,
} from "../types";
import type { Queues } from ".";
import { type Mapping, MappingPoller } from "./mappingPoller";
import type { Queue } from "./queue";

/** A function runner that may know its functions' timeouts. */
export interface TimedFunctionRunner extends FunctionRunner {
  timeoutSeconds?(functionArn: string): number;
}

/** What Lambda does with a queue as its function's role. */
const QUEUE_ACTIONS = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"] as const;

/** Lambda's event source mappings: they carry messages from queues to functions. */
export class EventSourceMappings implements Service {
  readonly resources = {
    "aws:lambda/eventSourceMapping:EventSourceMapping": (request: CreateRequest) => this.create(request),
  };
  private readonly made: { readonly uuid: string; readonly poller: MappingPoller }[] = [];

  constructor(
    private readonly context: CloudContext,
    private readonly services: { queues: Queues; functions: TimedFunctionRunner; authorizer: Authorizer },
  ) {}

  start(): void {
    for (const { poller } of this.made) poller.start();
  }

  stop(): void {
    for (const { poller } of this.made) poller.stop();
  }

  /**
   * The next batch that a mapping delivers is delivered twice, as SQS may at any time: the second time after the first has
   * ended, or with `concurrently` at the same time. For the mapping of `queueArn`, or for every mapping.
   */
  duplicateNext(options: { concurrently?: boolean; queueArn?: string } = {}): void {
    for (const { poller } of this.made)
      if (options.queueArn === undefined || options.queueArn === poller.queueArn)
        poller.duplicateNext = options.concurrently ? "concurrently" : "afterwards";
  }

  /** As a person in the AWS console might: switches a queue's mapping off or on behind the program's back. */
  setEnabled(queueArn: string, enabled: boolean): void {
    this.change(queueArn, { enabled });
  }

  /** In the same way: changes what else a queue's mapping is declared with. */
  change(queueArn: string, changes: Partial<Mapping>): void {
    for (const { poller } of this.made) if (poller.queueArn === queueArn) poller.change(changes);
  }

  /** The mappings of a function, as Lambda's `ListEventSourceMappings` lists them. */
  list(functionArn: string): readonly object[] {
    return this.made
      .filter(({ poller }) => this.functionArnOf(poller.functionName) === functionArn)
      .map(({ uuid, poller }) => ({
        ...{ UUID: uuid, EventSourceArn: poller.queueArn, FunctionArn: functionArn },
        State: poller.mapping.enabled ? "Enabled" : "Disabled",
        BatchSize: poller.mapping.batchSize,
        FunctionResponseTypes: poller.mapping.reportsItemFailures ? ["ReportBatchItemFailures"] : [],
        ScalingConfig: { MaximumConcurrency: poller.mapping.maximumConcurrency },
      }));
  }

  private create(request: CreateRequest): Created {
    const { inputs } = request;
    const { queues, functions } = this.services;
    const queueArn = String(inputs.eventSourceArn);
    const functionName = String(inputs.functionName);
    if (!queueArn.startsWith("arn:aws:sqs:"))
      throw invalid(`The sandbox runs event source mappings of SQS queues only, and ${queueArn} is none.`);
    if (!functions.exists(functionName)) throw invalid(`Function does not exist: ${functionName}`);
    const queue = queues.get(queueArn);
    this.checkRights(functionName, queueArn);
    this.checkVisibility(functionName, queue);
    const mapping = mappingOf(inputs, functionName);
    const created = this.created(request, mapping);
    this.made.push({ uuid: created.id, poller: new MappingPoller(mapping, queue, functions, this.context) });
    return created;
  }

  /** Lambda refuses a mapping that its function's role couldn't serve. */
  private checkRights(functionName: string, queueArn: string): void {
    const { functions, authorizer } = this.services;
    const roleArn = functions.roleOf(functionName);
    for (const action of QUEUE_ACTIONS)
      if (!authorizer.authorize({ roleArn, action: `sqs:${action}`, resource: queueArn }).allowed)
        throw invalid(`The provided execution role does not have permissions to call ${action} on SQS`);
  }

  private checkVisibility(functionName: string, queue: Queue): void {
    const timeoutSeconds = this.services.functions.timeoutSeconds?.(functionName);
    const { visibilityTimeoutSeconds } = queue.settings;
    if (timeoutSeconds !== undefined && visibilityTimeoutSeconds < timeoutSeconds)
      throw invalid(
        `Queue visibility timeout: ${visibilityTimeoutSeconds} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
      );
  }

  private created({ type, name, inputs }: CreateRequest, mapping: Mapping): Created {
    const { region, accountId } = this.context;
    const hex = createHash("sha256").update(`${type}\n${name}`).digest("hex");
    const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
    const functionArn = this.functionArnOf(mapping.functionName);
    const arn = `arn:aws:lambda:${region}:${accountId}:event-source-mapping:${uuid}`;
    const state = mapping.enabled ? "Enabled" : "Disabled";
    return { id: uuid, state: { ...inputs, id: uuid, uuid, arn, functionArn, batchSize: mapping.batchSize, state } };
  }

  private functionArnOf(functionName: string): string {
    const { region, accountId } = this.context;
    return functionName.startsWith("arn:")
      ? functionName
      : `arn:aws:lambda:${region}:${accountId}:function:${functionName}`;
  }
}

function mappingOf(inputs: Record<string, unknown>, functionName: string): Mapping {
  if (inputs.filterCriteria !== undefined) throw invalid("The sandbox's event source mappings have no filterCriteria.");
  const batchSize = integer("BatchSize", inputs.batchSize ?? 10, 1, 10_000);
  if (batchSize > 10 && !Number(inputs.maximumBatchingWindowInSeconds))
    throw invalid("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10");
  const concurrency = (inputs.scalingConfig as { maximumConcurrency?: unknown } | undefined)?.maximumConcurrency;
  const responseTypes = Array.isArray(inputs.functionResponseTypes) ? inputs.functionResponseTypes : [];
  return {
    functionName,
    batchSize: Math.min(batchSize, 10),
    maximumConcurrency:
      concurrency === undefined ? LAMBDAS_OWN_CONCURRENCY : integer("MaximumConcurrency", concurrency, 2, 1000),
    reportsItemFailures: responseTypes.includes("ReportBatchItemFailures"),
    enabled: inputs.enabled !== false,
  };
}

/** Without a limit Lambda begins with five batches at a time. */
const LAMBDAS_OWN_CONCURRENCY = 5;

function integer(parameter: string, value: unknown, min: number, max: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw invalid(`${parameter} is ${JSON.stringify(value)}; allowed are whole numbers from ${min} to ${max}`);
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message);
}
