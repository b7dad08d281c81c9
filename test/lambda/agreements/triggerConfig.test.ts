import assert from "node:assert/strict";
import { parseTriggerConfig } from "../../../lambda/agreements/triggerConfig";
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
      /maxAgeMinutes is -1.*keyMemoryMinutes is 1201.*dryRun.*trigger "payday" is incomplete; it must have/s,
    );
    assert.throws(() => parseTriggerConfig("null"), /: it is null; it must be an object/);
    assert.throws(() => parseTriggerConfig("{}"), /version is missing; it must be 1/);
    assert.throws(
      () => parseTriggerConfig(JSON.stringify({ ...aConfig(), triggers: null, notifyOnSuccess: 1 })),
      /notifyOnSuccess is 1.*triggers is null; it must be an object/s,
    );
  });

  it("is refused with minutes that the arguments refuse", () => {
    const parse = (changes: object) => parseTriggerConfig(JSON.stringify({ ...aConfig(), ...changes }));
    for (const [property, longest] of [
      ["maxAgeMinutes", 720],
      ["keyMemoryMinutes", 1200],
    ] as const) {
      for (const minutes of [0, 1, longest]) assert.doesNotThrow(() => parse({ [property]: minutes }), property);
      for (const minutes of [longest + 1, -1, 1.5, "360", null])
        assert.throws(
          () => parse({ [property]: minutes }),
          new RegExp(
            `${property} is ${JSON.stringify(minutes)}; it must be a whole number of minutes from 0 to ${longest}`,
          ),
        );
    }
  });

  it("may lack keyMemoryMinutes and digest and nothing else of the settings, as that of an earlier version", () => {
    const { keyMemoryMinutes: _, ...earlier } = aConfig();
    assert.deepEqual(parseTriggerConfig(JSON.stringify(earlier)), earlier);
    assert.throws(() => parseTriggerConfig(JSON.stringify({ ...earlier, dryRun: undefined })), /dryRun is missing/);
  });
});
