import type { Broken } from "./count/counter";
import { runWorld, type WorldResult, type WorldRun } from "./run";

/** A failure with as few faults as it takes. */
export interface Shortest {
  readonly subject: string;
  readonly what: string;
  /** The titles of the faults that are left, in order. */
  readonly faults: readonly string[];
  readonly story: readonly string[];
  /** The number of its first fault in the whole run. */
  readonly step: number;
}

const DAY_MS = 86_400_000;

/**
 * Leaves out faults for as long as the occurrence `subject` still comes to grief, and returns what is left. Every crossing has its own
 * stream of chance, so that a fault that is left out changes nothing elsewhere.
 */
export async function shortest(run: WorldRun, failed: Broken): Promise<Shortest> {
  const { subject, what, dueAt } = failed;
  const whole = await runWorld({ ...run, kept: true });
  const near = whole.story.strikes.filter(({ at }) => at > dueAt - 2 * DAY_MS && at < dueAt + 3 * DAY_MS);
  // Its own faults are mostly enough. If not, those of other occurrences at that time are part of the story.
  const own = near.filter((strike) => strike.subject === subject).map(({ place }) => place);
  const all = near.map(({ place }) => place);
  const short = { ...run, kept: true, plan: { ...run.plan, to: Math.min(run.plan.to, dueAt + DAY_MS) } };
  const attempt = async (places: readonly string[]): Promise<WorldResult | undefined> => {
    const result = await runWorld({ ...short, faults: { ...run.faults, only: new Set(places) } });
    return result.broken.some((one) => one.subject === subject && one.what === what) ? result : undefined;
  };
  const step = near.find((strike) => strike.subject === subject)?.step ?? near[0]?.step ?? 0;
  let places = (await attempt(own)) ? own : all;
  let last = await attempt(places);
  if (!last) return { subject, what, faults: all, story: whole.story.of(subject), step };
  for (let size = Math.ceil(places.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < places.length; ) {
      const fewer = [...places.slice(0, start), ...places.slice(start + size)];
      const result = await attempt(fewer);
      if (result) {
        places = fewer;
        last = result;
      } else start += size;
    }
  }
  const { strikes } = last.story;
  return { subject, what, faults: strikes.map(({ title }) => title), story: last.story.of(subject), step };
}
