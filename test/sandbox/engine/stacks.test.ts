import assert from "node:assert/strict";
import { loadSdk } from "../../../sandbox/engine";
import { root } from "../../endToEnd/support";
import { removePrograms } from "../../support/program";
import { runProgram } from "./support";

interface Debuggable {
  debuggablePromise<Value>(promise: Promise<Value>, context: string): Promise<Value>;
}

describe("The engine records no stack trace with Pulumi's promises, which takes most of a deployment's time", () => {
  after(removePrograms);

  it("but still notices a promise that is left behind, and leaves the program's own traces alone", async () => {
    const { stackTraceLimit } = Error;
    loadSdk(root);
    const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable") as Debuggable;
    const { leakedPromises } = require("@pulumi/pulumi/runtime/debuggable") as { leakedPromises(): [Set<unknown>] };
    leakedPromises();
    let finish: (value: string) => void = () => {};
    const promise = new Promise<string>((resolve) => {
      finish = resolve;
    });
    const watched = debuggablePromise(promise, "a test");
    assert.equal((promise as unknown as { _debugStackTrace: string })._debugStackTrace, "Error");
    assert.deepEqual([...leakedPromises()[0]], [promise]);
    finish("done");
    assert.equal(await watched, "done");
    assert.equal(Error.stackTraceLimit, stackTraceLimit);
  });

  it("and an error of the program names its place", async () => {
    await assert.rejects(
      runProgram(`
        import * as aws from "@pulumi/aws";
        new aws.sqs.Queue("work");
        throw new Error("no such thing");
      `),
      /no such thing\n\s+at .*index\.ts:4/,
    );
  });
});
