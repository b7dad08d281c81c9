const WINDOW_MS = 60_000;

/** Counts each rule's calls within the last minute. */
export class RateLimit {
  private readonly calls = new Map<string, number[]>();

  /** Takes a call, or says when (milliseconds since the epoch) the next one would be taken. */
  take(ruleId: string, now: number, perMinute: number): { allowed: true } | { allowed: false; freeAt: number } {
    const recent = (this.calls.get(ruleId) ?? []).filter((at) => at > now - WINDOW_MS);
    this.calls.set(ruleId, recent);
    if (recent.length >= perMinute) return { allowed: false, freeAt: (recent[0] ?? now) + WINDOW_MS };
    recent.push(now);
    return { allowed: true };
  }
}
