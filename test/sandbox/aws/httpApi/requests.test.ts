import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, type RequestOptions, request } from "node:http";
import { join } from "node:path";
import { HttpApi } from "../../../../sandbox/aws/httpApi";
import { create, type TestCloud, testCloud } from "../functions/support";

const echo = `exports.handler = async (event) => {
  const command = event.queryStringParameters?.do;
  if (command === "throw") throw new Error("broken");
  if (command?.startsWith("wait for "))
    while (!require("fs").existsSync(command.slice(9))) await new Promise((resolve) => setTimeout(resolve, 10));
  if (command?.startsWith("return ")) return JSON.parse(command.slice(7));
  return event;
};`;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  json(): Record<string, unknown>;
}

describe("an HTTP API in the sandbox", () => {
  let cloud: TestCloud;
  let httpApi: HttpApi;
  let functionArn: string;
  let apiCount = 0;

  before(async () => {
    cloud = testCloud();
    functionArn = await cloud.deploy(echo);
    httpApi = new HttpApi(cloud.context, { functions: cloud.functions, logs: cloud.logs });
    create(cloud.functions, "aws:lambda/permission:Permission", "permission", {
      action: "lambda:InvokeFunction",
      function: "fn",
      principal: "apigateway.amazonaws.com",
    });
    create(cloud.logs, "aws:cloudwatch/logGroup:LogGroup", "access", { name: "access" });
  });
  after(async () => {
    await httpApi.stop();
    await cloud.stop();
  });
  beforeEach(() => {
    cloud.entries.length = 0;
  });

  /** Declares an API with routes to the echo function; returns its URL and a way to call it. */
  async function serve(
    routeKeys: string[],
    options: {
      stage?: Record<string, unknown> | false;
      api?: Record<string, unknown>;
      integration?: Record<string, unknown>;
    } = {},
  ) {
    const name = `api${++apiCount}`;
    const api = await create(httpApi, "aws:apigatewayv2/api:Api", name, { name, protocolType: "HTTP", ...options.api });
    const integration = create(httpApi, "aws:apigatewayv2/integration:Integration", `${name}-integration`, {
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationUri: functionArn,
      payloadFormatVersion: "2.0",
      ...options.integration,
    });
    for (const routeKey of routeKeys)
      create(httpApi, "aws:apigatewayv2/route:Route", `${name}-${routeKey}`, {
        apiId: api.id,
        routeKey,
        target: `integrations/${integration.id}`,
      });
    if (options.stage !== false)
      create(httpApi, "aws:apigatewayv2/stage:Stage", `${name}-stage`, {
        apiId: api.id,
        name: "$default",
        autoDeploy: true,
        ...options.stage,
      });
    const url = String(api.state.apiEndpoint);
    return {
      api,
      url,
      call: (path: string, init?: RequestOptions, body?: string | Buffer) => call(url, path, init, body),
    };
  }

  function call(url: string, path: string, init: RequestOptions = {}, body: string | Buffer = ""): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(url, { ...init, path, agent: false }, (incoming) => {
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (part) => {
          text += part;
        });
        incoming.on("end", () =>
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json: () => JSON.parse(text) }),
        );
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  const returning = (result: unknown) => `/x?do=${encodeURIComponent(`return ${JSON.stringify(result)}`)}`;

  it("sends the complete event of payload format 2.0", async () => {
    const { call, api, url } = await serve(["POST /amounts/{name}/{token}"]);
    const headers = { "Content-Type": "application/json; charset=utf-8", "X-Two": ["a", "b"], Cookie: "c=1; d=2" };
    const answer = await call("/amounts/r%20t/t%2Fk?q=1&q=2%263&r=", { method: "POST", headers }, '{"ü":1}');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers["content-type"], "application/json");
    const event = answer.json();
    const { headers: sent, requestContext, ...rest } = event as Record<string, Record<string, unknown>>;
    assert.deepEqual(rest, {
      version: "2.0",
      routeKey: "POST /amounts/{name}/{token}",
      rawPath: "/amounts/r t/t/k",
      rawQueryString: "q=1&q=2%263&r=",
      cookies: ["c=1", "d=2"],
      queryStringParameters: { q: "1,2&3", r: "" },
      pathParameters: { name: "r t", token: "t/k" },
      body: '{"ü":1}',
      isBase64Encoded: false,
    });
    const host = new URL(url).host;
    assert.deepEqual(sent, {
      "content-type": "application/json; charset=utf-8",
      "content-length": "8",
      host,
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-port": new URL(url).port,
      "x-forwarded-proto": "http",
      "x-two": "a,b",
    });
    const { time, timeEpoch, requestId, ...context } = requestContext ?? {};
    assert.deepEqual(context, {
      accountId: "123456789012",
      apiId: api.id,
      domainName: host,
      domainPrefix: api.id,
      http: {
        method: "POST",
        path: "/amounts/r t/t/k",
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: "",
      },
      routeKey: "POST /amounts/{name}/{token}",
      stage: "$default",
    });
    assert.match(String(time), /^06\/May\/2031:07:\d\d:\d\d \+0000$/);
    assert.equal(new Date(timeEpoch as number).getUTCFullYear(), 2031);
    assert.equal(answer.headers["apigw-requestid"], requestId);
  });

  it("leaves out of the event what the request doesn't have", async () => {
    const { call } = await serve(["GET /x"]);
    const keys = Object.keys((await call("/x")).json());
    assert.deepEqual(keys, [
      ..."version routeKey rawPath rawQueryString headers requestContext isBase64Encoded".split(" "),
    ]);
  });

  it("sends bodies as text or in base64 by their content type", async () => {
    const { call } = await serve(["POST /x"]);
    const body = async (type?: string) => {
      const event = (await call("/x", { method: "POST", headers: type ? { "content-type": type } : {} }, "a=1")).json();
      return [event.body, event.isBase64Encoded];
    };
    for (const type of ["text/plain", "application/xml", "application/problem+json"])
      assert.deepEqual(await body(type), ["a=1", false]);
    for (const type of ["application/x-www-form-urlencoded", "application/octet-stream", undefined])
      assert.deepEqual(await body(type), ["YT0x", true]);
  });

  it("answers unknown routes and methods as HTTP API does", async () => {
    const { call } = await serve(["POST /amounts/{name}/{token}"]);
    const requests: [string, string][] = [
      ["GET", "/amounts/a/b"],
      ["POST", "/"],
      ["POST", "/amounts/a"],
      ["POST", "/amounts/a/"],
      ["POST", "/amounts/a/b/c"],
      ["POST", "/Amounts/a/b"],
    ];
    for (const [method, path] of requests) {
      const { status, headers, text } = await call(path, { method });
      assert.deepEqual([status, headers["content-type"], text], [404, "application/json", '{"message":"Not Found"}']);
    }
  });

  it("refuses a path that can't be decoded", async () => {
    const { call } = await serve(["GET /{name}"]);
    const { status, text } = await call("/%zz");
    assert.deepEqual([status, text], [400, '{"message":"Bad Request"}']);
  });

  it("serves nothing without a deployed stage, or with its endpoint disabled", async () => {
    const servers = [
      await serve(["GET /"], { stage: false }),
      await serve(["GET /"], { stage: { autoDeploy: false } }),
      await serve(["GET /"], { api: { disableExecuteApiEndpoint: true } }),
    ];
    for (const { call } of servers) assert.equal((await call("/")).status, 404);
  });

  it("answers what the function says: status, headers, cookies, base64", async () => {
    const { call } = await serve(["GET /x"]);
    const answer = await call(
      returning({
        statusCode: 201,
        headers: { "Content-Type": "text/html", "X-Number": 5, Connection: "x", "content-length": "999" },
        cookies: ["a=1; Path=/", "b=2"],
        body: Buffer.from("<p>ü").toString("base64"),
        isBase64Encoded: true,
      }),
    );
    assert.deepEqual([answer.status, answer.text], [201, "<p>ü"]);
    assert.equal(answer.headers["content-type"], "text/html");
    assert.equal(answer.headers["x-number"], "5");
    assert.equal(answer.headers["content-length"], "5");
    assert.deepEqual(answer.headers["set-cookie"], ["a=1; Path=/", "b=2"]);
  });

  it("takes a result without a status code for the body of a 200 answer in JSON", async () => {
    const { call } = await serve(["GET /x"]);
    const cases: [unknown, string][] = [
      [{ a: 1 }, '{"a":1}'],
      ["text", "text"],
      [null, "null"],
      [[1], "[1]"],
    ];
    for (const [result, text] of cases) {
      const answer = await call(returning(result));
      assert.deepEqual([answer.status, answer.headers["content-type"], answer.text], [200, "application/json", text]);
    }
    const bare = await call(returning({ statusCode: 204 }));
    assert.deepEqual([bare.status, bare.text], [204, ""]);
    const plain = await call(returning({ statusCode: 200, body: "x" }));
    assert.equal(plain.headers["content-type"], "text/plain;charset=UTF-8");
  });

  it("answers 500 for a function that fails or whose answer is malformed", async () => {
    const { call } = await serve(["GET /x"]);
    const malformed = [
      { statusCode: "200" },
      { statusCode: 99 },
      { statusCode: 200, body: { a: 1 } },
      { statusCode: 200, headers: { a: ["b"] } },
      { statusCode: 200, headers: { "a b": "c" } },
      { statusCode: 200, headers: { a: "b\r\nc: d" } },
      { statusCode: 200, headers: [] },
      { statusCode: 200, cookies: "a=1" },
    ];
    for (const path of ["/x?do=throw", ...malformed.map(returning)]) {
      const { status, headers, text } = await call(path);
      assert.deepEqual(
        [status, headers["content-type"], text],
        [500, "application/json", '{"message":"Internal Server Error"}'],
        path,
      );
    }
  });

  it("answers 503 when the integration takes longer than declared", async () => {
    const { call } = await serve(["GET /x"], { integration: { timeoutMilliseconds: 50 } });
    const told = join(cloud.context.directory, "told");
    const { status, text } = await call(`/x?do=${encodeURIComponent(`wait for ${told}`)}`);
    assert.deepEqual([status, text], [503, '{"message":"Service Unavailable"}']);
    writeFileSync(told, "");
  });

  it("answers 413 for a body over 10 MB, and for one that Lambda doesn't take", async () => {
    const { call } = await serve(["POST /x"]);
    const headers = { "content-type": "text/plain" };
    for (const bytes of [10 * 1024 * 1024 + 1, 7 * 1024 * 1024]) {
      const { status, text } = await call("/x", { method: "POST", headers }, Buffer.alloc(bytes, 97));
      assert.deepEqual([status, text], [413, '{"message":"Request Entity Too Large"}']);
    }
  });

  it("answers 429 beyond the stage's throttle, which fills up on the sandbox's clock", async () => {
    const throttle = { throttlingRateLimit: 0.001, throttlingBurstLimit: 2 };
    const routeSettings = [{ routeKey: "GET /free" }];
    const { call } = await serve(["GET /x", "GET /free"], { stage: { defaultRouteSettings: throttle, routeSettings } });
    const statuses = async (path: string) => [
      (await call(path)).status,
      (await call(path)).status,
      (await call(path)).status,
    ];
    assert.deepEqual(await statuses("/x"), [200, 200, 429]);
    assert.equal((await call("/x")).text, '{"message":"Too Many Requests"}');
    assert.deepEqual(await statuses("/free"), [200, 200, 200]);
    await cloud.clock.advanceTo(cloud.clock.now() + 1_100_000);
    assert.deepEqual(await statuses("/x"), [200, 429, 429]);
  });

  it("answers 500 and journals it when the function doesn't permit the route", async () => {
    const other = testCloud();
    const arn = await other.deploy(echo);
    const ownApi = new HttpApi(other.context, { functions: other.functions, logs: other.logs });
    try {
      const shared = httpApi;
      httpApi = ownApi;
      const { call, api } = await serve(["POST /a/{b}", "GET /c", "DELETE /d"], {
        integration: { integrationUri: arn },
      });
      httpApi = shared;
      for (const [id, place] of [
        ["one", "$default/POST/a/{b}"],
        ["two", "*/DELETE/*"],
      ] as const)
        create(other.functions, "aws:lambda/permission:Permission", id, {
          action: "lambda:InvokeFunction",
          function: "fn",
          principal: "apigateway.amazonaws.com",
          sourceArn: `${api.state.executionArn}/${place}`,
        });
      assert.equal((await call("/a/x", { method: "POST" })).status, 200);
      assert.equal((await call("/d", { method: "DELETE" })).status, 200);
      const refused = await call("/c");
      assert.deepEqual([refused.status, refused.text], [500, '{"message":"Internal Server Error"}']);
      const denial = other.entries.find(({ kind }) => kind === "iam.denied");
      assert.match(String(denial?.reason), /lets apigateway\.amazonaws\.com invoke it for \S+\/\$default\/GET\/c$/);
    } finally {
      await ownApi.stop();
      await other.stop();
    }
  });

  it("writes the declared access log, in which no client can forge a line", async () => {
    const format =
      '{"id":"$context.requestId","route":"$context.routeKey","status":$context.status,"error":"$context.integrationErrorMessage","agent":"$context.identity.userAgent","ms":$context.responseLatency,"none":"$context.authorizer.x"}';
    const destinationArn = "arn:aws:logs:us-east-1:123456789012:log-group:access:*";
    const { call } = await serve(["GET /x"], { stage: { accessLogSettings: { destinationArn, format } } });
    const answer = await call("/x", { headers: { "user-agent": 'a"b\\' } });
    await call("/x?do=throw");
    await call("/secret-path");
    const lines = cloud.logs.lines("access").map(({ message }) => JSON.parse(message));
    assert.deepEqual(
      lines.map(({ route, status, none }) => [route, status, none]),
      [
        ["GET /x", 200, "-"],
        ["GET /x", 500, "-"],
        ["-", 404, "-"],
      ],
    );
    assert.equal(lines[0].id, answer.headers["apigw-requestid"]);
    assert.equal(lines[0].agent, 'a"b\\');
    assert.match(lines[1].error, /returned the following error: broken\. Check your Lambda function code/);
    assert.equal(typeof lines[0].ms, "number");
  });

  it("goes on when a client goes away in the middle of a request", async () => {
    const { call, url } = await serve(["POST /x"]);
    const outgoing = request(url, { method: "POST", path: "/x", headers: { "content-length": "100" } });
    outgoing.on("error", () => {});
    outgoing.write("part", () => outgoing.destroy());
    await new Promise((resolve) => outgoing.once("close", resolve));
    assert.equal((await call("/x", { method: "POST" })).status, 200);
  });

  it("journals requests without their paths", async () => {
    const { call } = await serve(["GET /{secret}"]);
    await call("/hidden-token?also=hidden-token");
    const entry = cloud.entries.find(({ kind }) => kind === "http.request");
    assert.deepEqual([entry?.routeKey, entry?.status], ["GET /{secret}", 200]);
    assert.ok(!JSON.stringify(cloud.entries).includes("hidden-token"));
  });
});
