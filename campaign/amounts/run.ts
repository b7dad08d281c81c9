import type { Outcome } from "../run";
import { Story } from "../story";
import { VirtualTime } from "../virtualTime";
import { AmountWorld, type AmountWorldOptions } from "./amountWorld";

const FROM = Date.parse("2027-01-01T00:00:00Z");

/** Asks for amounts under faults. Only the counts of amounts are of interest. */
export async function runAmounts(options: Omit<AmountWorldOptions, "story">): Promise<Outcome> {
  const time = VirtualTime.install(FROM);
  try {
    const story = new Story(false);
    const world = new AmountWorld({ ...options, story });
    await world.run((instant) => time.runUntil(instant));
    const { counter, striker } = world;
    return { counts: counter.counts(), faults: striker.counts, broken: [], fingerprint: story.fingerprint() };
  } finally {
    time.uninstall();
  }
}
