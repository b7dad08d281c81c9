export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** The first multiple of `step` at `instant` or after it. */
export function ceilTo(step: number, instant: number): number {
  return Math.ceil(instant / step) * step;
}

/** The last multiple of `step` at `instant` or before it. */
export function floorTo(step: number, instant: number): number {
  return Math.floor(instant / step) * step;
}
