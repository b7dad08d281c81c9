import assert from "node:assert/strict";
import { type TestCloud, testCloud } from "./functionsSupport";

describe("a function in the sandbox", () => {
  let cloud: TestCloud;
  beforeEach(() => {
    cloud = testCloud();
  });
  afterEach(() => cloud.stop());

  it("gets the event and returns what its handler resolves with", async () => {
    const arn = await cloud.deploy("exports.handler = async (event) => ({ got: event });");
    const result = await cloud.functions.invoke(arn, { a: [1, "ü"] });
    assert.deepEqual(result.payload, { got: { a: [1, "ü"] } });
    assert.equal(result.error, undefined);
  });
});
