import type { SandboxClock } from "../clock";
import { UserError } from "../engine";
import { didYouMean } from "../settings";
import { instantOf, millisecondsOf } from "./time";
import type { Occurrence, RunningClock, ScheduleSummary, Span, Time } from "./types";

/** What the clock needs of its sandbox. */
interface Moved {
  idle(): Promise<void>;
  schedules(): ScheduleSummary[];
}

/** The clock that people and tests move: with each move, all that comes of it is done. */
export class PublicClock implements RunningClock {
  private moving: Promise<void> = Promise.resolve();

  constructor(
    private readonly clock: SandboxClock,
    private readonly sandbox: Moved,
  ) {}

  now(): number {
    return this.clock.now();
  }

  async advanceTo(time: Time): Promise<void> {
    const instant = instantOf(time);
    // Whoever moves it meanwhile, such as the page and a key in the terminal, does so one after the other.
    const moved = this.moving.then(() => this.clock.advanceTo(instant));
    this.moving = moved.catch(() => {});
    await moved;
    await this.sandbox.idle();
  }

  advanceBy(span: Span): Promise<void> {
    return this.advanceTo(this.now() + millisecondsOf(span));
  }

  async advanceToNext(trigger?: string): Promise<Occurrence | undefined> {
    const schedules = this.sandbox.schedules();
    if (trigger !== undefined) refuseUnscheduled(schedules, trigger);
    const next = nextOccurrence(schedules, trigger);
    if (next) await this.advanceTo(next.at);
    return next;
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
