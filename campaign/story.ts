import { createHash } from "node:crypto";
import type { StruckFault } from "./faults/striker";

/** What happened in a run, by occurrence, and a digest of all of it: two runs of one seed have the same. */
export class Story {
  readonly strikes: StruckFault[] = [];
  private readonly digest = createHash("sha256");
  private readonly lines = new Map<string, string[]>();

  /** `kept` keeps the lines for people; without it only the digest. */
  constructor(private readonly kept: boolean) {}

  /** A line of a function's log; `of` names the function if there are several. */
  line(subject: string, line: string, of = ""): void {
    this.digest.update(line);
    if (!this.kept) return;
    const { event, code, reason, outcome, state } = JSON.parse(line) as { [field: string]: string };
    if (event === "metric") return;
    const details = [code, outcome, state, reason].filter(Boolean).join(", ").slice(0, 160);
    this.keep(subject, `  ${of}log: ${event}${details ? ` (${details})` : ""}`);
  }

  tell(subject: string, what: string): void {
    this.digest.update(`${Date.now()} ${subject} ${what}\n`);
    if (this.kept) this.keep(subject, what);
  }

  strike(fault: StruckFault): void {
    this.strikes.push(fault);
    this.tell(fault.subject, `FAULT ${fault.step}: ${fault.title}`);
  }

  of(subject: string): readonly string[] {
    return this.lines.get(subject) ?? [];
  }

  fingerprint(): string {
    return this.digest.digest("hex").slice(0, 16);
  }

  private keep(subject: string, what: string): void {
    const lines = this.lines.get(subject) ?? [];
    this.lines.set(subject, lines);
    lines.push(`${new Date().toISOString()}  ${what}`);
  }
}
