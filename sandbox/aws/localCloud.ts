import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { given } from "../../lambda/agreements/given";
import type { SandboxClock } from "../clock";
import { accountInvokes, type Invoke } from "./account";
import { CloudWatch } from "./cloudWatch";
import { AwsEndpoint } from "./endpoint";
import { Functions } from "./functions";
import { HttpApi } from "./httpApi";
import type { Fronts } from "./httpApi/fronts";
import { Iam } from "./iam";
import { createJournal } from "./journal";
import { Logs } from "./logs";
import { type NotRun, placeholder } from "./notRun";
import { Queues } from "./queues";
import { EventSourceMappings } from "./queues/eventSourceMappings";
import { RandomValues } from "./random";
import { Scheduler } from "./scheduler";
import { SecretsManager } from "./secrets";
import { Tables } from "./table";
import { Topics } from "./topics";
import {
  AwsError,
  type Cloud,
  type CloudContext,
  type Created,
  type CreateRequest,
  type Journal,
  type Service,
} from "./types";

export interface LocalCloudOptions {
  readonly clock: SandboxClock;
  /** Where HTTP APIs listen; whoever gives this stops it. Defaults to free ports. */
  readonly fronts?: Fronts;
  /** Defaults to a new one. */
  readonly journal?: Journal;
  /** Passwords by what makes them, kept for the next deployment. Defaults to new ones. */
  readonly passwords?: Map<string, string>;
  /** Refuse resource types that the sandbox doesn't run, instead of listing them. Defaults to false. */
  readonly strict?: boolean;
  /** Changes a function's declared environment, to point it at what stands in for the outside world. */
  readonly overrideEnvironment?: (declared: Record<string, string>) => Record<string, string>;
}

/** The sandbox's own cloud: what AWS does with the declared resources, on this machine. */
export class LocalCloud implements Cloud {
  readonly context: CloudContext;
  readonly notRun: NotRun[] = [];
  readonly iam: Iam;
  readonly logs: Logs;
  readonly functions: Functions;
  readonly httpApi: HttpApi;
  readonly secrets: SecretsManager;
  readonly queues: Queues;
  readonly mappings: EventSourceMappings;
  readonly scheduler: Scheduler;
  readonly tables: Tables;
  readonly topics: Topics;
  readonly cloudWatch: CloudWatch;
  readonly endpoint: AwsEndpoint;
  private readonly services: readonly Service[];
  private readonly invokes: Readonly<Record<string, Invoke>>;
  private readonly creating = new Set<Promise<Created>>();
  private isStopped = false;

  constructor(private readonly options: LocalCloudOptions) {
    this.context = {
      clock: options.clock,
      accountId: "000000000000",
      region: "us-east-1",
      directory: mkdtempSync(join(tmpdir(), "sequence-sandbox-")),
      journal: options.journal ?? createJournal(options.clock),
    };
    const { context } = this;
    this.iam = new Iam(context);
    this.logs = new Logs(context, this.iam);
    this.functions = new Functions(context, {
      authorizer: this.iam,
      logs: this.logs,
      endpointUrl: () => this.endpoint.url,
      mappingsOf: (functionArn) => this.mappings.list(functionArn),
      ...given({ overrideEnvironment: options.overrideEnvironment }),
    });
    this.httpApi = new HttpApi(context, {
      functions: this.functions,
      logs: this.logs,
      ...given({ fronts: options.fronts }),
    });
    this.secrets = new SecretsManager(context);
    this.queues = new Queues(context, { endpointUrl: () => this.endpoint.url });
    this.mappings = new EventSourceMappings(context, {
      queues: this.queues,
      functions: this.functions,
      authorizer: this.iam,
    });
    this.scheduler = new Scheduler(context, { authorizer: this.iam, queues: this.queues, functions: this.functions });
    this.tables = new Tables(context);
    this.topics = new Topics(context);
    this.cloudWatch = new CloudWatch(context, { logs: this.logs, queues: this.queues, topics: this.topics });
    this.services = [
      this.iam,
      this.logs,
      this.functions,
      this.httpApi,
      this.secrets,
      this.queues,
      this.mappings,
      this.scheduler,
      this.tables,
      this.topics,
      this.cloudWatch,
      new RandomValues(options.passwords),
    ];
    this.endpoint = new AwsEndpoint(context, {
      authorizer: this.iam,
      apis: this.services.flatMap(({ api }) => (api ? [api] : [])),
    });
    this.invokes = accountInvokes(context);
  }

  /** Opens the wire endpoint that the functions call; before the program runs. */
  async open(): Promise<void> {
    await this.endpoint.start();
  }

  async create(request: CreateRequest): Promise<Created> {
    if (this.isStopped) throw new AwsError("ServiceException", "the sandbox has stopped", 500);
    const created = this.make(request);
    this.creating.add(created);
    return created.finally(() => this.creating.delete(created));
  }

  private async make(request: CreateRequest): Promise<Created> {
    for (const service of this.services) {
      const make = service.resources[request.type];
      if (make) return withPortHint(async () => make(request));
    }
    if (this.options.strict)
      throw new AwsError("NotImplemented", "the sandbox doesn't run this type (--strict makes that an error)");
    this.notRun.push({ type: request.type, name: request.name });
    return placeholder(request, this.context);
  }

  async invoke(token: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
    const answer = this.invokes[token];
    if (!answer) throw new AwsError("NotImplemented", "the sandbox doesn't run this provider function");
    return answer(args);
  }

  /** The whole program is declared: from now on schedules fire and queues deliver. */
  async start(): Promise<void> {
    for (const service of this.services) await service.start?.();
  }

  /**
   * Takes over what an earlier deployment of the program has in its tables, queues, secrets that nobody else fills, logs and mails.
   * Before `start`.
   */
  takeOver(earlier: LocalCloud): void {
    this.logs.takeOver(earlier.logs);
    this.tables.takeOver(earlier.tables);
    this.queues.takeOver(earlier.queues);
    this.secrets.takeOver(earlier.secrets);
    this.topics.takeOver(earlier.topics);
    this.endpoint.outages.takeOver(earlier.endpoint.outages);
  }

  /** Ends every listener and child process, and removes the sandbox's folder. */
  async stop(): Promise<void> {
    this.isStopped = true;
    // What is still being made would open listeners and write files after their removal.
    await Promise.allSettled(this.creating);
    for (const service of [...this.services].reverse()) await service.stop?.();
    await this.endpoint.stop();
    rmSync(this.context.directory, { recursive: true, force: true });
  }
}

async function withPortHint<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new AwsError("PortInUse", `${(error as Error).message} (--port <number>)`);
  }
}
