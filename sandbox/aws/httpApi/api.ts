import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Functions } from "../functions";
import type { Logs } from "../logs";
import type { CloudContext } from "../types";
import { accessLogLine, type Integrated } from "./accessLog";
import { buildEvent, DEFAULT_STAGE } from "./event";
import type { Front } from "./fronts";
import { type Integration, integrate } from "./integration";
import { type ApiRequest, readBody, readHead } from "./request";
import { type ApiResponse, gatewayResponse } from "./response";
import { matchRoute, type Route } from "./routes";
import type { Stage } from "./stage";

export interface ApiRoute extends Route {
  readonly id: string;
  readonly integration: Integration;
}

/** What an API is made with. */
export interface ApiSetup {
  readonly id: string;
  readonly name: string;
  /** False if its endpoint is disabled: then nothing is served. */
  readonly isEnabled: boolean;
  /** Where it listens. */
  readonly front: Front;
  readonly context: CloudContext;
  readonly functions: Functions;
  readonly logs: Logs;
}

/** An answer, and how it came about. */
interface Answer {
  readonly response: ApiResponse;
  readonly stage?: Stage;
  readonly routeKey?: string;
  readonly integrated?: Integrated;
  readonly gatewayMessage?: string;
}

/** One HTTP API, served on a loopback port of its own. */
export class Api {
  readonly routes = new Map<string, ApiRoute>();
  readonly integrations = new Map<string, Integration>();
  stage: Stage | undefined;

  constructor(readonly setup: ApiSetup) {}

  get executionArn(): string {
    const { region, accountId } = this.setup.context;
    return `arn:aws:execute-api:${region}:${accountId}:${this.setup.id}`;
  }

  /** Host and port. */
  get authority(): string {
    return this.setup.front.authority;
  }

  /** Answers at its place from now on, instead of the API that an earlier deployment has there. */
  serve(): void {
    this.setup.front.serve((request, response) => void this.handle(request, response));
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { clock } = this.setup.context;
    const startedAt = performance.now();
    const request = readHead(incoming, randomBytes(11).toString("base64url").concat("="), clock.now());
    try {
      const answer = await this.answer(request, await readBody(incoming));
      this.record(request, answer, Math.round(performance.now() - startedAt));
      const { status, headers, cookies, body } = answer.response;
      outgoing.writeHead(status, {
        ...headers,
        "content-length": body.length,
        "apigw-requestid": request.id,
        ...(cookies.length > 0 && { "set-cookie": [...cookies] }),
      });
      outgoing.end(body);
    } catch {
      // The client went away while it was sending.
      outgoing.destroy();
    }
  }

  private async answer(request: Omit<ApiRequest, "body">, body: Buffer | undefined): Promise<Answer> {
    const { stage } = this;
    if (!stage?.isDeployed || !this.setup.isEnabled) return refusal(404, "Not Found");
    if (!body) return { ...refusal(413, "Request Entity Too Large"), stage };
    const decodedPath = decode(request.path);
    if (decodedPath === undefined) return { ...refusal(400, "Bad Request"), stage };
    const match = matchRoute(this.routes.values(), request.method, request.path);
    if (!match) return { ...refusal(404, "Not Found"), stage };
    const { key: routeKey, integration } = match.route;
    if (!stage.admits(routeKey)) return { ...refusal(429, "Too Many Requests"), stage, routeKey };
    if (!this.mayInvoke(match.route))
      return { ...refusal(500, "Internal Server Error"), stage, routeKey, integrated: NOT_PERMITTED };
    const { context, functions, id } = this.setup;
    const event = buildEvent(
      { ...request, path: decodedPath, body },
      {
        accountId: context.accountId,
        apiId: id,
        domainName: this.authority,
        routeKey,
        pathParameters: match.pathParameters,
      },
    );
    const { response, integrated } = await integrate(functions, integration, event);
    return { response, stage, routeKey, integrated };
  }

  /** Permissions are checked against the route, such as `POST/amounts/{name}`, not against the path of the request. */
  private mayInvoke(route: ApiRoute): boolean {
    const { context, functions } = this.setup;
    const sourceArn = `${this.executionArn}/${DEFAULT_STAGE}/${route.method}/${route.segments.join("/")}`;
    const principal = "apigateway.amazonaws.com";
    const { functionArn } = route.integration;
    if (functions.exists(functionArn) && functions.mayInvoke(functionArn, { principal, sourceArn })) return true;
    context.journal.record("iam.denied", {
      action: "lambda:InvokeFunction",
      resource: functionArn,
      reason: `no permission of the function lets ${principal} invoke it for ${sourceArn}`,
    });
    return false;
  }

  private record(request: Omit<ApiRequest, "body">, answer: Answer, latencyMs: number): void {
    const { context, logs, id, name } = this.setup;
    const { stage, routeKey, integrated, gatewayMessage, response } = answer;
    // Never the path: it can hold a credential.
    context.journal.record("http.request", {
      api: name,
      apiId: id,
      requestId: request.id,
      functionRequestId: integrated?.requestId,
      routeKey,
      status: response.status,
      ms: latencyMs,
    });
    if (!stage?.accessLog) return;
    const source = { accountId: context.accountId, apiId: id, domainName: this.authority };
    const line = accessLogLine(stage.accessLog.format, request, source, {
      routeKey,
      status: response.status,
      responseBytes: response.body.length,
      latencyMs,
      integration: integrated,
      gatewayMessage,
    });
    logs.append(stage.accessLog.logGroup, `${id}/${DEFAULT_STAGE}`, line);
  }
}

const NOT_PERMITTED: Integrated = {
  status: 403,
  latencyMs: 0,
  error:
    "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. Check the permissions and try again.",
};

/** The path as the function gets it, or undefined if it can't be decoded. */
function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function refusal(status: number, message: string): Answer {
  return { response: gatewayResponse(status, message), gatewayMessage: message };
}
