import type { Account } from "../../lambda/client/types";
import type { Journal } from "../aws/types";
import type { SandboxClock } from "../clock";
import type { ActionSettings, BalanceSettings, SequenceSettings } from "../settings";
import { AcceptedCredentials } from "./acceptedCredentials";
import { AccountBook } from "./accountBook";
import { type Fault, Faults, type InjectedFault } from "./faults";
import { Listener } from "./listener";
import { type ModeOptions, modesFrom, type SimulatorModes } from "./modes";
import type { AmountAsked, CallRecord, TransferRecord, TriggerRecord } from "./records";
import { RequestHandler } from "./requestHandler";
import { RuleRunner } from "./ruleRunner";
import { type Rule, TriggerEndpoint } from "./triggerEndpoint";

export interface SimulatorOptions {
  readonly clock: SandboxClock;
  readonly journal: Journal;
  /** Accounts and rules, with their credentials looked up. */
  readonly settings: SequenceSettings<string>;
  /** The URL that a stack output holds, by its dotted path such as `amountUrls.rent`. Throws if there is none. */
  readonly resolveAmountUrl: (outputPath: string) => string;
  readonly modes?: ModeOptions;
  /** Kills the processes of the functions, for the fault `connection: "crash"`. Defaults to nothing. */
  readonly crashCallers?: () => void;
}

/** A rule as it is now. */
export interface RuleSummary {
  readonly id: string;
  readonly name: string;
  readonly testMode: boolean;
  /** Set to be triggered remotely. */
  readonly remote: boolean;
}

/**
 * Sequence's Remote API on loopback (contract sections 1 to 3): rules that are triggered, ask for amounts and move simulated
 * money between accounts. Times are the sandbox's; only waiting for an answer is in real time.
 */
export class SequenceSimulator {
  /** Can be changed at any time. */
  readonly modes: SimulatorModes;
  private readonly book: AccountBook;
  private readonly accessTokens: AcceptedCredentials;
  private readonly triggerEndpoint: TriggerEndpoint;
  private readonly faults: Faults;
  private readonly runner: RuleRunner;
  private readonly requests: RequestHandler;
  private readonly listener: Listener;
  private readonly stopping = new AbortController();

  constructor({ clock, journal, settings, resolveAmountUrl, modes = {}, crashCallers = () => {} }: SimulatorOptions) {
    this.modes = modesFrom(modes);
    this.faults = new Faults(clock);
    this.book = new AccountBook(settings.accounts);
    this.accessTokens = new AcceptedCredentials(settings.accessToken);
    const shared = { clock, journal, modes: this.modes, accounts: this.book, stopped: this.stopping.signal };
    this.triggerEndpoint = new TriggerEndpoint(settings.rules, shared);
    this.runner = new RuleRunner({ ...shared, resolveAmountUrl });
    const { accessTokens, triggerEndpoint, runner, faults } = this;
    this.requests = new RequestHandler({ ...shared, accessTokens, triggerEndpoint, runner, faults, crashCallers });
    this.listener = new Listener((request, response) => this.requests.handle(request, response));
  }

  /**
   * Takes the settings of a changed sandbox.yaml. Balances, what happened and what is remembered of keys stay; a balance that has
   * changed in the file is taken from there.
   */
  reconfigure({ accounts, rules, accessToken }: SequenceSettings<string>): void {
    this.book.reconfigure(accounts);
    this.triggerEndpoint.reconfigure(rules);
    this.accessTokens.replace(accessToken);
  }

  /** Serves on 127.0.0.1 and returns the base URL. `port` defaults to a free one; a taken one rejects with `EADDRINUSE`. */
  start(port = 0): Promise<string> {
    return this.listener.start(port);
  }

  /** Closes every connection and ends what the rules are doing. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.listener.stop();
    await this.runner.ended();
  }

  /** Resolves once every accepted trigger is done. Rejects if the simulator found a bug of its own, such as lost money. */
  idle(): Promise<void> {
    return this.runner.idle();
  }

  /** Every call that came, the oldest first. */
  get calls(): readonly CallRecord[] {
    return this.requests.calls;
  }

  /** Every trigger that was accepted, the oldest first, without duplicates. */
  get triggers(): readonly TriggerRecord[] {
    return this.runner.triggers;
  }

  get transfers(): readonly TransferRecord[] {
    return this.runner.transfers;
  }

  get amountsAsked(): readonly AmountAsked[] {
    return this.runner.amountsAsked;
  }

  /** The accounts as the accounts call lists them, in cents. */
  accounts(): Account[] {
    return this.book.list();
  }

  /** The sum of all money, which no transfer changes; what lies in accounts of unknown balance is part of it. */
  totalCents(): number {
    return this.book.totalCents();
  }

  /** Sets what is in an account, named by id or name: money comes in or goes out. Or makes its balance unknown. */
  setBalance(account: string, balance: BalanceSettings): void {
    this.book.setBalance(account, balance);
  }

  /** Lets the accounts call tell so many cents of these accounts until the result is called. */
  supposeBalances(balances: Readonly<Record<string, number>>): () => void {
    return this.book.suppose(balances);
  }

  /** Changes a rule: its test mode, whether it is set to be triggered remotely, its actions. */
  configureRule(
    ruleId: string,
    change: { testMode?: boolean; remote?: boolean; actions?: readonly ActionSettings[] },
  ): void {
    Object.assign(this.rule(ruleId), change);
  }

  /** The faults that may strike yet, and how many calls each has struck. */
  activeFaults(): { readonly fault: Fault; readonly struck: number }[] {
    return this.faults.list();
  }

  /** The rules as they are now. */
  rules(): RuleSummary[] {
    return [...this.triggerEndpoint.rules.values()].map(({ id, name, testMode, remote }) => ({
      id,
      name,
      testMode,
      remote,
    }));
  }

  /** Accepts one more access token; the others stay valid until `revokeAccessToken`. */
  acceptAccessToken(token: string): void {
    this.accessTokens.accept(token);
  }

  revokeAccessToken(token: string): void {
    this.accessTokens.revoke(token);
  }

  /** Accepts one more API secret of a rule; the others stay valid until `revokeApiSecret`. */
  acceptApiSecret(ruleId: string, secret: string): void {
    this.rule(ruleId).secrets.accept(secret);
  }

  revokeApiSecret(ruleId: string, secret: string): void {
    this.rule(ruleId).secrets.revoke(secret);
  }

  /** Sets these modes, and the others to their defaults. */
  setModes(modes: ModeOptions): void {
    Object.assign(this.modes, modesFrom(modes));
  }

  /** Forgets every idempotency key. */
  forgetKeys(): void {
    this.triggerEndpoint.memory.forgetAll();
  }

  /** Makes calls go wrong from now on. */
  fault(fault: Fault): InjectedFault {
    return this.faults.inject(fault);
  }

  clearFaults(): void {
    this.faults.clear();
  }

  private rule(ruleId: string): Rule {
    const { rules } = this.triggerEndpoint;
    const rule = rules.get(ruleId);
    if (!rule) throw new Error(`There is no rule "${ruleId}". Known: ${[...rules.keys()].join(", ") || "none"}.`);
    return rule;
  }
}
