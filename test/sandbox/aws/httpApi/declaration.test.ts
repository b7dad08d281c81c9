import assert from "node:assert/strict";
import { createServer } from "node:net";
import { HttpApi } from "../../../../sandbox/aws/httpApi";
import { Fronts } from "../../../../sandbox/aws/httpApi/fronts";
import { matchRoute, parseRouteKey } from "../../../../sandbox/aws/httpApi/routes";
import { TokenBucket } from "../../../../sandbox/aws/httpApi/stage";
import { create, type TestCloud, testCloud } from "../functions/support";

const ARN = "arn:aws:lambda:us-east-1:123456789012:function:fn";

describe("declaring an HTTP API in the sandbox", () => {
  let cloud: TestCloud;
  let httpApi: HttpApi;
  beforeEach(() => {
    cloud = testCloud();
    httpApi = new HttpApi(cloud.context, { functions: cloud.functions, logs: cloud.logs });
  });
  afterEach(async () => {
    await httpApi.stop();
    await cloud.stop();
  });

  const declare = async (kind: string, inputs: Record<string, unknown>, name = "x") =>
    create(httpApi, `aws:apigatewayv2/${kind.toLowerCase()}:${kind}`, name, inputs);
  const declareApi = (inputs = {}, name = "api") => declare("Api", { protocolType: "HTTP", ...inputs }, name);
  const integration = (apiId: string, inputs = {}) =>
    declare("Integration", {
      apiId,
      integrationType: "AWS_PROXY",
      integrationUri: ARN,
      payloadFormatVersion: "2.0",
      ...inputs,
    });

  it("gives the outputs that other resources refer to, the same at every start but for the port", async () => {
    const { id, state } = await declareApi();
    assert.match(id, /^[0-9a-z]{10}$/);
    assert.equal(state.executionArn, `arn:aws:execute-api:us-east-1:123456789012:${id}`);
    assert.equal(state.arn, `arn:aws:apigateway:us-east-1::/apis/${id}`);
    assert.match(String(state.apiEndpoint), /^http:\/\/127\.0\.0\.1:\d+$/);
    const again = new HttpApi(cloud.context, { functions: cloud.functions, logs: cloud.logs });
    const other = await create(again, "aws:apigatewayv2/api:Api", "api", { protocolType: "HTTP" });
    assert.equal(other.id, id);
    await again.stop();
  });

  it("listens on the given port with the first API, on free ones with the others", async () => {
    const port = await freePort();
    const fronts = new Fronts(port);
    const own = new HttpApi(cloud.context, { functions: cloud.functions, logs: cloud.logs, fronts });
    const endpoints = await Promise.all(
      ["a", "b"].map((name) => create(own, "aws:apigatewayv2/api:Api", name, { protocolType: "HTTP" })),
    );
    assert.equal(endpoints[0]?.state.apiEndpoint, `http://127.0.0.1:${port}`);
    assert.notEqual(endpoints[1]?.state.apiEndpoint, endpoints[0]?.state.apiEndpoint);
    await own.stop();
    // They belong to whoever made them.
    await fronts.stop();
    await assert.rejects(fetch(String(endpoints[1]?.state.apiEndpoint)));
    await assert.rejects(fronts.of("late"), { message: "the sandbox has stopped" });
  });

  it("says which port is in use, and what to do", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => holder.once("listening", resolve));
    const { port } = holder.address() as { port: number };
    const own = new HttpApi(cloud.context, { functions: cloud.functions, logs: cloud.logs, fronts: new Fronts(port) });
    await assert.rejects(async () => create(own, "aws:apigatewayv2/api:Api", "a", { protocolType: "HTTP" }), {
      code: "EADDRINUSE",
      port,
      message: `port ${port} of 127.0.0.1 is in use: stop what listens there, or choose another port`,
    });
    await own.stop();
    holder.close();
  });

  it("takes a function's ARN or invoke ARN", async () => {
    const { id } = await declareApi();
    const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${ARN}/invocations`;
    assert.equal((await integration(id)).state.timeoutMilliseconds, 30_000);
    assert.ok((await integration(id, { integrationUri: uri })).id);
  });

  it("refuses what AWS refuses and what the sandbox doesn't run, naming it", async () => {
    const { id: apiId } = await declareApi();
    const { id } = await integration(apiId);
    const target = `integrations/${id}`;
    await declare("Route", { apiId, routeKey: "GET /x", target });
    await declare("Stage", { apiId, name: "$default" });
    const { id: otherId } = await declareApi({}, "other");
    create(cloud.logs, "aws:cloudwatch/logGroup:LogGroup", "g", { name: "g" });
    const log = (name: string, format: string) => ({
      accessLogSettings: { destinationArn: `arn:aws:logs:us-east-1:123456789012:${name}`, format },
    });
    const cases: [Promise<unknown>, RegExp][] = [
      [declareApi({ protocolType: "WEBSOCKET" }), /doesn't run APIs with the protocolType WEBSOCKET/],
      [declareApi({ corsConfiguration: {} }), /doesn't run \S+ "api" with corsConfiguration/],
      [integration(apiId, { integrationType: "HTTP_PROXY" }), /given: HTTP_PROXY, "2.0"/],
      [integration(apiId, { payloadFormatVersion: "1.0" }), /given: AWS_PROXY, "1.0"/],
      [integration(apiId, { payloadFormatVersion: undefined }), /given: AWS_PROXY, undefined/],
      [integration(apiId, { integrationUri: "https://x" }), /Invalid function ARN .*"https:\/\/x"/],
      [integration(apiId, { timeoutMilliseconds: 49 }), /between 50 ms and 30000 ms: 49/],
      [integration(apiId, { timeoutMilliseconds: 30_001 }), /between 50 ms and 30000 ms: 30001/],
      [integration("absent"), /Invalid API identifier specified 123456789012:absent/],
      [declare("Route", { apiId, routeKey: "GET /x", target }), /Route with key GET \/x already exists/],
      [
        declare("Route", { apiId, routeKey: "GET /y", target: "integrations/absent" }),
        /Invalid target: integrations\/absent/,
      ],
      [
        declare("Route", { apiId, routeKey: "GET /y", target, authorizationType: "JWT" }),
        /doesn't run routes with the authorizationType JWT/,
      ],
      [declare("Stage", { apiId, name: "$default" }), /Stage already exists/],
      [declare("Stage", { apiId, name: "prod" }), /doesn't run the stage prod, only \$default/],
      [declare("Stage", { apiId, name: "$default", stageVariables: {} }), /doesn't run \S+ "x" with stageVariables/],
      [
        declare("Stage", { apiId: otherId, name: "$default", ...log("log-group:absent", "$context.requestId") }),
        /log group not found: absent/,
      ],
      [
        declare("Stage", { apiId: otherId, name: "$default", ...log("other:g", "$context.requestId") }),
        /must be the ARN of a log group/,
      ],
      [
        declare("Stage", { apiId: otherId, name: "$default", ...log("log-group:g", "$context.status") }),
        /include at least \$context\.requestId/,
      ],
    ];
    for (const [declared, message] of cases) await assert.rejects(declared, { name: "AwsError", message });
  });
});

describe("the routes of an HTTP API", () => {
  const routes = ["GET /a/{x}", "GET /a/b", "GET /{x}/b", "POST /"].map(parseRouteKey);

  it("are chosen by AWS's order of preference", () => {
    const cases: [string, string, string | undefined, Record<string, string> | undefined][] = [
      ["GET", "/a/b", "GET /a/b", undefined],
      ["GET", "/a/c%20d", "GET /a/{x}", { x: "c d" }],
      ["GET", "/z/b", "GET /{x}/b", { x: "z" }],
      ["POST", "/", "POST /", undefined],
      ["POST", "/a/b", undefined, undefined],
      ["GET", "/a/", undefined, undefined],
      ["GET", "/a/b/c", undefined, undefined],
    ];
    for (const [method, path, key, pathParameters] of cases) {
      const match = matchRoute(routes, method, path);
      assert.deepEqual([match?.route.key, match?.pathParameters], [key, pathParameters], `${method} ${path}`);
    }
  });

  it("are refused by name if they are of a kind that isn't run", () => {
    for (const key of ["$default", "ANY /a", "GET /{proxy+}", "GET /a/{proxy+}"])
      assert.throws(() => parseRouteKey(key), {
        message: `the sandbox doesn't run the route ${key}, only routes with a method and without {...+}`,
      });
  });

  it("must have a well-formed key", () => {
    for (const key of ["GET", "/a", "get /a", "FETCH /a", "GET a", "GET /{a", "GET /x{a}", "GET /a b", ""])
      assert.throws(() => parseRouteKey(key), /route key is not formatted properly/, key);
  });
});

describe("a throttle", () => {
  it("lets a burst through, then the rate", () => {
    let now = 0;
    const bucket = new TokenBucket(2, 3, () => now);
    const take = (count: number) => Array.from({ length: count }, () => bucket.take());
    assert.deepEqual(take(4), [true, true, true, false]);
    now += 500;
    assert.deepEqual(take(2), [true, false]);
    now += 1_000_000;
    assert.deepEqual(take(4), [true, true, true, false]);
  });

  it("lets nothing through with a burst of 0", () => {
    assert.equal(new TokenBucket(100, 0, () => 0).take(), false);
  });
});

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
