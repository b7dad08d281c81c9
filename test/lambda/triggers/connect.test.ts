import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mock } from "node:test";
import { triggerEnvironment } from "../../../lambda/agreements/triggerConfig";
import { createLogger } from "../../../lambda/log";
import { triggerClient } from "../../../lambda/triggers/connect";

const options = {
  apiSecret: { get: async () => "rule-secret" },
  idempotencyKey: "key",
  payload: {},
  maxAttempts: 1,
  deadlineMs: 54_000,
};

describe("the client of the trigger function", () => {
  let server: Server;
  let requests = 0;
  before(async () => {
    server = createServer((request, response) => {
      requests += 1;
      // The second request of the process is cut off while it is at work.
      if (requests === 2) request.socket.resetAndDestroy();
      else
        response
          .setHeader("content-type", "application/json")
          .end('{"code":"OK","message":"Rule with id ru_1 has been triggered","data":{"requestId":"r"}}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => new Promise((resolve) => server.close(resolve)));

  it("doesn't repeat a request that was cut off: that is left to the queue, when the first has surely ended", async () => {
    const { port } = server.address() as AddressInfo;
    const client = triggerClient(
      { [triggerEnvironment.baseUrl]: `http://127.0.0.1:${port}` },
      createLogger({}, () => {}),
    );
    await client.triggerRule("ru_1", options);
    await assert.rejects(client.triggerRule("ru_1", options), { code: "NO_RESPONSE", outcome: "unknown" });
    assert.equal(requests, 2);
  });

  it("sends a trigger to the path that was pasted for its rule, on the function's own base URL", async () => {
    const paths: (string | undefined)[] = [];
    const pasted = createServer((request, response) => {
      paths.push(request.url);
      response.setHeader("content-type", "application/json");
      response.end('{"code":"OK","message":"","data":{"requestId":"r"}}');
    });
    await new Promise<void>((resolve) => pasted.listen(0, "127.0.0.1", resolve));
    const { port } = pasted.address() as AddressInfo;
    const client = triggerClient(
      {
        [triggerEnvironment.baseUrl]: `http://127.0.0.1:${port}/base`,
        [triggerEnvironment.triggerPath]: "/usual/{ruleId}",
      },
      createLogger({}, () => {}),
    );
    await client.triggerRule("ru_1", options);
    const { ruleId } = await client.triggerRule("ru_1", { ...options, triggerPath: "/rules/{ruleId}/trigger" });
    pasted.close();
    assert.deepEqual(paths, ["/base/usual/ru_1", "/base/rules/ru_1/trigger"]);
    assert.equal(ruleId, "ru_1");
  });

  it("waits for an answer for as long as the call has time", async () => {
    const slow = createServer((_request, response) => {
      mock.timers.tick(53_000);
      response.end('{"code":"OK","message":"","data":{"requestId":"late"}}');
    });
    await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const { port } = slow.address() as AddressInfo;
      const client = triggerClient(
        { [triggerEnvironment.baseUrl]: `http://127.0.0.1:${port}` },
        createLogger({}, () => {}),
      );
      const { requestId } = await client.triggerRule("ru_1", options);
      assert.equal(requestId, "late");
    } finally {
      mock.timers.reset();
      slow.close();
    }
  });
});
