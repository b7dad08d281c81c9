import assert from "node:assert/strict";
import { type TestCloud, testCloud } from "./support";

describe("a function's log", () => {
  let cloud: TestCloud;
  beforeEach(() => {
    cloud = testCloud();
  });
  afterEach(() => cloud.stop());

  /** The messages with what differs at each run replaced. */
  const messages = (group = "/aws/lambda/fn") =>
    cloud.logs.lines(group).map(({ message }) =>
      message
        .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID")
        .replace(/\d[\d.]* (ms|MB)/g, "N $1")
        .replace(/2031-\S+Z/g, "TIME"),
    );

  it("holds Lambda's own lines and the console's, one event a call, when the invocation has ended", async () => {
    const arn = await cloud.deploy(`
      console.log("loading");
      exports.handler = async () => {
        console.log("one %d", 1, { a: 2 });
        console.error("two\\nlines");
        process.stdout.write("raw\\n");
        process.stderr.write("no line end");
      };`);
    await cloud.functions.invoke(arn, {});
    await cloud.functions.invoke(arn, {});
    const [start, end] = ["START RequestId: ID Version: $LATEST", "END RequestId: ID"];
    const report = "REPORT RequestId: ID\tDuration: N ms\tBilled Duration: N ms\tMemory Size: N MB";
    const lines = messages().map((line) => line.replace(/\tMax Memory Used: N MB/, ""));
    // The two output streams have no order between them.
    const sortedBody = (from: number) => lines.slice(from, from + 4).sort();
    assert.deepEqual(lines.slice(0, 3), [
      "INIT_START Runtime Version: nodejs22.x",
      "TIME\tundefined\tINFO\tloading",
      start,
    ]);
    const body = ["TIME\tID\tERROR\ttwo\nlines", "TIME\tID\tINFO\tone 1 { a: 2 }", "no line end", "raw"];
    assert.deepEqual(sortedBody(3), body);
    assert.deepEqual(lines.slice(7, 10), [end, `${report}\tInit Duration: N ms`, start]);
    assert.deepEqual(sortedBody(10), body);
    assert.deepEqual(lines.slice(14), [end, report]);
  });

  it("names what went wrong", async () => {
    const arn = await cloud.deploy(
      "exports.handler = async (kind) => { if (kind === 'throw') throw new Error('bad'); if (kind === 'exit') process.exit(3); for (;;); };",
      { timeout: 1 },
    );
    for (const kind of ["throw", "exit", "loop"]) await cloud.functions.invoke(arn, kind);
    const text = messages().join("\n");
    assert.match(
      text,
      /TIME\tID\tERROR\tInvoke Error \t\{"errorType":"Error","errorMessage":"bad","stack":\["Error: bad"/,
    );
    assert.match(text, /RequestId: ID Error: Runtime exited with error: exit status 3\nEND/);
    assert.match(text, /Status: error\tError Type: Runtime\.ExitError/);
    assert.match(text, /TIME ID Task timed out after 1\.00 seconds\nEND/);
    assert.match(text, /Status: timeout/);
  });

  it("is one stream a process", async () => {
    const arn = await cloud.deploy("exports.handler = async () => process.env.AWS_LAMBDA_LOG_STREAM_NAME;");
    const stream = (await cloud.functions.invoke(arn, {})).payload;
    assert.deepEqual([...new Set(cloud.logs.lines().map((line) => line.stream))], [stream]);
  });

  it("cuts lines that are too long, and takes output without an end", async () => {
    const arn = await cloud.deploy("exports.handler = async () => { process.stdout.write('x'.repeat(700_000)); };");
    await cloud.functions.invoke(arn, {});
    const lengths = cloud.logs
      .lines()
      .map(({ message }) => message)
      .filter((message) => message.startsWith("xx"));
    assert.ok(lengths.length >= 3 && lengths.every(({ length }) => length <= 256 * 1024));
  });

  it("stays empty if the role may not write it, while the function works", async () => {
    cloud.authorizer.denied.add("logs:PutLogEvents");
    const arn = await cloud.deploy("exports.handler = async () => { console.log('lost'); return 1; };");
    assert.equal((await cloud.functions.invoke(arn, {})).payload, 1);
    assert.deepEqual(cloud.logs.lines(), []);
    const denials = cloud.entries.filter(({ kind }) => kind === "iam.denied");
    assert.deepEqual(
      denials.map(({ action }) => action),
      ["logs:PutLogEvents"],
    );
  });
});
