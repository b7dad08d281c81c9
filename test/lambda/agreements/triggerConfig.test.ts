import assert from "node:assert/strict";
import { parseTriggerConfig } from "../../../lambda/agreements/triggerConfig";
import { keyMemoryMinutesProblem, maxAgeMinutesProblem } from "../../../provider/plan/limits";
import { aConfig } from "../triggers/world";

describe("the configuration in the archive", () => {
  it("is taken as deployed, zeros included", () => {
    const config = aConfig({ maxAgeMinutes: 0, keyMemoryMinutes: 0 });
    assert.deepEqual(parseTriggerConfig(JSON.stringify(config)), config);
  });

  it("is refused with everything that is wrong", () => {
    const text = JSON.stringify({
      ...aConfig(),
      maxAgeMinutes: -1,
      keyMemoryMinutes: 1201,
      dryRun: "no",
      triggers: { payday: {} },
    });
    assert.throws(
      () => parseTriggerConfig(text),
      /maxAgeMinutes is -1.*keyMemoryMinutes is 1201.*dryRun.*trigger "payday" needs/s,
    );
    assert.throws(() => parseTriggerConfig("{}"), /version must be 1/);
    assert.throws(
      () => parseTriggerConfig(JSON.stringify({ ...aConfig(), triggers: null, notifyOnSuccess: 1 })),
      /notifyOnSuccess.*triggers/s,
    );
  });

  it("allows the minutes that the arguments allow, and no others", () => {
    const parse = (changes: object) => parseTriggerConfig(JSON.stringify({ ...aConfig(), ...changes }));
    for (const minutes of [0, 1, 360, 720, 721, 1200, 1201, -1, 1.5, "360", null]) {
      for (const [property, problem] of [
        ["maxAgeMinutes", maxAgeMinutesProblem],
        ["keyMemoryMinutes", keyMemoryMinutesProblem],
      ] as const) {
        if (problem(minutes) === undefined) assert.doesNotThrow(() => parse({ [property]: minutes }), property);
        else assert.throws(() => parse({ [property]: minutes }), new RegExp(`${property} is ${minutes}`));
      }
    }
  });
});
