import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { conceal, createLogger, type Logger } from "../../lambda/log";

type Line = Record<string, unknown>;

/** A logger, and what it wrote. */
function recorded(base?: Record<string, unknown>) {
  const lines: string[] = [];
  return {
    logger: createLogger(base, (line) => lines.push(line)),
    lines,
    last: () => JSON.parse(lines.at(-1) ?? "") as Line,
  };
}

describe("a log line", () => {
  it("is one JSON object with time, level, event and fields, in this order", () => {
    const { logger, lines, last } = recorded();
    logger.info("amount.answered", { cents: 100 });
    assert.match(
      lines[0] ?? "",
      /^\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","level":"info","event":"amount\.answered","cents":100\}$/,
    );
    logger.warn("a");
    assert.equal(last().level, "warn");
    logger.error("a");
    assert.equal(last().level, "error");
  });

  it("has the fields of its logger, which its own override", () => {
    const { logger, last } = recorded({ a: 1, b: 1 });
    logger.with({ b: 2, c: 2 }).info("x", { c: 3 });
    const { time, ...line } = last();
    assert.deepEqual(line, { level: "info", event: "x", a: 1, b: 2, c: 3 });
    logger.info("x");
    assert.equal(last().b, 1);
  });

  it("keeps its own time, level and event", () => {
    const { logger, last } = recorded();
    logger.info("x", { time: 1, level: "none", event: "y" });
    assert.equal(last().event, "x");
    assert.equal(last().level, "info");
  });

  it("leaves out what is undefined, and shows what JSON can't hold", () => {
    const { logger, last } = recorded();
    const circular: Line = {};
    circular.self = circular;
    logger.info("x", {
      nothing: undefined,
      no: null,
      nan: Number.NaN,
      big: 10n,
      date: new Date(0),
      never: new Date(Number.NaN),
      list: [1, undefined, { a: true }],
      symbol: Symbol("s"),
      circular,
    });
    const { time, level, event, ...fields } = last();
    assert.deepEqual(fields, {
      no: null,
      nan: "NaN",
      big: "10",
      date: "1970-01-01T00:00:00.000Z",
      never: "invalid date",
      list: [1, null, { a: true }],
      symbol: "Symbol(s)",
      circular: { self: { self: { self: { self: "[nested too deep]" } } } },
    });
  });

  it("survives objects that throw when they are looked at", () => {
    const { logger, last } = recorded();
    const trap = () => {
      throw new Error("trapped");
    };
    const getter = Object.defineProperty({}, "value", { enumerable: true, get: trap });
    logger.info("x", { getter, proxy: new Proxy({}, { ownKeys: trap, getPrototypeOf: trap }) });
    assert.deepEqual([last().getter, last().proxy], [{ value: "[unreadable]" }, "[unreadable]"]);
    logger.info("x", Object.defineProperty({}, "value", { enumerable: true, get: trap }));
    assert.equal(last().value, "[unreadable]");
    logger.info("x", new Proxy({}, { ownKeys: trap }));
    assert.equal(last().fields, "[unreadable]");
  });

  it("shows of an error what helps to find its cause, down its causes, and not its other properties", () => {
    const { logger, last } = recorded();
    const cause = Object.assign(new RangeError("too far"), { code: "E_FAR", request: { headers: { a: "b" } } });
    const error = Object.assign(new Error("failed", { cause }), { status: 503, requestId: "r-1", attempts: 2 });
    logger.error("x", { error });
    const { at, cause: shown, ...rest } = last().error as { at: string; cause: Line };
    assert.deepEqual(rest, { name: "Error", message: "failed", status: 503, requestId: "r-1", attempts: 2 });
    assert.match(at, /^at .*log\.test\.ts:\d+:\d+\)$/);
    assert.deepEqual({ ...shown, at: "" }, { name: "RangeError", message: "too far", code: "E_FAR", at: "" });
  });

  it("shows status and request id of an AWS error", () => {
    const { logger, last } = recorded();
    logger.error("x", {
      error: Object.assign(new Error("no"), { $metadata: { httpStatusCode: 400, requestId: "aws-1" } }),
    });
    const { status, requestId } = last().error as Line;
    assert.deepEqual([status, requestId], [400, "aws-1"]);
  });

  it("cuts a long text and says how long it was", () => {
    const { logger, last } = recorded();
    logger.info("x", { text: "a".repeat(100_000) });
    assert.equal(last().text, `${"a".repeat(1000)}… (100000 characters)`);
  });

  it("leaves out the longest fields when it would be too long", () => {
    const { logger, lines, last } = recorded();
    const texts = Array.from({ length: 40 }, () => "b".repeat(900));
    logger.info("x", { short: 1, texts, others: texts.slice(0, 5) });
    assert.ok((lines[0] ?? "").length <= 16_384);
    assert.equal(last().short, 1);
    assert.match(String(last().texts), /^\[left out: \d+ characters\]$/);
    assert.equal((last().others as string[]).length, 5);
  });
});

