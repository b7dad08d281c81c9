import { physicalName } from "../names";
import { NotRunError, refuseInputs } from "../notRun";
import {
  type AwsApi,
  AwsError,
  type CloudContext,
  type Created,
  type CreateRequest,
  type QueueSender,
  type Service,
} from "../types";
import type { QueuedMessage } from "./message";
import { QUERY_ERROR_CODES, queueOperations } from "./operations";
import { Queue } from "./queue";
import { invalidPolicy, queueSettings } from "./settings";

/** Who else may use the queue. The sandbox looks at roles' policies only. */
const UNSUPPORTED_INPUTS = ["policy", "redriveAllowPolicy"];

export interface QueuesOptions {
  /**
   * Origin of the sandbox's AWS endpoint, such as `http://127.0.0.1:4566`; asked for when a queue is made. The SDK sends a
   * client's first request to the origin of the queue's URL, even if AWS_ENDPOINT_URL says otherwise, so that the two must be
   * the same. Defaults to `http://sqs.<region>.localhost`, for clouds without an endpoint.
   */
  readonly endpointUrl?: () => string;
}

/** SQS: standard queues in memory. */
export class Queues implements Service, QueueSender {
  readonly resources = {
    "aws:sqs/queue:Queue": (request: CreateRequest) => this.createQueue(request),
  };
  readonly api: AwsApi;
  private readonly byArn = new Map<string, Queue>();

  constructor(
    private readonly context: CloudContext,
    private readonly options: QueuesOptions = {},
  ) {
    this.api = {
      signingName: "sqs",
      protocol: "awsJson",
      queryErrorCodes: QUERY_ERROR_CODES,
      operations: queueOperations(
        (url) => this.arnAt(url),
        (arn) => this.get(arn),
        context.accountId,
      ),
    };
  }

  send(queueArn: string, body: string): string {
    return this.get(queueArn).send(body, this.context.accountId);
  }

  /** The messages in a queue, those in flight included. */
  messages(queueArn: string): QueuedMessage[] {
    return this.get(queueArn).list();
  }

  /** Messages of queues that are declared no more are lost. */
  takeOver(earlier: Queues): void {
    for (const queue of this.byArn.values()) {
      const before = earlier.byArn.get(queue.arn);
      if (before) queue.takeOver(before);
    }
  }

  /** Throws `AwsError` `QueueDoesNotExist`. */
  get(queueArn: string): Queue {
    const queue = this.byArn.get(queueArn);
    if (!queue) throw new AwsError("QueueDoesNotExist", `The specified queue does not exist: ${queueArn}`);
    return queue;
  }

  /** The ARN that a URL stands for by its last two parts, whatever its origin and whether or not there is such a queue. */
  private arnAt(url: string): string {
    const [, account, name] = /\/(\d{12})\/([\w.-]+)$/.exec(url) ?? [];
    if (!account || !name)
      throw new AwsError("InvalidAddress", `The address ${url} is not valid for this endpoint.`, 404);
    return this.arnOf(name, account);
  }

  private arnOf(name: string, accountId = this.context.accountId): string {
    return `arn:aws:sqs:${this.context.region}:${accountId}:${name}`;
  }

  private urlOf(queue: Queue): string {
    const origin = this.options.endpointUrl?.() ?? `http://sqs.${this.context.region}.localhost`;
    return `${origin.replace(/\/+$/, "")}/${this.context.accountId}/${queue.name}`;
  }

  private createQueue(request: CreateRequest): Created {
    const { inputs } = request;
    const name = physicalName(request, { maxLength: 80 });
    if (inputs.fifoQueue === true || name.endsWith(".fifo")) throw new NotRunError(`FIFO queues, and "${name}" is one`);
    refuseInputs(request, UNSUPPORTED_INPUTS);
    if (!/^[\w-]+$/.test(name))
      throw new AwsError(
        "InvalidParameterValue",
        `Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length: "${name}"`,
      );
    const arn = this.arnOf(name);
    if (this.byArn.has(arn))
      throw new AwsError("QueueAlreadyExists", `A queue already exists with the same name: ${name}`);
    const settings = queueSettings(request);
    const { clock, journal, newId } = this.context;
    const queue = new Queue(name, arn, settings, { clock, journal, newId, find: (target) => this.byArn.get(target) });
    this.checkRedrive(queue);
    this.byArn.set(arn, queue);
    const url = this.urlOf(queue);
    const { redrivePolicy, ...numbers } = settings;
    return {
      id: url,
      state: {
        fifoQueue: false,
        sqsManagedSseEnabled: true,
        ...inputs,
        ...numbers,
        id: url,
        url,
        arn,
        name,
        tagsAll: inputs.tags ?? {},
      },
    };
  }

  private checkRedrive(queue: Queue): void {
    const policy = queue.settings.redrivePolicy;
    if (!policy) return;
    if (!this.byArn.has(policy.deadLetterTargetArn))
      throw invalidPolicy("RedrivePolicy", JSON.stringify(policy), "Dead letter target does not exist.");
  }
}
