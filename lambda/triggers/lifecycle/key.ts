import { createHash } from "node:crypto";
import { instantOf, utcSeconds } from "../../agreements/instant";
import { ruleIdOf } from "../../agreements/ruleId";

// Changing a tag gives every occurrence a new key: one that was tried under the old key could then be executed twice.
const OCCURRENCE_TAG = "sequence-remote-api occurrence 1";
const EXTRA_TAG = "sequence-remote-api extra occurrence 1";
const EVENT_TAG = "sequence-remote-api event 1";

/**
 * The idempotency key of a rule's occurrence: a UUID-shaped hash of the rule's id and the scheduled time in UTC seconds. Neither the
 * trigger's name nor an ARN goes into it, so that a rename, a replacement or a second stack can't execute the occurrence twice.
 *
 * @param ruleId The bare id or the full trigger URL.
 * @param scheduledTime ISO 8601 with a zone, or milliseconds since the epoch. Throws `RangeError` if it is neither.
 */
export function occurrenceKey({ ruleId, scheduledTime }: { ruleId: string; scheduledTime: string | number }): string {
  const instant = typeof scheduledTime === "number" ? scheduledTime : instantOf(scheduledTime);
  if (instant === undefined || !Number.isFinite(instant))
    throw new RangeError(`scheduledTime "${scheduledTime}" is not a time; write it as 2026-12-01T14:00:00Z`);
  return uuidShaped([OCCURRENCE_TAG, ruleIdOf(ruleId), utcSeconds(instant)]);
}

/** The idempotency key of a deliberate extra occurrence, which no scheduled one can have. The same text gives the same key. */
export function extraOccurrenceKey({ ruleId, occurrence }: { ruleId: string; occurrence: string }): string {
  return uuidShaped([EXTRA_TAG, ruleIdOf(ruleId), occurrence]);
}

/** The idempotency key of an event: the same text of the same rule gives the same key, whatever the trigger is called. */
export function eventKey({ ruleId, event }: { ruleId: string; event: string }): string {
  return uuidShaped([EVENT_TAG, ruleIdOf(ruleId), event]);
}

/** Version 8 of RFC 9562, "custom": 122 bits of the hash in a form that every check for a UUID takes. */
function uuidShaped(parts: readonly string[]): string {
  // JSON keeps the parts apart: ["a","bc"] and ["ab","c"] are different texts.
  const hash = createHash("sha256").update(JSON.stringify(parts)).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
