import { createHash } from "node:crypto";
import type { Functions } from "../functions";
import type { Logs } from "../logs";
import { physicalName } from "../names";
import { NotRunError, refuseInputs } from "../notRun";
import { type AwsApi, AwsError, type CloudContext, type Created, type CreateRequest, type Service } from "../types";
import { Api } from "./api";
import { DEFAULT_STAGE } from "./event";
import { Fronts } from "./fronts";
import { readIntegration } from "./integration";
import { httpApiApi } from "./operations";
import { parseRouteKey } from "./routes";
import { Stage } from "./stage";

/** What the HTTP APIs of a sandbox need of its other parts. */
export interface HttpApiOptions {
  readonly functions: Functions;
  readonly logs: Logs;
  /** Where the APIs listen. Whoever gives this stops it. Defaults to free ports. */
  readonly fronts?: Fronts;
}

/** Refused, because AWS would heed these inputs and the sandbox doesn't. */
const UNSUPPORTED_API_INPUTS = ["body", "corsConfiguration", "credentialsArn", "routeKey", "target"];
const UNSUPPORTED_STAGE_INPUTS = ["clientCertificateId", "stageVariables"];
const UNSUPPORTED_ROUTE_INPUTS = ["authorizerId", "authorizationScopes", "requestParameters"];

/** API Gateway's HTTP APIs: routes, Lambda integrations, throttles, access logs. Each API listens on 127.0.0.1. */
export class HttpApi implements Service {
  readonly resources = {
    "aws:apigatewayv2/api:Api": (request: CreateRequest) => this.createApi(request),
    "aws:apigatewayv2/integration:Integration": (request: CreateRequest) => this.createIntegration(request),
    "aws:apigatewayv2/route:Route": (request: CreateRequest) => this.createRoute(request),
    "aws:apigatewayv2/stage:Stage": (request: CreateRequest) => this.createStage(request),
  };
  readonly api: AwsApi;
  private readonly apis = new Map<string, Api>();
  private readonly usedIds = new Set<string>();
  private readonly fronts: Fronts;

  constructor(
    private readonly context: CloudContext,
    private readonly options: HttpApiOptions,
  ) {
    this.fronts = options.fronts ?? new Fronts();
    this.api = httpApiApi(context, (id) => this.get(id));
  }

  /** An API of an earlier deployment answers until now. */
  start(): void {
    for (const api of this.apis.values()) api.serve();
  }

  async stop(): Promise<void> {
    if (!this.options.fronts) await this.fronts.stop();
  }

  private async createApi(request: CreateRequest): Promise<Created> {
    const { inputs } = request;
    refuseInputs(request, UNSUPPORTED_API_INPUTS);
    if (inputs.protocolType !== "HTTP") throw new NotRunError(`APIs with the protocolType ${inputs.protocolType}`);
    const name = physicalName(request, { maxLength: 128 });
    const id = this.newId(request, 10);
    const { functions, logs } = this.options;
    const isEnabled = inputs.disableExecuteApiEndpoint !== true;
    const front = await this.fronts.of(id);
    const api = new Api({ id, name, isEnabled, front, context: this.context, functions, logs });
    this.apis.set(id, api);
    if (!front.isServed) api.serve();
    return {
      id,
      state: {
        ...inputs,
        id,
        name,
        arn: `arn:aws:apigateway:${this.context.region}::/apis/${id}`,
        apiEndpoint: `http://${api.authority}`,
        executionArn: api.executionArn,
        disableExecuteApiEndpoint: !isEnabled,
      },
    };
  }

  private createIntegration(request: CreateRequest): Created {
    const api = this.get(String(request.inputs.apiId));
    const integration = readIntegration(request, this.newId(request, 7));
    const { id } = integration;
    api.integrations.set(id, integration);
    return { id, state: { ...request.inputs, id, timeoutMilliseconds: integration.timeoutMs } };
  }

  private createRoute(request: CreateRequest): Created {
    const api = this.get(String(request.inputs.apiId));
    const { inputs } = request;
    refuseInputs(request, UNSUPPORTED_ROUTE_INPUTS);
    if ((inputs.authorizationType ?? "NONE") !== "NONE")
      throw new NotRunError(`routes with the authorizationType ${inputs.authorizationType}`);
    const route = parseRouteKey(String(inputs.routeKey));
    if (api.routes.has(route.key))
      throw new AwsError("ConflictException", `Route with key ${route.key} already exists for this API`, 409);
    const target = /^integrations\/(.+)$/.exec(String(inputs.target))?.[1];
    const integration = api.integrations.get(target ?? "");
    if (!integration)
      throw new AwsError(
        "BadRequestException",
        `Invalid target: ${inputs.target}; it must be integrations/ and the id of an integration of this API`,
      );
    const id = this.newId(request, 7);
    api.routes.set(route.key, { ...route, id, integration });
    return { id, state: { authorizationType: "NONE", apiKeyRequired: false, ...inputs, id } };
  }

  private createStage(request: CreateRequest): Created {
    const api = this.get(String(request.inputs.apiId));
    const name = physicalName(request, { maxLength: 128 });
    if (name !== DEFAULT_STAGE) throw new NotRunError(`the stage ${name}, only ${DEFAULT_STAGE}`);
    refuseInputs(request, UNSUPPORTED_STAGE_INPUTS);
    if (api.stage) throw new AwsError("ConflictException", "Stage already exists", 409);
    const stage = new Stage(request, this.context);
    if (stage.accessLog && !this.options.logs.hasGroup(stage.accessLog.logGroup))
      throw new AwsError("BadRequestException", `Cloudwatch log group not found: ${stage.accessLog.logGroup}`);
    api.stage = stage;
    const state = {
      ...request.inputs,
      id: name,
      name,
      arn: `arn:aws:apigateway:${this.context.region}::/apis/${api.setup.id}/stages/${name}`,
      executionArn: `${api.executionArn}/${name}`,
      invokeUrl: `http://${api.authority}/`,
    };
    return { id: name, state };
  }

  /** Throws `AwsError` if there is none. */
  get(apiId: string): Api {
    const api = this.apis.get(apiId);
    if (api) return api;
    throw new AwsError("NotFoundException", `Invalid API identifier specified ${this.context.accountId}:${apiId}`, 404);
  }

  /** An id like AWS's, the same at every start of the same program. */
  private newId({ type, name }: CreateRequest, length: number): string {
    for (let attempt = 0; ; attempt++) {
      const hash = createHash("sha256").update(`${type}\n${name}\n${attempt}`).digest("hex");
      const id = BigInt(`0x${hash}`).toString(36).slice(-length);
      if (this.usedIds.has(id)) continue;
      this.usedIds.add(id);
      return id;
    }
  }
}
