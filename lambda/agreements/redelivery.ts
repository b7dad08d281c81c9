const FIRST_DELAY_MS = 30_000;
const LONGEST_DELAY_MS = 15 * 60_000;

/**
 * How long a message stays away after its `receiveCount`th delivery: 30 seconds, doubled each time up to 15 minutes. A random part of
 * at most half is taken off, so that messages that failed together don't come back together.
 */
export function redeliveryDelayMs(receiveCount: number, random: () => number): number {
  const full = Math.min(FIRST_DELAY_MS * 2 ** Math.max(0, Math.min(receiveCount, 30) - 1), LONGEST_DELAY_MS);
  return Math.round(full * (1 - random() / 2));
}

/** SQS also counts deliveries that wait for another handler's lease, and those that Lambda was too busy to take. */
const SPARE_RECEIVES = 20;

/** How often a message is received in `minutes` if every delay is the shortest. The work queue's `maxReceiveCount` must allow it. */
export function receivesWithin(minutes: number): number {
  let receives = 1;
  for (let elapsed = 0; elapsed <= minutes * 60_000; receives += 1) elapsed += redeliveryDelayMs(receives, () => 1);
  return receives + SPARE_RECEIVES;
}
