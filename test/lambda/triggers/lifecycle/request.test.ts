import assert from "node:assert/strict";
import fc from "fast-check";
import { type Request, requestFrom } from "../../../../lambda/triggers/lifecycle/request";
import { aConfig, HOUR, PAYDAY_TIME, scheduled } from "../world";

const now = Date.parse(PAYDAY_TIME) + 30_000;
const parse = (message: unknown): Request =>
  requestFrom(typeof message === "string" ? message : JSON.stringify(message), {
    config: aConfig(),
    sentAt: now,
    now,
  });

function refusalOf(message: unknown): string {
  const parsed = parse(message);
  assert.equal(parsed.kind, "refused", JSON.stringify(parsed));
  return parsed.kind === "refused" ? `${parsed.refusal.code} ${parsed.refusal.reason}` : "";
}

describe("a message of the work queue", () => {
  it("from a schedule names its occurrence, whose age counts from its time", () => {
    const parsed = parse(scheduled({ payload: { b: 1, a: [2] } }));
    assert.ok(parsed.kind === "occurrence");
    assert.equal(parsed.occurrence.scheduledTime, PAYDAY_TIME);
    assert.equal(parsed.occurrence.body, '{"b":1,"a":[2]}');
    assert.equal(parsed.occurrence.ageFrom, Date.parse(PAYDAY_TIME));
    assert.equal(parsed.occurrence.byHand, false);
  });

  it("by hand has the key of the schedule's, and its age counts from when it was sent", () => {
    const byHand = parse({ trigger: "payday", scheduledTime: PAYDAY_TIME });
    const fromSchedule = parse(scheduled());
    assert.ok(byHand.kind === "occurrence" && fromSchedule.kind === "occurrence");
    assert.equal(byHand.occurrence.key, fromSchedule.occurrence.key);
    assert.equal(byHand.occurrence.ageFrom, now);
  });

  it("with a text asks for an extra occurrence with a key of its own", () => {
    const extra = parse({ trigger: "payday", occurrence: PAYDAY_TIME });
    const fromSchedule = parse(scheduled());
    assert.ok(extra.kind === "occurrence" && fromSchedule.kind === "occurrence");
    assert.notEqual(extra.occurrence.key, fromSchedule.occurrence.key);
  });

  it("may name the rule by its trigger URL", () => {
    assert.equal(parse(scheduled({ ruleId: "https://api.getsequence.io/rules/ru_1/trigger" })).kind, "occurrence");
  });

  it("is refused with what is wrong", () => {
    const cases: [unknown, RegExp][] = [
      ["payday", /INVALID_MESSAGE The message is not JSON/],
      ["[]", /The message is a list; it must be a JSON object/],
      ["null", /The message is null; it must be a JSON object/],
      ["{}", /"trigger" is missing/],
      [scheduled({ trigger: 7 }), /"trigger" is 7; it must be text/],
      [scheduled({ ruleId: "" }), /"ruleId" is ""/],
      [scheduled({ scheduledTime: "<aws.scheduler.scheduled-time>" }), /which only EventBridge Scheduler fills in/],
      [scheduled({ scheduledTime: "yesterday" }), /is "yesterday"; it must be an ISO 8601 time/],
      [scheduled({ scheduledTime: "2026-02-30T00:00:00Z" }), /it must be an ISO 8601 time/],
      [scheduled({ scheduledTime: new Date(now + HOUR).toISOString() }), /still to come/],
      [scheduled({ payload: [] }), /"payload" is a list; it must be a JSON object/],
      [scheduled({ occurrence: "x" }), /the field "occurrence"/],
      [scheduled({ confirmedNotExecutedUntil: PAYDAY_TIME }), /the field "confirmedNotExecutedUntil"/],
      [{ trigger: "payday" }, /"scheduledTime" is missing/],
      [
        { trigger: "payday", scheduledTime: PAYDAY_TIME, occurrence: "x" },
        /"scheduledTime" and "occurrence"; it must have one/,
      ],
      [{ trigger: "payday", scheduledTime: PAYDAY_TIME, payload: {} }, /the field "payload"/],
      [{ trigger: "payday", scheduledTime: "2025-11-01T14:00:00Z" }, /more than a year ago/],
      [{ trigger: "payday", scheduledTime: PAYDAY_TIME, confirmedNotExecutedUntil: true }, /is true; it must be text/],
      [
        { trigger: "payday", scheduledTime: PAYDAY_TIME, confirmedNotExecutedUntil: "2026-12-24T00:00:00Z" },
        /"confirmedNotExecutedUntil" is .* still to come/,
      ],
      [
        { trigger: "payday", scheduledTime: PAYDAY_TIME, confirmedNotExecuted: true },
        /CONFIRMATION_WITHOUT_TIME .*Send "confirmedNotExecutedUntil" with a time/,
      ],
      [{ trigger: "payday", occurrence: "x", confirmedNotExecuted: null }, /CONFIRMATION_WITHOUT_TIME/],
      [{ whatHappened: {}, whatToDo: "" }, /the field "whatHappened"/],
      [{ trigger: "payday", occurrence: "" }, /"occurrence" is ""/],
      [{ trigger: "payday", occurrence: " bonus" }, /printable ASCII/],
      [{ trigger: "payday", occurrence: "bonus\n" }, /printable ASCII/],
      [{ trigger: "payday", occurrence: "x".repeat(201) }, /printable ASCII/],
      [{ trigger: "rent", scheduledTime: PAYDAY_TIME }, /UNKNOWN_TRIGGER .*"rent"\. Deployed are: payday/],
      [{ trigger: "toString", occurrence: "x" }, /UNKNOWN_TRIGGER/],
      [scheduled({ trigger: "rent", ruleId: "ru_9" }), /UNKNOWN_TRIGGER/],
      [scheduled({ ruleId: "ru_2" }), /RULE_CHANGED .*rule ru_2.*rule ru_1/],
      [{ heartbeat: "<aws.scheduler.scheduled-time>" }, /only EventBridge Scheduler/],
      [{ heartbeat: PAYDAY_TIME, trigger: "payday" }, /the field "trigger"/],
    ];
    for (const [message, reason] of cases) assert.match(refusalOf(message), reason, JSON.stringify(message));
  });

  it("by hand confirms nothing that comes after it was sent", () => {
    const soon = new Date(now + 4 * 60_000).toISOString();
    const parsed = parse({ trigger: "payday", occurrence: "x", confirmedNotExecutedUntil: soon });
    assert.ok(parsed.kind === "occurrence");
    assert.equal(parsed.occurrence.confirmedUntil, now);
  });

  it("tolerates a clock that is a few minutes behind", () => {
    const soon = new Date(now + 4 * 60_000).toISOString();
    assert.equal(parse(scheduled({ scheduledTime: soon })).kind, "occurrence");
  });

  it("whatever it is, is read or refused, and never throws", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.object().map((extra) => JSON.stringify(scheduled(extra))),
        ),
        (body) => {
          assert.ok(parse(body).kind);
        },
      ),
      { numRuns: 300 },
    );
  });
});