describe("a credential", () => {
  const secret = "s3cr3t/value+with=signs";
  before(() => conceal(secret));

  it("is in no line, wherever it stands", () => {
    const { logger, lines } = recorded({ base: secret });
    const error = Object.assign(new Error(`refused ${secret}`, { cause: `${secret}` }), { code: secret });
    logger.with({ with: [secret] }).info(`event ${secret}`, { text: `a${secret}b`, [secret]: { deep: { error } } });
    logger.metric("Name", 1, "Count", { Dimension: secret });
    assert.ok(!lines.join().includes("s3cr3t"), lines.join());
  });

  it("is in no line of any logger, whatever is around it, and every line is bounded JSON", () => {
    const around = fc.string({ unit: "binary", maxLength: 3000 });
    const text = fc.tuple(around, around).map(([before, after]) => before + secret + after);
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, text, fc.anything(), fc.array(tie("value")), fc.dictionary(text, tie("value"))),
    }));
    fc.assert(
      fc.property(text, fc.dictionary(around, value), (event, fields) => {
        const { logger, lines } = recorded();
        logger.error(event, fields);
        assert.equal(lines.length, 1);
        assert.ok(!lines[0]?.includes(secret));
        assert.ok(!lines[0]?.includes("\n"));
        assert.ok((lines[0] ?? "").length <= 16_384);
        JSON.parse(lines[0] ?? "");
      }),
      { numRuns: 200 },
    );
  });

  it("that nobody announced is recognised by its name, by Bearer, or as the end of an amount's URL", () => {
    const { logger, lines } = recorded();
    logger.info("x", {
      headers: { Authorization: "aaa-unknown", "X-Sequence-Signature": "bbb-unknown", cookie: ["ccc-unknown"] },
      apiSecret: "ddd-unknown",
      deep: { client_secret: "ggg-unknown", accessTokens: ["hhh-unknown"], "X-Api-Key": "iii-unknown" },
      secretArn: "arn",
      text: 'sent "Bearer eee-unknown" to https://a.b/amounts/rent/fff-unknown?x=1',
    });
    assert.doesNotMatch(lines.join(), /-unknown/);
    assert.match(lines.join(), /"secretArn":"arn"/);
    assert.match(lines.join(), /Bearer \[redacted\]/);
    assert.match(lines.join(), /amounts\/rent\/\[redacted\]\?x=1/);
  });

  it("that begins with another one is taken out whole", () => {
    const { logger, last } = recorded();
    for (const credential of ["first-half", "first-half-and-more"]) conceal(credential);
    logger.info("x", { text: "first-half-and-more first-half" });
    assert.equal(last().text, "[redacted] [redacted]");
  });

  it("is taken literally", () => {
    const { logger, last } = recorded();
    for (const credential of ["a+b(c)[d]|.*?^$", "back\\slash/{2}-"]) conceal(credential);
    logger.info("x", { text: "a+b(c)[d]|.*?^$ back\\slash/{2}- aab" });
    assert.equal(last().text, "[redacted] [redacted] aab");
  });

  it("shorter than six characters is not looked for, and only the latest 200 are", () => {
    const { logger, last } = recorded();
    conceal("short");
    conceal("the-oldest-credential");
    for (let index = 0; index < 200; index++) conceal(`credential-number-${index}`);
    logger.info("x", { text: "short the-oldest-credential credential-number-0" });
    assert.equal(last().text, "short the-oldest-credential [redacted]");
    conceal(secret);
  });

  it("is looked for in linear time", () => {
    const { logger, last } = recorded();
    const text = "Bearer ".repeat(50_000) + "/amounts/a/".repeat(50_000) + " ".repeat(500_000);
    // Quadratic time would outlast the test runner.
    logger.info("x", { text, again: Array.from({ length: 40 }, () => text) });
    assert.equal(last().event, "x");
  });
});

