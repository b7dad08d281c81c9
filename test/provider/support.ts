import { createHash } from "node:crypto";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  type ArchiveFiles,
  type Cloud,
  type Created,
  type CreateRequest,
  type DeclaredResource,
  type Deployment,
  loadSdk,
  programConfig,
  run,
  type Sdk,
} from "../../sandbox";

export const root = join(__dirname, "..", "..");
export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";

/** What AWS would answer: ids, ARNs and URLs that can be told apart. Everything else is what was declared. */
export class PlausibleCloud implements Cloud {
  /** The files of every archive, by the name of its resource. */
  readonly archives: Record<string, ArchiveFiles> = {};

  async create(request: CreateRequest): Promise<Created> {
    const { type, name, inputs } = request;
    if (request.archives.code) this.archives[name] = request.archives.code;
    const physical = typeof inputs.name === "string" ? inputs.name : `${name}-1234567`;
    const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
    const outputs: Record<string, Record<string, string>> = {
      "aws:iam/role:Role": { arn: `arn:aws:iam::${ACCOUNT}:role/${physical}` },
      "aws:lambda/function:Function": { arn: arn("lambda", `function:${physical}`) },
      "aws:cloudwatch/logGroup:LogGroup": { arn: arn("logs", `log-group:${physical}`) },
      "aws:sqs/queue:Queue": {
        arn: arn("sqs", physical),
        url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${physical}`,
      },
      "aws:sns/topic:Topic": { arn: arn("sns", physical) },
      "aws:dynamodb/table:Table": { arn: arn("dynamodb", `table/${physical}`) },
      "aws:scheduler/scheduleGroup:ScheduleGroup": { arn: arn("scheduler", `schedule-group/${physical}`) },
      "aws:secretsmanager/secret:Secret": { arn: arn("secretsmanager", `secret:${physical}-AbCdEf`) },
      "aws:apigatewayv2/api:Api": {
        apiEndpoint: `https://${name}.execute-api.${REGION}.amazonaws.com`,
        executionArn: arn("execute-api", name),
      },
      "random:index/randomPassword:RandomPassword": {
        result: createHash("sha256").update(`password of ${name}`).digest("hex").slice(0, 44),
      },
    };
    return { id: `${physical}-id`, state: { name: physical, ...inputs, ...outputs[type] } };
  }

  async invoke(token: string): Promise<Record<string, unknown>> {
    throw new Error(`the components call no provider function, and now ${token}`);
  }
}

/** What the engine answers for resources that don't exist and aren't made: `pulumi up --target` of something else. */
class NothingMade extends PlausibleCloud {
  override async create(): Promise<Created> {
    return { id: "", state: {} };
  }
}

export interface DeclareOptions {
  readonly config?: Record<string, unknown>;
  readonly preview?: boolean;
  /** No resource exists, as for `pulumi up --target` of something else: their outputs are undefined. */
  readonly nothingMade?: boolean;
}

/** What Pulumi's engine is told of a resource beside its inputs. */
interface Registration {
  readonly type: string;
  readonly name: string;
  /** Names that the resource may have had. */
  readonly aliasNames: readonly string[];
  readonly ignoreChanges: readonly string[];
}

export interface Declared extends Deployment {
  /** The files of every function's archive, by the function's logical name; empty in a preview. */
  readonly archives: Readonly<Record<string, ArchiveFiles>>;
  /** In the order in which the program registered them. */
  readonly registrations: readonly Registration[];
}

/** Declares resources with Pulumi's own runtime, without any cloud. */
export async function declare(program: () => unknown, options: DeclareOptions = {}): Promise<Declared> {
  const cloud = options.nothingMade ? new NothingMade() : new PlausibleCloud();
  const registrations: Registration[] = [];
  const deployment = await run({
    sdk: recording(loadSdk(root), registrations),
    cloud,
    config: programConfig("test", options.config ?? {}),
    projectName: "test",
    stack: "test",
    preview: options.preview,
    program,
  });
  return { ...deployment, archives: cloud.archives, registrations };
}

interface Monitor {
  registerResource(request: RegisterRequest, callback: unknown): unknown;
}

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getAliasesList(): { getSpec(): { getName(): string } | undefined }[];
  getIgnorechangesList(): string[];
}

/** The SDK, whose monitor first writes down what it is asked. */
function recording(sdk: Sdk, registrations: Registration[]): Sdk {
  return {
    ...sdk,
    setMonitor(monitor, where) {
      const answering = monitor as unknown as Monitor;
      const answer = answering.registerResource.bind(answering);
      answering.registerResource = (request, callback) => {
        registrations.push({
          type: request.getType(),
          name: request.getName(),
          aliasNames: request.getAliasesList().flatMap((alias) => alias.getSpec()?.getName() ?? []),
          ignoreChanges: request.getIgnorechangesList(),
        });
        return answer(request, callback);
      };
      return sdk.setMonitor(monitor, where);
    },
  };
}

/** The values of a component's outputs by name, and the names of those that are marked as secret. */
export interface ReadOutputs {
  readonly values: Record<string, unknown>;
  readonly secret: ReadonlySet<string>;
}

/** Declares one component and reads all outputs that it has. */
export async function declareComponent(
  make: () => pulumi.ComponentResource,
  options: DeclareOptions = {},
): Promise<Declared & { readonly component: ReadOutputs }> {
  let made: pulumi.ComponentResource | undefined;
  const declared = await declare(() => {
    made = make();
  }, options);
  const values: Record<string, unknown> = {};
  const secret = new Set<string>();
  for (const [name, output] of Object.entries(made ?? {})) {
    if (name === "urn" || name.startsWith("__") || !pulumi.Output.isInstance(output)) continue;
    if (await pulumi.isSecret(output)) secret.add(name);
    const { promise, isKnown } = output as unknown as { promise(): Promise<unknown>; isKnown: Promise<boolean> };
    values[name] = (await isKnown) ? await promise.call(output) : undefined;
  }
  return { ...declared, component: { values, secret } };
}

/** The one resource of this name. */
export function named(deployment: Deployment, name: string): DeclaredResource {
  const found = deployment.resources.filter((resource) => resource.name === name);
  if (found.length !== 1)
    throw new Error(
      `${found.length} resources are named ${name}; there are ${deployment.resources.map((each) => each.name).join(", ")}`,
    );
  return found[0] as DeclaredResource;
}

export function ofType(deployment: Deployment, type: string): DeclaredResource[] {
  return deployment.resources.filter((resource) => resource.type === type);
}

/** The last part of a URN's type: what the parent is. */
export function parentTypeOf(resource: DeclaredResource): string {
  return resource.parent.split("::")[2]?.split("$").at(-1) ?? "";
}
