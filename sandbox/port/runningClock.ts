import type { SandboxClock } from "../clock";
import { UserError } from "../engine";
import { didYouMean } from "../settings";
import { Turns } from "../turns";
import { instantOf, millisecondsOf, requireRunning } from "./time";
import type { Occurrence, RunningClock, ScheduleSummary, Span, Time } from "./types";

/** What the clock needs of its sandbox. */
interface Moved {
  idle(): Promise<void>;
  schedules(): ScheduleSummary[];
}

/** The clock that people and tests move: with each move, all that comes of it is done. */
export class PublicClock implements RunningClock {
  /** Whoever moves it meanwhile, such as the page and a key in the terminal, does so one after the other. */
  private readonly moves = new Turns();

  constructor(
    private readonly clock: SandboxClock,
    private readonly sandbox: Moved,
  ) {}

  now(): number {
    return this.clock.now();
  }

  async advanceTo(time: Time): Promise<void> {
    const instant = instantOf(time);
    await this.moveTo(() => instant);
  }

  advanceBy(span: Span): Promise<void> {
    const ms = millisecondsOf(span);
    // From where the moves before it end.
    return this.moveTo(() => instantOf(this.now() + ms));
  }

  private async moveTo(instant: () => number): Promise<void> {
    await this.whileNobodyMoves(() => this.clock.advanceTo(instant()));
    await this.sandbox.idle();
  }

  async advanceToNext(trigger?: string): Promise<Occurrence | undefined> {
    const next = await this.whileNobodyMoves(async () => {
      const schedules = this.sandbox.schedules();
      if (trigger !== undefined) refuseUnscheduled(schedules, trigger);
      const found = nextOccurrence(schedules, trigger);
      if (found) await this.clock.advanceTo(found.at);
      return found;
    });
    await this.sandbox.idle();
    return next;
  }

  /** Does something between the moves that were asked for before and after it. */
  whileNobodyMoves<T>(work: () => Promise<T>): Promise<T> {
    return this.moves.take(() => {
      requireRunning(this.clock);
      return work();
    });
  }

  pause(): void {
    this.clock.pause();
  }

  resume(): void {
    this.clock.resume();
  }

  get isPaused(): boolean {
    return this.clock.isPaused;
  }
}

/** A test that waits for a mistyped trigger would pass without it. */
function refuseUnscheduled(schedules: readonly ScheduleSummary[], trigger: string): void {
  const names = schedules.map(({ name }) => name);
  if (names.includes(trigger)) return;
  throw new UserError(
    `there is no schedule "${trigger}". There are ${names.join(", ") || "none"}; events set off a trigger without one: sendEvent.${didYouMean(trigger, names)}`,
  );
}

/** The earliest occurrence to come. */
export function nextOccurrence(schedules: readonly ScheduleSummary[], name?: string): Occurrence | undefined {
  let earliest: Occurrence | undefined;
  for (const schedule of schedules) {
    if (schedule.next === undefined || (name !== undefined && schedule.name !== name)) continue;
    if (!earliest || schedule.next < earliest.at) earliest = { schedule: schedule.name, at: schedule.next };
  }
  return earliest;
}
