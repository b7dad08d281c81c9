import assert from "node:assert/strict";
import { RandomValues } from "../../../sandbox/aws/random";
import { make } from "./support";

const values = new RandomValues();
const create = (type: string, inputs: Record<string, unknown> = {}) =>
  make(values, `random:index/${type[0]?.toLowerCase()}${type.slice(1)}:${type}`, "value", inputs);

describe("random values", () => {
  it("give bytes in Base64 and hex, new ones each time", async () => {
    const { state } = await create("RandomBytes", { length: 32 });
    assert.equal(Buffer.from(String(state.base64), "base64").length, 32);
    assert.equal(Buffer.from(String(state.base64), "base64").toString("hex"), state.hex);
    assert.notEqual((await create("RandomBytes", { length: 32 })).state.hex, state.hex);
  });

  it("give an id in its five forms, with the prefix on the outputs", async () => {
    const { id, state } = await create("RandomId", { byteLength: 8, prefix: "p-" });
    const bytes = Buffer.from(id, "base64url");
    assert.equal(bytes.length, 8);
    assert.equal(state.b64Url, `p-${id}`);
    assert.equal(state.b64Std, `p-${bytes.toString("base64")}`);
    assert.equal(state.hex, `p-${bytes.toString("hex")}`);
    assert.equal(state.dec, `p-${bytes.readBigUInt64BE()}`);
  });

  it("give text of the asked length and classes", async () => {
    const { id, state } = await create("RandomString", { length: 40, special: false, upper: false });
    assert.match(String(state.result), /^[a-z0-9]{40}$/);
    assert.equal(id, state.result);
  });

  it("keep the minimum of each class", async () => {
    const inputs = { length: 6, minNumeric: 2, minSpecial: 2, minUpper: 2, overrideSpecial: "#" };
    const text = String((await create("RandomString", inputs)).state.result);
    assert.match([...text].sort().join(""), /^##[0-9]{2}[A-Z]{2}$/);
  });

  it("keep a password out of its id", async () => {
    const { id, state } = await create("RandomPassword", { length: 20 });
    assert.equal(id, "none");
    assert.equal(String(state.result).length, 20);
  });

  it("give a UUID", async () => {
    assert.match(String((await create("RandomUuid")).state.result), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it("refuse what can't be made, and name it", async () => {
    await assert.rejects(create("RandomBytes", { length: 0 }), /RandomBytes "value": length is 0/);
    await assert.rejects(create("RandomBytes"), /length is undefined/);
    await assert.rejects(create("RandomString", { length: 1, minLower: 2 }), /less than the sum of the minimums/);
    const nothing = { length: 1, lower: false, upper: false, numeric: false, special: false };
    await assert.rejects(create("RandomString", nothing), /at least one class/);
  });
});
