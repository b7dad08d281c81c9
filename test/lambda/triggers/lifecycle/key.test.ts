import assert from "node:assert/strict";
import fc from "fast-check";
import { ruleIdOf } from "../../../../lambda/agreements/ruleId";
import { extraOccurrenceKey, occurrenceKey } from "../../../../lambda/triggers/lifecycle/key";

const instants = fc.integer({ min: 0, max: 4_102_444_800 }).map((seconds) => seconds * 1000);
const ruleIds = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);

/** Computed apart from the code: SHA-256 of the JSON list of tag, rule and time, cut to 16 bytes, version 8. */
const KEY = "5adde04d-ffb8-8726-bbfa-e0dee3fdeb45";
const EXTRA_KEY = "1aa8004f-c811-88a5-a560-8ea6b94a3d24";

describe("the key of an occurrence", () => {
  it("stays what it is: another one would execute an occurrence again", () => {
    const scheduledTime = "2026-12-01T14:00:00Z";
    assert.equal(occurrenceKey({ ruleId: "ru_12345", scheduledTime }), KEY);
    assert.equal(extraOccurrenceKey({ ruleId: "ru_12345", occurrence: "bonus" }), EXTRA_KEY);
  });

  it("is the same for every way to write the time", () => {
    const times = [
      "2026-12-01T14:00:00Z",
      "2026-12-01T14:00:00.000Z",
      "2026-12-01T14:00:00.999Z",
      "2026-12-01T14:00Z",
      "2026-12-01T09:00:00-05:00",
      Date.parse("2026-12-01T14:00:00Z"),
    ];
    for (const scheduledTime of times) assert.equal(occurrenceKey({ ruleId: "ru_12345", scheduledTime }), KEY);
  });

  it("is the same for the bare rule id and the full trigger URL", () => {
    const urls = [
      "https://api.getsequence.io/remote-api/rules/ru_12345/trigger",
      "https://api.getsequence.io/rules/ru_12345/trigger/",
      "http://127.0.0.1:8080/remote-api/rules/ru%5F12345/trigger?x=1",
      " ru_12345 ",
    ];
    for (const ruleId of urls)
      assert.equal(occurrenceKey({ ruleId, scheduledTime: "2026-12-01T14:00:00Z" }), KEY, ruleId);
  });

  it("is 36 characters that Sequence takes, shaped like a UUID", () => {
    fc.assert(
      fc.property(ruleIds, instants, fc.string({ minLength: 1 }), (ruleId, scheduledTime, occurrence) => {
        const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
        assert.match(occurrenceKey({ ruleId, scheduledTime }), shape);
        assert.match(extraOccurrenceKey({ ruleId, occurrence }), shape);
      }),
      { numRuns: 100 },
    );
  });

  it("differs for another rule, another second and an extra occurrence", () => {
    fc.assert(
      fc.property(ruleIds, instants, ruleIds, instants, (rule1, time1, rule2, time2) => {
        fc.pre(rule1 !== rule2 && time1 !== time2);
        const keys = [
          occurrenceKey({ ruleId: rule1, scheduledTime: time1 }),
          occurrenceKey({ ruleId: rule1, scheduledTime: time2 }),
          occurrenceKey({ ruleId: rule2, scheduledTime: time1 }),
          extraOccurrenceKey({ ruleId: rule1, occurrence: new Date(time1).toISOString().replace(".000", "") }),
        ];
        assert.equal(new Set(keys).size, keys.length);
      }),
      { numRuns: 200 },
    );
  });

  it("is not made of a time that is none", () => {
    for (const scheduledTime of [
      "",
      "tomorrow",
      "2026-02-30T00:00:00Z",
      "2026-12-01",
      "2026-12-01T14:00:00",
      Number.NaN,
    ])
      assert.throws(() => occurrenceKey({ ruleId: "ru_1", scheduledTime }), RangeError, String(scheduledTime));
  });
});

describe("the bare id of a rule", () => {
  const cases = [
    ["ru_1", "ru_1"],
    [" ru_1\n", "ru_1"],
    ["https://api.getsequence.io/rules/ru_1/trigger", "ru_1"],
    ["https://api.getsequence.io/remote-api/rules/ru%5F1/trigger/", "ru_1"],
    ["https://api.getsequence.io/rules/%E0%A4%A/trigger", "%E0%A4%A"],
    ["nothing of the kind", "nothing of the kind"],
    ["https://api.getsequence.io/accounts", "https://api.getsequence.io/accounts"],
  ];
  for (const [given, bare] of cases)
    it(`of ${JSON.stringify(given)} is ${JSON.stringify(bare)}`, () => {
      assert.equal(ruleIdOf(given as string), bare);
    });
});
