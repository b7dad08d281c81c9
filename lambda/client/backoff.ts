const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 8_000;

/** The wait after so many tries. Full jitter: a random part of a ceiling that doubles with every try, up to eight seconds. */
export function backoffMs(attempts: number, random: () => number): number {
  return Math.round(random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempts - 1)));
}
