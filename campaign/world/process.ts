import { pass } from "../virtualTime";

/** Where in an invocation a process can die or hang. */
export type Point = "before the call" | "during the call" | "after the call" | "after the answer" | "any step";

/** What a message asks for, read by the campaign itself. */
export interface Asked {
  /** `<rule>@<scheduled time>`, or a name for what is no occurrence. */
  readonly subject: string;
  readonly byHand: boolean;
  /** It is an event that a person has sent once more, after a mail about it. */
  readonly sentAgain: boolean;
  readonly sentAt: number;
}

/** The end that a fault has in store for an invocation. */
export interface Doom {
  readonly point: Point;
  /** For `any step`: at which one, counted from 1. */
  readonly step: number;
  readonly how: "dies" | "hangs";
  happened(): void;
}

const TIMEOUT_MS = 60_000;

/**
 * One process of a function. Everything it does to the world goes through `guard`: nothing that it began is answered after its death,
 * and nothing more is done. Lambda freezes it between invocations: what nobody awaited goes on with the next one, or never.
 */
export class FunctionProcess {
  alive = true;
  busy = false;
  skewMs = 0;
  asked: Asked = { subject: "init", byHand: false, sentAgain: false, sentAt: 0 };
  /** When its invocation began. */
  invokedAt = 0;
  /** Whether the amounts that its occurrence waits for were known when this invocation asked. */
  amountsKnown = false;
  private isStuck = false;
  /** Resolves when it is thawed; undefined while it runs. */
  private thawed: Promise<void> | undefined;
  private onThaw = () => {};
  private doom: Doom | undefined;
  private steps = 0;
  private endsAt = 0;
  private readonly deaths = new Set<() => void>();

  /** Neither dead nor stuck. */
  get isGoing(): boolean {
    return this.alive && !this.isStuck;
  }

  /** The process's own clock. */
  now(): number {
    return Date.now() + this.skewMs;
  }

  remainingMs(): number {
    return this.endsAt - Date.now();
  }

  /** Runs the handler until it answers, dies, or its time is over. */
  async invoke(asked: Asked, doom: Doom | undefined, work: () => Promise<unknown>): Promise<Ended> {
    this.busy = true;
    this.thaw();
    this.asked = asked;
    this.invokedAt = Date.now();
    this.amountsKnown = false;
    this.doom = doom;
    this.steps = 0;
    this.endsAt = Date.now() + TIMEOUT_MS;
    const dead = this.death.then((): Ended => ({ died: "the process ended" }));
    const timer = setTimeout(() => this.die(), TIMEOUT_MS);
    const ended = await Promise.race([
      work().then(
        (payload) => this.unlessStuck({ payload }),
        (error: unknown) => this.unlessStuck({ failed: error instanceof Error ? error.message : String(error) }),
      ),
      dead,
    ]);
    clearTimeout(timer);
    this.doom = undefined;
    this.busy = false;
    this.freeze();
    return ended;
  }

  /** Nothing of it moves until its next invocation. */
  freeze(): void {
    this.thawed ??= new Promise((resolve) => {
      this.onThaw = resolve;
    });
  }

  /** Does `work` for the process, which only learns of it if it lives. */
  async guard<T>(work: () => T | Promise<T>): Promise<T> {
    await this.reach("any step");
    try {
      const result = await work();
      await this.running();
      return result;
    } catch (error) {
      await this.running();
      throw error;
    }
  }

  /** Never goes on if the process dies or hangs here. */
  async reach(point: Point): Promise<void> {
    await this.running();
    if (point === "any step") this.steps += 1;
    const { doom } = this;
    if (doom?.point !== point || (point === "any step" && this.steps !== doom.step)) return;
    this.doom = undefined;
    doom.happened();
    if (doom.how === "dies") this.die();
    // Nothing of it moves any more, its own timers included, until Lambda ends it.
    else this.isStuck = true;
    await never();
  }

  /** A request is under way: for a fault that strikes in the middle of it. */
  duringCall(): void {
    if (this.doom?.point === "during the call") void pass(40).then(() => this.reach("during the call"));
  }

  die(): void {
    if (!this.alive) return;
    this.alive = false;
    for (const told of [...this.deaths]) told();
  }

  onDeath(told: () => void): () => void {
    this.deaths.add(told);
    return () => void this.deaths.delete(told);
  }

  private get death(): Promise<void> {
    return new Promise((resolve) => this.onDeath(resolve));
  }

  private unlessStuck(ended: Ended): Ended | Promise<never> {
    return this.isStuck ? never() : ended;
  }

  /** Resolves once it runs: at once, with its next invocation, or never. */
  async running(): Promise<void> {
    while (this.isGoing && this.thawed) await this.thawed;
    if (!this.isGoing) await never();
  }

  private thaw(): void {
    this.thawed = undefined;
    this.onThaw();
  }
}

/** How an invocation ended. */
export type Ended = { readonly payload: unknown } | { readonly failed: string } | { readonly died: string };

function never(): Promise<never> {
  return new Promise(() => {});
}
