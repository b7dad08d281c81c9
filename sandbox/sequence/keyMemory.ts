import { createHash } from "node:crypto";
import type { Answer } from "./answers";

/** What is remembered of the first call with a key. */
export interface Remembered {
  readonly answer: Answer;
  readonly bodyDigest: string;
}

/** Which idempotency keys each rule has seen, and how they were answered. */
export class KeyMemory {
  private readonly entries = new Map<string, Remembered & { readonly at: number }>();

  /** What is remembered of a key for `memoryMs` from its first call on. */
  find(ruleId: string, key: string, now: number, memoryMs: number): Remembered | undefined {
    const entry = this.entries.get(nameOf(ruleId, key));
    return entry && now - entry.at < memoryMs ? entry : undefined;
  }

  remember(ruleId: string, key: string, body: string, answer: Answer, now: number): void {
    this.entries.set(nameOf(ruleId, key), { answer, bodyDigest: digestOf(body), at: now });
  }

  forgetAll(): void {
    this.entries.clear();
  }
}

export function digestOf(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}

function nameOf(ruleId: string, key: string): string {
  return JSON.stringify([ruleId, key]);
}
