import { physicalName } from "../names";
import {
  type AwsApi,
  AwsError,
  type CloudContext,
  type Created,
  type CreateRequest,
  type QueueSender,
  type Service,
} from "../types";
import { QUERY_ERROR_CODES, queueOperations } from "./operations";
import { Queue, type QueuedMessage } from "./queue";
import { invalidPolicy, queueSettings, type RedriveAllowPolicy, redriveAllowPolicyOf } from "./settings";

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
    "aws:sqs/queuePolicy:QueuePolicy": (request: CreateRequest) => this.createQueuePolicy(request),
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": (request: CreateRequest) => this.createRedriveAllowPolicy(request),
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
    if (inputs.fifoQueue === true || name.endsWith(".fifo"))
      throw new AwsError(
        "UnsupportedOperation",
        `The sandbox runs standard queues only, and "${name}" is a FIFO queue.`,
      );
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
    const { redrivePolicy, redriveAllowPolicy, ...numbers } = settings;
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

  private createQueuePolicy({ inputs }: CreateRequest): Created {
    const queueUrl = String(inputs.queueUrl);
    this.get(this.arnAt(queueUrl));
    return { id: queueUrl, state: { ...inputs } };
  }

  private createRedriveAllowPolicy({ inputs }: CreateRequest): Created {
    const queueUrl = String(inputs.queueUrl);
    const queue = this.get(this.arnAt(queueUrl));
    const policy = redriveAllowPolicyOf(inputs.redriveAllowPolicy);
    for (const source of this.byArn.values())
      if (source.settings.redrivePolicy?.deadLetterTargetArn === queue.arn && !mayRedrive(source.arn, policy))
        throw invalidPolicy(
          "RedriveAllowPolicy",
          inputs.redriveAllowPolicy,
          `${source.arn} redrives to this queue already.`,
        );
    queue.redriveAllowPolicy = policy;
    return { id: queueUrl, state: { ...inputs } };
  }

  private checkRedrive(queue: Queue): void {
    const policy = queue.settings.redrivePolicy;
    if (!policy) return;
    const refuse = (reason: string) => invalidPolicy("RedrivePolicy", JSON.stringify(policy), reason);
    const target = this.byArn.get(policy.deadLetterTargetArn);
    if (!target) throw refuse("Dead letter target does not exist.");
    if (!mayRedrive(queue.arn, target.redriveAllowPolicy))
      throw refuse(`The redrive allow policy of ${target.arn} doesn't let this queue redrive to it.`);
  }
}

function mayRedrive(sourceArn: string, policy: RedriveAllowPolicy | undefined): boolean {
  if (!policy || policy.redrivePermission === "allowAll") return true;
  return policy.redrivePermission === "byQueue" && policy.sourceQueueArns.includes(sourceArn);
}
