import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { Logs } from "../../../sandbox/aws/logs";
import { NotRunError } from "../../../sandbox/aws/notRun";
import type { JournalEntry } from "../../../sandbox/aws/types";
import { create, TestAuthorizer, testContext } from "./functions/support";

const TYPE = "aws:cloudwatch/logGroup:LogGroup";

describe("log groups in the sandbox", () => {
  const entries: JournalEntry[] = [];
  const context = testContext(entries);
  let authorizer: TestAuthorizer;
  let logs: Logs;
  beforeEach(() => {
    entries.length = 0;
    authorizer = new TestAuthorizer();
    logs = new Logs(context, authorizer);
  });
  after(() => {
    context.clock.stop();
    rmSync(context.directory, { recursive: true, force: true });
  });

  it("have their name as id, and an ARN", () => {
    const { id, state } = create(logs, TYPE, "own", { name: "/own/group", retentionInDays: 30 });
    assert.equal(id, "/own/group");
    assert.equal(state.arn, "arn:aws:logs:us-east-1:123456789012:log-group:/own/group");
    assert.equal(state.retentionInDays, 30);
  });

  it("can't be made twice", () => {
    create(logs, TYPE, "a", { name: "g" });
    assert.throws(() => create(logs, TYPE, "b", { name: "g" }), {
      code: "ResourceAlreadyExistsException",
      message: "The specified log group already exists",
    });
  });

  it("lose lines, and say so, if the role's rights can't be evaluated", () => {
    create(logs, TYPE, "a", { name: "a" });
    const reason = "the sandbox doesn't run policies with the condition key aws:requestedregion for this call";
    authorizer.authorize = () => {
      throw new NotRunError("policies with the condition key aws:requestedregion for this call");
    };
    for (let line = 0; line < 2; line++)
      logs.append("a", "s", "a line", { roleArn: "arn:aws:iam::123456789012:role/r" });
    assert.deepEqual(logs.lines(), []);
    assert.deepEqual(
      entries.map((entry) => [entry.kind, entry.reason]),
      [["iam.denied", reason]],
    );
  });

  it("keep lines in order with the sandbox's time, and list one group or all", () => {
    create(logs, TYPE, "a", { name: "a" });
    create(logs, TYPE, "b", { name: "b" });
    logs.append("a", "s", "1");
    logs.append("b", "s", "2");
    logs.append("a", "t", "3");
    assert.deepEqual(
      logs.lines("a").map(({ stream, message }) => stream + message),
      ["s1", "t3"],
    );
    assert.deepEqual(
      logs.lines().map(({ group, message }) => group + message),
      ["a1", "b2", "a3"],
    );
    assert.equal(new Date(logs.lines()[0]?.at ?? 0).getUTCFullYear(), 2031);
  });

  it("lose lines for a group that doesn't exist, which is told once", () => {
    logs.append("absent", "s", "1");
    logs.append("absent", "s", "2");
    assert.deepEqual(logs.lines(), []);
    assert.deepEqual(
      entries.map(({ kind, group }) => [kind, group]),
      [["logs.dropped", "absent"]],
    );
  });

  for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"])
    it(`lose the lines of a role without ${action}, which is told once`, () => {
      create(logs, TYPE, "a", { name: "a" });
      authorizer.denied.add(action);
      logs.append("a", "s", "1", { roleArn: "role" });
      logs.append("a", "t", "2", { roleArn: "role" });
      logs.append("a", "s", "3");
      assert.deepEqual(
        logs.lines().map(({ message }) => message),
        ["3"],
      );
      assert.deepEqual(
        entries.map(({ kind, action: denied, roleArn }) => [kind, denied, roleArn]),
        [["iam.denied", action, "role"]],
      );
    });

  it("ask for the right to the stream that is written", () => {
    create(logs, TYPE, "a", { name: "a" });
    const asked: string[] = [];
    authorizer.authorize = ({ action, resource }) => {
      asked.push(`${action} ${resource}`);
      return { allowed: true, reason: "" };
    };
    logs.append("a", "s", "1", { roleArn: "role" });
    logs.append("a", "s", "2", { roleArn: "role" });
    const resource = "arn:aws:logs:us-east-1:123456789012:log-group:a:log-stream:s";
    const [createStream, put] = [`logs:CreateLogStream ${resource}`, `logs:PutLogEvents ${resource}`];
    assert.deepEqual(asked, [createStream, put, put]);
  });

  it("forget the oldest lines beyond a bound", () => {
    create(logs, TYPE, "a", { name: "a" });
    for (let i = 0; i < 45_000; i++) logs.append("a", "s", String(i));
    const kept = logs.lines();
    assert.ok(kept.length <= 20_000 && kept.length > 10_000);
    assert.equal(kept.at(-1)?.message, "44999");
    const megabyte = "x".repeat(1024 * 1024);
    for (let i = 0; i < 100; i++) logs.append("a", "s", megabyte);
    assert.ok(logs.lines().reduce((sum, { message }) => sum + message.length, 0) <= 32 * 1024 * 1024);
  });
});
