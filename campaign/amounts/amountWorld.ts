import { Counter } from "../count/counter";
import { Striker, type StrikerOptions } from "../faults/striker";
import { type Stream, streamOf } from "../random";
import type { Story } from "../story";
import { pass } from "../virtualTime";
import { CampaignCloud } from "../world/cloud";
import { AmountEndpoint, type AmountEndpointOptions } from "./amountEndpoint";

export interface AmountWorldOptions extends Pick<AmountEndpointOptions, "story" | "transport" | "client"> {
  readonly seed: number;
  readonly asked: number;
  readonly faults: Pick<StrikerOptions, "rate" | "kinds">;
  readonly story: Story;
}

/** The amount endpoint under load, while balances change at every moment and Sequence and its token come and go. */
export class AmountWorld {
  readonly counter = new Counter(0);
  readonly striker: Striker;
  private readonly random: Stream;
  private readonly endpoint: AmountEndpoint;

  constructor(private readonly options: AmountWorldOptions) {
    const { seed, faults, story } = options;
    this.random = streamOf(seed, "amounts");
    this.striker = new Striker({ seed, ...faults, onStrike: (fault) => story.strike(fault) });
    const cloud = new CampaignCloud({ random: this.random, onScheduled: (_body, deliver) => deliver() });
    this.endpoint = new AmountEndpoint({ ...options, cloud, random: this.random, striker: this.striker });
  }

  /** Asks a few at a time, some seconds or hours apart. */
  async run(runUntil: (instant: number) => Promise<void>): Promise<void> {
    let ended = false;
    void this.askAll().then(() => {
      ended = true;
    });
    while (!ended) await runUntil(Date.now() + 3_600_000);
  }

  private async askAll(): Promise<void> {
    for (let number = 0; number < this.options.asked; ) {
      const together = Math.min(this.random.between(1, 4), this.options.asked - number);
      await Promise.all(Array.from({ length: together }, (_, index) => this.ask(`question ${number + index}`)));
      number += together;
      await pass(this.random.pick([1_000, 30_000, 3_600_000]));
    }
  }

  private async ask(subject: string): Promise<void> {
    const verdict = await this.endpoint.ask(subject);
    this.options.story.tell(subject, verdict);
    this.counter.amount(verdict);
  }
}