describe("a metric", () => {
  const environment = process.env.AWS_LAMBDA_FUNCTION_NAME;
  afterEach(() => {
    if (environment === undefined) delete process.env.AWS_LAMBDA_FUNCTION_NAME;
    else process.env.AWS_LAMBDA_FUNCTION_NAME = environment;
  });
  const metricLine = (use: (logger: Logger) => void): Line => {
    const { logger, last } = recorded({ amount: "rent" });
    use(logger);
    return last();
  };

  it("is a line in CloudWatch's embedded metric format under the function's name", () => {
    process.env.AWS_LAMBDA_FUNCTION_NAME = "amounts-abc";
    const line = metricLine((logger) => logger.metric("AmountFailed", 1));
    const { Timestamp, CloudWatchMetrics } = line._aws as { Timestamp: number; CloudWatchMetrics: unknown };
    assert.equal(new Date(Timestamp).toISOString(), line.time);
    assert.deepEqual(CloudWatchMetrics, [
      {
        Namespace: "SequenceRemoteApi",
        Dimensions: [["FunctionName"]],
        Metrics: [{ Name: "AmountFailed", Unit: "Count" }],
      },
    ]);
    assert.equal(line.FunctionName, "amounts-abc");
    assert.equal(line.AmountFailed, 1);
    assert.equal(line.amount, "rent");
  });

  it("with dimensions of its own is recorded with and without them", () => {
    const line = metricLine((logger) => logger.metric("Age", 2.5, "Seconds", { Trigger: "payday" }));
    const [definition] = (line._aws as { CloudWatchMetrics: [{ Dimensions: string[][]; Metrics: unknown }] })
      .CloudWatchMetrics;
    assert.deepEqual(definition.Dimensions, [["FunctionName"], ["FunctionName", "Trigger"]]);
    assert.deepEqual(definition.Metrics, [{ Name: "Age", Unit: "Seconds" }]);
    assert.equal(line.Trigger, "payday");
    assert.equal(line.FunctionName, "local");
  });

  it("is not overwritten by a field of its logger", () => {
    const { logger, last } = recorded({ FunctionName: "x", Age: "y", _aws: "z" });
    logger.metric("Age", 3);
    assert.equal(last().Age, 3);
    assert.equal(last().FunctionName, "local");
    assert.equal(typeof last()._aws, "object");
  });

  it("that is no number is an error in the log", () => {
    const line = metricLine((logger) => logger.metric("Age", Number.NaN));
    assert.equal(line.event, "metric.invalid");
    assert.equal(line.level, "error");
  });
});

it("a logger writes to standard output without a prefix", () => {
  const program = 'require("./lambda/log").createLogger().info("hello")';
  const output = execFileSync(process.execPath, ["--import", "tsx", "-e", program], { encoding: "utf8" });
  assert.equal(output.at(0), "{");
  assert.equal(output.at(-1), "\n");
  assert.equal((JSON.parse(output) as Line).event, "hello");
});
