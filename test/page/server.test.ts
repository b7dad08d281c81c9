import assert from "node:assert/strict";
import { request } from "node:http";
import { startPage } from "../../page/server";
import { BalanceHistory } from "../../page/server/history";
import type { Overview, TraceView } from "../../page/shared/types";
import { type Served, serve } from "./chromium";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

describe("The page's server", () => {
  let served: Served;
  let token: string;

  before(async () => {
    served = await serve();
    token = /name="page-token" content="([\w-]+)"/.exec((await call("/")).body)?.[1] ?? "";
  });
  after(() => served?.stop());

  function call(
    path: string,
    { method = "GET", headers = {}, body = "", url = served.page.url } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, url), { method, agent: false, headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  const act = (action: string, given: object, headers: Record<string, string> = { "x-page-token": token }) =>
    call(`/api/do/${action}`, { method: "POST", headers, body: JSON.stringify(given) });
  const overview = async () => JSON.parse((await call("/api/overview")).body) as Overview;

  it("answers only under its own address, so that a name that is made to point here can't read it", async () => {
    const { port } = new URL(served.page.url);
    assert.equal((await call("/api/overview", { headers: { host: `localhost:${port}` } })).status, 200);
    for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1:1", `[::1]:${port}`])
      assert.equal((await call("/", { headers: { host } })).status, 421, host);
  });

  it("serves no file but the page's own, whatever it is called", async () => {
    for (const name of [
      "constructor",
      "__proto__",
      "toString",
      "..%2f..%2fpackage.json",
      "%2e%2e%2findex.js",
      "page.js%00",
    ])
      assert.equal((await call(`/assets/${name}`)).status, 404, name);
    assert.equal((await call("/assets/page.css")).status, 200);
  });

  it("answers no other site's scripts", async () => {
    for (const origin of ["https://evil.example", "null", served.page.url.replace("http:", "https:").slice(0, -1)])
      assert.equal((await call("/api/overview", { headers: { origin } })).status, 403, origin);
    assert.equal((await call("/api/overview", { headers: { "sec-fetch-site": "cross-site" } })).status, 403);
  });

  it("hands out the stack's names and its sandbox's keys under its own address only, and to no other site", async () => {
    const stack = { deployment: "names of a stack" };
    const other = await startPage(served.sandbox, { title: "other", stack: () => stack });
    const { host, origin } = new URL(other.url);
    const status = async (headers: Record<string, string>) => {
      const answer = await call("/api/stack", { headers, url: other.url });
      assert.equal(answer.body.includes(stack.deployment), answer.status === 200);
      return answer.status;
    };
    try {
      const own: Record<string, string>[] = [{}, { origin }, { host }];
      for (const headers of own) assert.equal(await status(headers), 200);
      for (const name of ["evil.example", `evil.example:${new URL(other.url).port}`, "127.0.0.1:1"])
        assert.equal(await status({ host: name }), 421, name);
      for (const from of ["https://evil.example", "null", `${origin}0`])
        assert.equal(await status({ origin: from }), 403, from);
      for (const site of ["cross-site", "same-site"])
        assert.equal(await status({ "sec-fetch-site": site, "sec-fetch-mode": "no-cors" }), 403, site);
    } finally {
      await other.stop();
    }
  });

  it("changes nothing without the token, whatever else is right", async () => {
    const before = served.sandbox.clock.now();
    const origin = served.page.url.slice(0, -1);
    assert.match(token, /^[\w-]{40,}$/);
    const wrong: Record<string, string>[] = [
      {},
      { origin },
      { "x-page-token": `${token}x` },
      { "x-page-token": token.replace(/./, "~") },
    ];
    for (const headers of wrong) assert.equal((await act("travel", { days: 30 }, headers)).status, 403);
    assert.equal((await call("/api/do/travel?days=30")).status, 404);
    assert.equal((await call("/api/do/travel", { method: "PUT", headers: { "x-page-token": token } })).status, 405);
    assert.ok(served.sandbox.clock.now() - before < 24 * 3600 * 1000);
  });

  it("lets the page load nothing from elsewhere, and nobody frame it", async () => {
    const { headers } = await call("/");
    const policy = String(headers["content-security-policy"]);
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.doesNotMatch((await call("/")).body, /https?:\/\/(?!www\.w3\.org)/);
  });

  it("has no amount URL in what it shows, until somebody asks for one", async () => {
    const [url] = Object.values(served.sandbox.amountUrls);
    const secret = url?.split("/").at(-1) as string;
    await act("ask", { amount: "rent" });
    for (const path of ["/", "/api/overview", "/api/amounts", "/api/log?all=true", "/api/outbox"])
      assert.ok(!(await call(path)).body.includes(secret), path);
    assert.deepEqual(JSON.parse((await act("revealUrl", { amount: "rent" })).body), {
      result: { url: served.sandbox.amountUrls["amountUrls.rent"] },
    });
  });

  it("says in words what it can't do", async () => {
    for (const [action, given, message] of [
      ["fire", { trigger: "paiday" }, /There is no trigger "paiday".*Did you mean/],
      ["travel", { days: "1" }, /"days" must be a number from 0 to 366/],
      ["suppose", { amount: "buffer", account: "Bills Pod", cents: 1.5 }, /whole number of cents/],
      ["deliverTwice", { occurrence: "payday@never" }, /There is no occurrence/],
      ["constructor", {}, /can't do "constructor"/],
    ] as const) {
      const answer = await act(action, given);
      assert.ok([400, 404].includes(answer.status));
      assert.match(JSON.parse(answer.body).error, message);
    }
    assert.equal(
      (await call("/api/do/fire", { method: "POST", headers: { "x-page-token": token }, body: "[" })).status,
      400,
    );
    assert.equal((await call("/api/occurrence?id=payday@never")).status, 404);
  });

  it("shows a payday as a trace, and one execution although it is delivered twice and run again", async () => {
    await act("next", {});
    const { transfers, accounts } = await overview();
    assert.deepEqual(
      transfers.map(({ amount, cents, working }) => [amount, cents, working.map((step) => step.cents)]),
      [
        ["excess", 260_000, [264_277, 260_000]],
        ["buffer", 20_000, [37_945, 20_000]],
        ["rent", 150_000, [150_000]],
      ],
    );
    assert.equal(accounts.find(({ name }) => name === "Main Operating Pod")?.changeCents, -430_000);
    const id = transfers[0]?.occurrenceId as string;
    await act("deliverTwice", { occurrence: id });
    await act("runAgain", { occurrence: id });
    const trace = JSON.parse((await call(`/api/occurrence?id=${encodeURIComponent(id)}`)).body) as TraceView;
    assert.deepEqual([trace.executions, trace.ledger?.state, trace.occurrence.result], [1, "executed", "done"]);
    const stages = Object.entries({ Scheduler: 3, You: 1, Queue: 4, Function: 4, Sequence: 1, Amount: 3, Transfer: 3 });
    for (const [stage, count] of stages)
      assert.equal(trace.steps.filter((step) => step.stage === stage).length, count, stage);
    assert.deepEqual(
      trace.steps.slice(0, 5).map(({ stage }) => stage),
      ["Scheduler", "Queue", "Function", "Check", "Sequence"],
    );
    assert.equal(trace.steps.filter(({ title }) => /known by the ledger already/.test(title)).length, 3);
    assert.equal((await overview()).transferCount, 3);
  });

  it("answers what an amount would be with another balance, and moves nothing", async () => {
    const before = served.sandbox.balances();
    const answer = await act("suppose", { amount: "buffer", account: "Bills Pod", cents: 45_000 });
    assert.deepEqual(JSON.parse(answer.body), { result: { name: "buffer", amountInCents: 5_000 } });
    assert.deepEqual(served.sandbox.balances(), before);
  });

  it("plots from what was there before anything moved, also if it moved in the same moment", () => {
    const { sandbox } = served;
    sandbox.clock.pause();
    const before = sandbox.balances()["Rent Pod"] as number;
    const history = new BalanceHistory(sandbox);
    for (const more of [100, 200]) {
      sandbox.setBalance("Rent Pod", before + more);
      history.onEntry({ kind: "sandbox.balanceSet", at: sandbox.clock.now() });
    }
    const rent = history.view().series.find(({ name }) => name === "Rent Pod");
    assert.deepEqual([...new Set(rent?.cents)], [before, before + 200]);
    sandbox.clock.resume();
  });

  it("takes a free port if its own is taken and it may, and else says so", async () => {
    const port = Number(new URL(served.page.url).port);
    const other = await startPage(served.sandbox, { title: "other", port, nextPort: true });
    assert.notEqual(other.url, served.page.url);
    await other.stop();
    await assert.rejects(startPage(served.sandbox, { title: "other", port }), { code: "EADDRINUSE" });
  });
});
