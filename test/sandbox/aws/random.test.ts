import assert from "node:assert/strict";
import { RandomValues } from "../../../sandbox/aws/random";
import { make } from "./support";

const values = new RandomValues();
const create = (type: string, inputs: Record<string, unknown> = {}) =>
  make(values, `random:index/${type[0]?.toLowerCase()}${type.slice(1)}:${type}`, "value", inputs);

describe("random values", () => {
  it("give a password of the asked length and classes, a new one each time", async () => {
    const { state } = await create("RandomPassword", { length: 40, special: false, upper: false });
    assert.match(String(state.result), /^[a-z0-9]{40}$/);
    assert.notEqual((await create("RandomPassword", { length: 40 })).state.result, state.result);
  });

  it("take all classes unless one is left out", async () => {
    const text = String((await create("RandomPassword", { length: 2_000 })).state.result);
    for (const part of [/[a-z]/, /[A-Z]/, /[0-9]/, /[!@#$%&*()\-_=+[\]{}<>:?]/]) assert.match(text, part);
  });

  it("keep a password out of its id", async () => {
    const { id, state } = await create("RandomPassword", { length: 20 });
    assert.equal(id, "none");
    assert.equal(String(state.result).length, 20);
  });

  it("refuse what can't be made, and name it", async () => {
    await assert.rejects(create("RandomPassword", { length: 0 }), /RandomPassword "value": length is 0/);
    await assert.rejects(create("RandomPassword"), /length is undefined/);
    const nothing = { length: 1, lower: false, upper: false, numeric: false, special: false };
    await assert.rejects(create("RandomPassword", nothing), /at least one class/);
  });

  for (const type of ["RandomBytes", "RandomId", "RandomString", "RandomUuid", "RandomPet", "RandomInteger"])
    it(`say that they aren't run as ${type}`, async () => {
      await assert.rejects(create(type, { length: 8 }), { code: "NotImplemented", message: new RegExp(type) });
    });

  for (const input of ["minLower", "minUpper", "minNumeric", "minSpecial", "number", "overrideSpecial"])
    it(`say that they aren't run with ${input}`, async () => {
      const made = create("RandomPassword", { length: 8, [input]: input === "overrideSpecial" ? "#" : 1 });
      await assert.rejects(made, { code: "NotImplemented", message: new RegExp(`with ${input}`) });
    });
});
