import assert from "node:assert/strict";
import { request } from "node:http";
import { RuntimeApi } from "../../../../sandbox/aws/functions/runtimeApi";

/** What a web page in a browser on this machine can send to any port of it. */
const FROM_PAGES: readonly (readonly [string, Record<string, string>])[] = [
  ["a name that was made to point here", { host: "evil.example" }],
  ["a script of another site", { origin: "https://evil.example" }],
  ["an image or a form of another site", { "sec-fetch-site": "cross-site" }],
];

describe("the Runtime API of a function's process", () => {
  let api: RuntimeApi;
  let authority: string;
  let ready = 0;
  let told: unknown[] = [];

  beforeEach(async () => {
    [ready, told] = [0, []];
    api = new RuntimeApi({
      onReady: () => {
        ready++;
      },
      onResponse: (payload) => told.push(payload),
      onError: (error) => told.push(error),
    });
    authority = await api.listen();
  });
  afterEach(() => api.close());

  function call(method: string, path: string, headers: Record<string, string> = {}, body = ""): Promise<number> {
    return new Promise((resolve, reject) => {
      const outgoing = request(`http://${authority}/2018-06-01/runtime/${path}`, { method, headers }, (answer) => {
        answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
      });
      outgoing.on("error", reject).end(body);
    });
  }

  for (const [what, headers] of FROM_PAGES)
    it(`gives no event to ${what}, and takes no answer from it`, async () => {
      const next = call("GET", "invocation/next");
      while (ready === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(await call("GET", "invocation/next", headers), 403);
      assert.equal(ready, 1);
      api.dispatch("id-1", {}, "{}");
      assert.equal(await next, 200);
      const path = "invocation/id-1/response";
      assert.equal(await call("POST", path, { "content-type": "text/plain", ...headers }, "1"), 403);
      assert.deepEqual(told, []);
      assert.equal(await call("POST", path, {}, "2"), 202);
      assert.deepEqual(told, [2]);
    });
});
