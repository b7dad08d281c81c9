import { type Stream, streamOf } from "../random";
import { type Boundary, type Fault, titleOf } from "./fault";

/** A fault that happened, in the order of the run. */
export interface StruckFault {
  readonly step: number;
  /** Names the crossing: the same at every run of the seed, whatever else is left out. */
  readonly place: string;
  readonly subject: string;
  readonly title: string;
  readonly at: number;
}

export interface StrikerOptions {
  readonly seed: number;
  /** 0 to 1. */
  readonly rate: number;
  /** Only these places are struck. Defaults to all. */
  readonly only?: ReadonlySet<string>;
  /** Only faults with these titles, or of these boundaries. Defaults to all. */
  readonly kinds?: readonly string[];
  /** The number that the first fault follows. Defaults to 0. */
  readonly stepsBefore?: number;
  readonly onStrike: (fault: StruckFault) => void;
}

/** Where a part of a world reports what crosses its boundaries. */
export type Crossings = Pick<Striker, "cross">;

/** Decides which crossings of a boundary go wrong, and how. */
export class Striker {
  readonly counts = new Map<string, number>();
  private readonly crossings = new Map<string, number>();
  private step: number;

  constructor(private readonly options: StrikerOptions) {
    this.step = options.stepsBefore ?? 0;
  }

  /** The crossings of one of several like parts, each with chances of its own. */
  within(part: string): Crossings {
    return {
      cross: (boundary, subject, crossing, run) =>
        this.crossAt(`${part}${boundary.name} ${subject}`, boundary, subject, crossing, run),
    };
  }

  /** `run`, or what a fault makes of it. */
  cross<C, T>(boundary: Boundary<C>, subject: string, crossing: C, run: () => T): T {
    return this.crossAt(`${boundary.name} ${subject}`, boundary, subject, crossing, run);
  }

  private crossAt<C, T>(name: string, boundary: Boundary<C>, subject: string, crossing: C, run: () => T): T {
    const { seed, rate, only } = this.options;
    const place = this.placeOf(name);
    if (only && !only.has(place)) return run();
    const random = streamOf(seed, place);
    if (!random.chance(rate * (boundary.share ?? 1))) return run();
    const fault = this.choose(boundary, crossing, random);
    if (!fault) return run();
    const struck = () => this.note(titleOf(boundary, fault), subject, place);
    if (!fault.waits) struck();
    return fault.strike(crossing, { run, random, struck }) as T;
  }

  private placeOf(name: string): string {
    const nth = (this.crossings.get(name) ?? 0) + 1;
    this.crossings.set(name, nth);
    return `${name} #${nth}`;
  }

  private choose<C>(boundary: Boundary<C>, crossing: C, random: Stream): Fault<C> | undefined {
    const { kinds } = this.options;
    const wanted = (fault: Fault<C>) =>
      !kinds || kinds.includes(boundary.name) || kinds.includes(titleOf(boundary, fault));
    const possible = boundary.faults.filter((fault) => wanted(fault) && (fault.if?.(crossing) ?? true));
    const total = possible.reduce((sum, { weight = 1 }) => sum + weight, 0);
    let left = random.unit() * total;
    return possible.find(({ weight = 1 }) => {
      left -= weight;
      return left < 0;
    });
  }

  private note(title: string, subject: string, place: string): void {
    this.step += 1;
    this.counts.set(title, (this.counts.get(title) ?? 0) + 1);
    this.options.onStrike({ step: this.step, place, subject, title, at: Date.now() });
  }
}
