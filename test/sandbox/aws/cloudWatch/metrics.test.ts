import assert from "node:assert/strict";
import { createLogger } from "../../../../lambda/log";
import { amountAlarms } from "../../../../provider/parts/amountAlarms";
import { triggerAlarms } from "../../../../provider/parts/triggerAlarms";
import { embeddedMetrics } from "../../../../sandbox/aws/cloudWatch/embeddedMetrics";
import { MetricStore, statisticOf } from "../../../../sandbox/aws/cloudWatch/metricStore";
import { hasSource, serviceMetrics } from "../../../../sandbox/aws/cloudWatch/serviceMetrics";
import { embedded } from "./support";

const MINUTE_MS = 60_000;
const AT = Date.parse("2026-12-01T09:00:00Z");

describe("The metrics of a log line", () => {
  it("are read from what the functions' own logger writes", () => {
    const lines: string[] = [];
    createLogger({ trigger: "payday" }, (line) => lines.push(line)).metric("TriggerFailed", 1, "Count", {
      Trigger: "payday",
    });
    const samples = embeddedMetrics(lines[0] ?? "");
    assert.deepEqual(
      samples.map(({ id, value }) => ({ ...id, value })),
      [
        { namespace: "SequenceRemoteApi", name: "TriggerFailed", dimensions: { FunctionName: "local" }, value: 1 },
        {
          namespace: "SequenceRemoteApi",
          name: "TriggerFailed",
          dimensions: { FunctionName: "local", Trigger: "payday" },
          value: 1,
        },
      ],
    );
  });

  it("are several where the line has several names, namespaces or values", () => {
    const directive = (Namespace: string, ...names: string[]) => ({
      Namespace,
      Dimensions: [[]],
      Metrics: names.map((Name) => ({ Name })),
    });
    const _aws = { Timestamp: AT, CloudWatchMetrics: [directive("A", "x", "y"), directive("B", "x")] };
    const samples = embeddedMetrics(JSON.stringify({ _aws, x: [1, 2], y: 3 }));
    assert.deepEqual(
      samples.map(({ id, at, value }) => [id.namespace, id.name, at, value]),
      [
        ["A", "x", AT, 1],
        ["A", "x", AT, 2],
        ["A", "y", AT, 3],
        ["B", "x", AT, 1],
        ["B", "x", AT, 2],
      ],
    );
  });

  const none: Record<string, string> = {
    "isn't JSON": '{"CloudWatchMetrics"',
    "has a prefix before the JSON": `2026-12-01T09:00:00Z ${embedded({ Failures: 1 }, AT)}`,
    "has no metadata": JSON.stringify({ CloudWatchMetrics: [] }),
    "has no time": embedded({ Failures: 1 }, AT).replace(`"Timestamp":${AT},`, ""),
    "lacks the metric's value": embedded({ Failures: 1 }, AT).replace('"Failures":1', '"Other":1'),
    "has a text for a value": embedded({ Failures: "1" }, AT),
    "lacks a dimension": embedded({ Failures: 1 }, AT).replace('"FunctionName":"fn"', '"Function":"fn"'),
    "has a number for a dimension": embedded({ Failures: 1 }, AT).replace('"FunctionName":"fn"', '"FunctionName":1'),
    "has something else for a list": embedded({ Failures: 1 }, AT).replace(
      /"CloudWatchMetrics":\[.*\]\}/,
      '"CloudWatchMetrics":7}',
    ),
  };
  for (const [what, line] of Object.entries(none))
    it(`are none if it ${what}`, () => {
      assert.deepEqual(embeddedMetrics(line), []);
    });
});

