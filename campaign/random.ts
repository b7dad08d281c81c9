import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Numbers that look random and are the same at every run. */
export class Stream {
  private readonly generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.generator = xoroshiro128plus(seed);
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return uniformInt(this.generator, from, to);
  }

  /** A number from 0 up to, but not including, 1. */
  unit(): number {
    return this.between(0, 0xffff_ffff) / 0x1_0000_0000;
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.between(0, list.length - 1)] as T;
  }

  /** In the form of a UUID. */
  id(): string {
    const hex = Array.from({ length: 4 }, () => this.between(0, 0xffff_ffff).toString(16).padStart(8, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }
}

/**
 * The stream of one place of a run. Each place has its own, so that leaving a fault out changes nothing elsewhere: without that no
 * failure could be made shorter.
 */
export function streamOf(seed: number, place: string): Stream {
  return new Stream(hashOf(`${seed}|${place}`));
}

/** FNV-1a, 32 bits, with a final mix, because names that differ in one digit must not begin alike. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
