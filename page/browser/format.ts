const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
const signed = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", signDisplay: "exceptZero" });

/** `$1,500.00`. */
export function money(cents: number): string {
  return dollars.format(cents / 100).replace("-", "−");
}

/** `+$1,500.00`, `-$20.00` or `$0.00`. */
export function change(cents: number): string {
  return signed.format(cents / 100).replace("-", "−");
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `Tue, Dec 1, 2026, 09:00 EST` in the zone. */
export function time(at: number, timeZone = "UTC"): string {
  return formatted(at, timeZone, { year: "numeric", timeZoneName: "short", seconds: false });
}

/** `Dec 1, 09:00:00.012` in the zone, for lines of a log. */
export function exactTime(at: number, timeZone = "UTC"): string {
  return formatted(at, timeZone, { seconds: true });
}

function formatted(
  at: number,
  timeZone: string,
  { seconds, ...more }: { seconds: boolean; year?: "numeric"; timeZoneName?: "short" },
): string {
  const key = `${timeZone} ${seconds}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      ...{ timeZone, month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
      ...(seconds ? { second: "2-digit", fractionalSecondDigits: 3 } : { weekday: "short" }),
      ...more,
    } as Intl.DateTimeFormatOptions);
    formats.set(key, format);
  }
  return format.format(at);
}

/** `17 s`, `2 h 5 min`, `3 days`. */
export function span(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

/** Cents of what a person typed in dollars; undefined if that is no amount. */
export function centsOf(text: string): number | undefined {
  const match = /^\$?\s*(\d{1,3}(?:,\d{3})*|\d+)(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (!match) return undefined;
  return Number(match[1]?.replaceAll(",", "")) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}

/** `1 line`, `2 lines`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