describe("The metrics of AWS's services", () => {
  const values = (kind: string, detail: object) =>
    Object.fromEntries(serviceMetrics({ at: AT, kind, ...detail }).map(({ id, value }) => [id.name, value]));

  it("count a function's invocations, errors and throttles", () => {
    const of = { function: "fn", ms: 12 };
    assert.deepEqual(values("function.invoked", { ...of, outcome: "ok" }), {
      Invocations: 1,
      Errors: 0,
      Throttles: 0,
      Duration: 12,
    });
    assert.equal(values("function.invoked", { ...of, outcome: "error" }).Errors, 1);
    assert.deepEqual(values("function.throttled", of), { Throttles: 1 });
  });

  it("count an API's requests and refusals", () => {
    const statuses = { 200: [0, 0], 404: [1, 0], 429: [1, 0], 500: [0, 1], 503: [0, 1] };
    for (const [status, [client, server]] of Object.entries(statuses)) {
      const measured = values("http.request", { apiId: "a", status: Number(status), ms: 5 });
      assert.deepEqual(measured, { Count: 1, "4xx": client, "5xx": server, Latency: 5 });
    }
  });

  it("count what Scheduler tries, fails, drops and can't dead-letter", () => {
    const group = "g";
    assert.deepEqual(values("scheduler.fired", { group }), { InvocationAttemptCount: 1 });
    assert.deepEqual(values("scheduler.failed", { group }), { InvocationAttemptCount: 1, TargetErrorCount: 1 });
    assert.deepEqual(values("scheduler.dropped", { group, deadLettered: true, deadLetterArn: "q" }), {
      InvocationDroppedCount: 1,
      InvocationsSentToDeadLetterCount: 1,
    });
    assert.deepEqual(values("scheduler.dropped", { group, deadLettered: false, deadLetterArn: "q" }), {
      InvocationDroppedCount: 1,
      InvocationsFailedToBeSentToDeadLetterCount: 1,
    });
    assert.deepEqual(values("scheduler.dropped", { group, deadLettered: false }), { InvocationDroppedCount: 1 });
  });

  it("have the dimension under which the service reports them", () => {
    const [sample] = serviceMetrics({ at: AT, kind: "scheduler.fired", group: "g" });
    assert.deepEqual(sample, {
      id: { namespace: "AWS/Scheduler", name: "InvocationAttemptCount", dimensions: { ScheduleGroup: "g" } },
      at: AT,
      value: 1,
    });
  });

  it("are none for other events", () => {
    for (const kind of ["alarm.changed", "toString"]) assert.deepEqual(values(kind, {}), {});
  });

  it("are known for every alarm that the components declare", () => {
    const sources = { functionName: "fn", workQueueName: "w", failureQueueName: "f", scheduleGroupName: "g" };
    for (const { namespace, metric: name, dimensions } of [...amountAlarms("api", "fn"), ...triggerAlarms(sources)]) {
      const id = { namespace, name, dimensions: dimensions as Record<string, string> };
      assert.ok(hasSource(id), `${namespace} ${name}`);
    }
  });

  it("are known only under exactly their dimension", () => {
    const id = { namespace: "AWS/ApiGateway", name: "5xx" };
    assert.ok(hasSource({ ...id, dimensions: { ApiId: "a" } }));
    const others: Record<string, string>[] = [{}, { ApiId: "a", Stage: "s" }, { ApiName: "a" }];
    for (const dimensions of others) assert.ok(!hasSource({ ...id, dimensions }));
    assert.ok(!hasSource({ ...id, name: "5XXError", dimensions: { ApiId: "a" } }));
  });
});

describe("The store of metrics", () => {
  const id = { namespace: "Test", name: "M", dimensions: { b: "2", a: "1" } };

  it("keeps one datapoint a minute, with all that the statistics need", () => {
    const store = new MetricStore();
    for (const value of [5, 1, 3]) store.add(id, AT + 59_999, value);
    store.add(id, AT + MINUTE_MS, 7);
    const [first, second, ...more] = store.since(id, AT);
    assert.deepEqual(first, { minute: AT, sum: 9, min: 1, max: 5 });
    assert.equal(second && statisticOf(second, "Maximum"), 7);
    assert.deepEqual(more, []);
  });

  it("takes dimensions in any order for the same metric, and others for another", () => {
    const store = new MetricStore();
    store.add({ ...id, dimensions: { a: "1", b: "2" } }, AT, 1);
    store.add({ ...id, dimensions: { a: "1" } }, AT, 1);
    assert.equal(store.since(id, AT).length, 1);
    assert.equal(store.size, 2);
  });

  it("puts a late value where it belongs", () => {
    const store = new MetricStore();
    for (const minute of [2, 0, 1, 2, 0]) store.add(id, AT + minute * MINUTE_MS, minute);
    assert.deepEqual(
      store.since(id, AT + MINUTE_MS).map(({ minute, sum }) => [(minute - AT) / MINUTE_MS, sum]),
      [
        [1, 1],
        [2, 4],
      ],
    );
  });

  it("is bounded, in minutes and in series, and keeps what an alarm watches", () => {
    const store = new MetricStore();
    for (let minute = 0; minute < 12_000; minute++) store.add(id, AT + minute * MINUTE_MS, 1);
    assert.equal(store.since(id, AT).length, 8 * 24 * 60);
    store.watch(id);
    for (let request = 0; request < 3_000; request++) store.add({ ...id, name: `request-${request}` }, AT, 1);
    assert.equal(store.size, 1_000);
    assert.ok(store.since(id, AT).length > 0);
    assert.equal(store.since({ ...id, name: "request-0" }, AT).length, 0);
  });
});
