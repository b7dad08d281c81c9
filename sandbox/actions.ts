import { OUTAGE_SERVICES, type Outage } from "./aws/endpoint/outages";
import { UserError } from "./engine";
import { secretNamed } from "./fillSecrets";
import { askForAmount } from "./port/askForAmount";
import { runAgain, triggerByHand } from "./port/byHand";
import { fire } from "./port/fire";
import { refuseUnknown, requireOneOf } from "./port/options";
import { rotate } from "./port/rotation";
import { nextOccurrence } from "./port/runningClock";
import { sendEvent } from "./port/sendEvent";
import { setStopSwitch } from "./port/stopSwitch";
import { requireRunning } from "./port/time";
import type { AmountAnswer, Occurrence, RunAgain, Time } from "./port/types";
import { FAULT_FIELDS, FAULT_VALUES, type Fault, type InjectedFault } from "./sequence/faults";
import { STRIKE_LIMITS } from "./strikes";
import { SandboxView } from "./view";

const DAY_MS = 24 * 3600 * 1000;
/** Payday is at most a month away; two, so that a disabled or late one is no surprise. */
const LOOK_AHEAD_MS = 62 * DAY_MS;
/** A yearly trigger, or one that begins next year. Every day on the way runs the daily check, so it isn't any farther. */
const LONGEST_LOOK_AHEAD_MS = 400 * DAY_MS;

/** What can be done with a deployed program while it runs: move money, break things, do what a person does. */
export abstract class SandboxActions extends SandboxView {
  /** Credentials that were rotated since the last deployment, by rule; that of the accounts is under "". */
  protected readonly rotated = new Map<string, string>();
  /** Resolves once no balances are supposed. */
  private supposing: Promise<unknown> = Promise.resolve();

  async runUntilTriggered(): Promise<Occurrence | undefined> {
    const now = this.clock.now();
    const names = this.triggerNames();
    const first = nextOccurrence(this.schedules().filter(({ name }) => names.includes(name)))?.at ?? now;
    const end = Math.min(now + LONGEST_LOOK_AHEAD_MS, Math.max(now + LOOK_AHEAD_MS, first));
    const before = this.triggerCalls();
    const upcoming = () => nextOccurrence(this.schedules());
    for (let next = upcoming(); next && next.at <= end; next = upcoming()) {
      await this.clock.advanceTo(next.at);
      if (this.triggerCalls() > before) return next;
    }
    return undefined;
  }

  async fire(trigger: string, options: { readonly scheduledTime?: Time; readonly times?: number } = {}): Promise<void> {
    refuseUnknown(options, ["scheduledTime", "times"], "fire");
    requireRunning(this.surroundings.clock);
    await this.supposing;
    fire(this.deployed, this.surroundings, trigger, options);
    await this.idle();
  }

  async runAgain(trigger: string, which: RunAgain): Promise<void> {
    refuseUnknown(which, ["scheduledTime", "occurrence", "event", "confirmedNotExecutedUntil"], "runAgain");
    requireRunning(this.surroundings.clock);
    triggerByHand(this.deployed, trigger, which);
    // Functions' clocks run while the sandbox's stands still, and a message counts for what happened before it was sent.
    await this.clock.advanceBy({ seconds: 1 });
    await this.supposing;
    runAgain(this.deployed, this.journal, trigger, which);
    await this.idle();
  }

  setStopSwitch(isOn: boolean): void {
    setStopSwitch(this.deployed, isOn);
    this.journal.record("sandbox.stopSwitch", { isOn });
  }

  async sendEvent(trigger: string, event: string, payload?: object): Promise<void> {
    requireRunning(this.surroundings.clock);
    await this.supposing;
    sendEvent(this.deployed, this.surroundings, trigger, event, payload);
    await this.idle();
  }

  async ask(amount: string, what: { balances?: Readonly<Record<string, number>> } = {}): Promise<AmountAnswer> {
    refuseUnknown(what, ["balances"], "ask");
    requireRunning(this.surroundings.clock);
    const { balances } = what;
    if (!balances) return askForAmount(amount, this.amountUrls, this);
    // One supposition at a time, and nothing that would take it for the balances.
    const answer = this.clock.whileNobodyMoves(() => this.askSupposing(amount, balances));
    this.supposing = answer.catch(() => {});
    return answer;
  }

  private askSupposing(amount: string, balances: Readonly<Record<string, number>>): Promise<AmountAnswer> {
    return this.surroundings.clock.whilePaused(async () => {
      await this.idle();
      const restore = this.sequence.supposeBalances(balances);
      this.journal.record("sandbox.supposed", { amount, balances });
      try {
        return await askForAmount(amount, this.amountUrls, this);
      } finally {
        restore();
      }
    });
  }

  pasteAmountUrls(): void {
    this.pastedUrls = undefined;
    this.journal.record("sandbox.urlsPasted", {});
  }

  setBalance(account: string, balance: number | { readonly unknown: string }): void {
    this.sequence.setBalance(account, typeof balance === "number" ? { cents: balance } : balance);
    // Not why it is unknown: that may quote anything.
    this.journal.record("sandbox.balanceSet", { account, cents: typeof balance === "number" ? balance : undefined });
  }

  configureRule(ruleId: string, change: { readonly testMode?: boolean; readonly remote?: boolean }): void {
    refuseUnknown(change, ["testMode", "remote"], "configureRule");
    this.sequence.configureRule(ruleId, change);
    this.journal.record("sandbox.ruleChanged", { ruleId, ...change });
  }

  fault(fault: Fault): InjectedFault {
    refuseUnknown(fault, FAULT_FIELDS, "fault");
    for (const field of ["endpoint", "when", "connection"] as const)
      requireOneOf(fault[field], FAULT_VALUES[field], `${field} of a fault`);
    // One that never strikes would look like a program that survives it.
    const rules = this.rules().map(({ id }) => id);
    requireOneOf(fault.ruleId, rules, "ruleId of a fault");
    return this.sequence.fault(fault);
  }

  outage(outage: Outage): InjectedFault {
    refuseUnknown(outage, ["service", ...STRIKE_LIMITS], "outage");
    requireOneOf(outage.service ?? null, OUTAGE_SERVICES, "service of an outage");
    return this.cloud.endpoint.outages.begin(outage);
  }

  clearFaults(): void {
    this.sequence.clearFaults();
    this.cloud.endpoint.outages.clear();
  }

  rotate(credential: "accessToken" | { readonly ruleId: string }): void {
    const ruleId = credential === "accessToken" ? "" : credential.ruleId;
    const { accessToken, rules } = this.deployed.sequence;
    const declared = ruleId === "" ? accessToken : rules.find(({ id }) => id === ruleId)?.apiSecret;
    if (declared === undefined)
      throw new UserError(
        ruleId === "" ? "sandbox.yaml has no access token." : `sandbox.yaml has no rule "${ruleId}".`,
      );
    this.rotated.set(ruleId, rotate(credential, this.rotated.get(ruleId) ?? declared, this));
    this.journal.record("sandbox.rotated", { credential: ruleId === "" ? "accessToken" : ruleId });
  }

  fillSecret(secret: string, value: string): void {
    this.cloud.secrets.put(secretNamed(this.cloud, this.deployment, secret), value);
  }

  private triggerCalls(): number {
    return this.calls.filter(({ endpoint }) => endpoint === "trigger").length;
  }
}
