import assert from "node:assert/strict";
import { DeleteQueueCommand } from "@aws-sdk/client-sqs";
import { watched } from "./cloud/watched";
import { emulatorCloud } from "./deployment";

describe("The mapping of the second cloud", () => {
  const cloud = emulatorCloud("http://127.0.0.1:9");

  it("fails a deployment with the name of a property that it doesn't carry over", async () => {
    const inputs = { name: "queue-of-the-tests", visibilityTimeoutSeconds: 30, kmsMasterKeyId: "alias/own" };
    const created = cloud.create({ type: "aws:sqs/queue:Queue", name: "queue", inputs, archives: {} });
    await assert.rejects(created, /doesn't carry over kmsMasterKeyId$/);
    await cloud.place.clients.sqs.send(
      new DeleteQueueCommand({ QueueUrl: `${process.env.EMULATOR_URL}/000000000000/queue-of-the-tests` }),
    );
  });

  it("fails a deployment with a type that it doesn't know", async () => {
    const created = cloud.create({ type: "aws:s3/bucket:Bucket", name: "bucket", inputs: {}, archives: {} });
    await assert.rejects(created, /no mapping for aws:s3\/bucket:Bucket$/);
  });

  it("finds what nobody reads, however deep it lies", () => {
    const { inputs, unread } = watched({
      target: { retryPolicy: { tries: 0, age: 60 }, list: [{ a: 1 }, { a: 2 }] },
      gone: undefined,
    });
    void inputs.target.retryPolicy.age;
    void { ...inputs.target.list[1] };
    assert.deepEqual(unread(), ["target.retryPolicy.tries", "target.list.0.a"]);
  });
});
