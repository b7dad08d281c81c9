import { AmountEndpoint } from "../amounts/amountEndpoint";
import { QuestionLog } from "../amounts/questionLog";
import { Counter } from "../count/counter";
import { rulesAsk } from "../faults/questions";
import { Striker, type StrikerOptions, type StruckFault } from "../faults/striker";
import type { Mode } from "../modes";
import { streamOf } from "../random";
import type { Story } from "../story";
import { CampaignSequence, firstSecretOf } from "./sequence";
import { Stack } from "./stack";
import type { StackOptions } from "./stackOptions";
import { namedBy } from "./subject";

export interface WorldOptions extends StackOptions {
  readonly mode: Mode;
  readonly faults: Pick<StrikerOptions, "rate" | "only" | "kinds">;
  readonly story: Story;
  readonly stepsBefore: number;
  readonly onStrike?: (fault: StruckFault) => void;
}

/** Everything after the last occurrence: the longest tries, what people do by hand, and some daily checks. */
const AFTERMATH_MS = 6 * 86_400_000;

/** Sequence, one or two stacks that trigger its rules, and the amounts that the rules ask for, on one virtual clock. */
export class World {
  readonly striker: Striker;
  readonly sequence: CampaignSequence;
  readonly counter: Counter;
  readonly story: Story;
  readonly stacks: Stack[] = [];
  readonly questions = new QuestionLog();
  private readonly amounts: AmountEndpoint;
  private readonly secrets = new Map<string, string>();

  constructor(readonly options: WorldOptions) {
    const { seed, plan, mode, deployment, faults, story } = options;
    this.story = story;
    this.striker = new Striker({
      seed,
      ...faults,
      stepsBefore: options.stepsBefore,
      onStrike: (fault) => {
        story.strike(fault);
        options.onStrike?.(fault);
      },
    });
    this.counter = new Counter(deployment.maxAgeMinutes);
    this.sequence = new CampaignSequence(mode, streamOf(seed, "sequence"), plan);
    const { cloud } = this.deploy("");
    this.amounts = new AmountEndpoint({
      cloud,
      random: streamOf(seed, "amounts"),
      striker: this.striker.within("amount of "),
      story,
      onLine: (line) => this.questions.note(line),
    });
    this.sequence.onExecution = ({ asked, ruleId, at, requestedAt }) => {
      const { subject, byHand, sentAgain, sentAt } = asked;
      story.tell(subject, `Sequence executes ${ruleId}`);
      this.counter.executed(subject, at, requestedAt, byHand || sentAgain ? sentAt : undefined);
      for (const name of this.askedBy(subject)) void this.ask(subject, name);
    };
  }

  /** What the rule of an execution asks for; anything, if its trigger doesn't say. */
  private askedBy(subject: string): readonly (string | undefined)[] {
    const named = namedBy(subject);
    const { asks } = (named && this.stacks[0]?.deployment.planned(named)) ?? {};
    return asks?.filter((name) => this.questions.isAskedFor(name)) ?? [undefined];
  }

  private async ask(subject: string, name: string | undefined): Promise<void> {
    const silence = (until: number) => this.questions.silence("sweep", until);
    const verdict = await this.striker.cross(rulesAsk, subject, { silence }, () => this.amounts.ask(subject, name));
    this.story.tell(subject, `Sequence asks for an amount: ${verdict === "error" ? "an error, no transfer" : verdict}`);
    this.counter.amount(verdict);
  }

  checkAmounts(names: readonly string[], subject: string): Promise<string> {
    return this.amounts.check(names, subject);
  }

  /** The API secret that Sequence takes. */
  secretOf(ruleId: string): string {
    return this.secrets.get(ruleId) ?? firstSecretOf(ruleId);
  }

  replaceSecret(ruleId: string): void {
    const now = this.secretOf(ruleId);
    const next = `secret-of-${ruleId}-${Number(now.split("-").pop()) + 1}`;
    const { secrets } = this.sequence.rule(ruleId);
    secrets.revoke(now);
    secrets.accept(next);
    this.secrets.set(ruleId, next);
  }

  /** Every stack's Secrets Manager holds the secret that Sequence takes. */
  storeSecret(ruleId: string): void {
    for (const { cloud, deployment } of this.stacks)
      cloud.secrets.put(deployment.secretOf(ruleId), this.secretOf(ruleId));
  }

  /** Runs the plan and what comes of it. */
  async run(runUntil: (instant: number) => Promise<void>): Promise<void> {
    const { plan, stacks } = this.options;
    for (const stack of this.stacks) stack.start();
    if (stacks === 2) {
      await runUntil(plan.from + (plan.to - plan.from) / 3);
      this.deploy("second stack: ").start();
    }
    await runUntil(plan.to + 1_000);
    for (const { deployment } of this.stacks) deployment.end(plan.to);
    await runUntil(plan.to + AFTERMATH_MS);
    for (const stack of this.stacks) stack.stop();
  }

  private deploy(name: string): Stack {
    const stack = new Stack(this, name === "" ? this.striker : this.striker.within(name), name);
    this.stacks.push(stack);
    return stack;
  }
}
