import { sentenceOf } from "../lambda/agreements/amountWorking";
import type { Account } from "../lambda/client/types";
import type { AlarmSummary } from "./aws/cloudWatch";
import type { LocalCloud } from "./aws/localCloud";
import type { LogLine } from "./aws/logs";
import type { Journal } from "./aws/types";
import type { Deployed, Surroundings } from "./deployed";
import type { Deployment, Project } from "./engine";
import { AmountReports } from "./port/amountReports";
import { amountsOf, type DeclaredAmount } from "./port/amountSpecs";
import { amountUrlsOf } from "./port/amountUrls";
import { FiredOccurrences } from "./port/firedOccurrences";
import { ledgerOf } from "./port/ledger";
import { failureQueuesOf, messagesIn } from "./port/messages";
import { reportOccurrences } from "./port/occurrences";
import { PublicClock } from "./port/runningClock";
import { eventTriggerNames } from "./port/sendEvent";
import { stopSwitchIsOn } from "./port/stopSwitch";
import { summariesOf } from "./port/triggerSchedules";
import { triggersOf } from "./port/triggersDeclared";
import type { ActiveFault, AmountReport, AmountSummary, LedgerEntry, Mail, OccurrenceReport } from "./port/types";
import type { RuleSummary, SequenceSimulator } from "./sequence";
import type { SandboxSettings } from "./settings";

/** A deployed program and what there is to see of it. Nothing here changes anything. */
export abstract class SandboxView {
  readonly clock: PublicClock;
  /** The amount URLs that the rules have, by output, if those were revoked since. */
  protected pastedUrls: Readonly<Record<string, string>> | undefined;
  private readonly fired: FiredOccurrences;
  private readonly answers: AmountReports;
  private declaredAmounts: { readonly of: Deployed; readonly all: DeclaredAmount[] } | undefined;

  protected constructor(
    protected readonly surroundings: Surroundings,
    protected deployed: Deployed,
    readonly sequence: SequenceSimulator,
    readonly sequenceUrl: string,
  ) {
    this.clock = new PublicClock(surroundings.clock, this);
    this.fired = new FiredOccurrences(surroundings.journal, () => this.deployment.resources);
    this.answers = new AmountReports(surroundings.journal, () => this.amountsDeclared());
    this.cloud.logs.subscribe((line) => this.answers.note(line));
    this.cloud.logs.subscribe(({ message }) => this.fired.noteLine(message));
  }

  /** The names of the program's triggers. */
  triggerNames(): string[] {
    return triggersOf(this.deployment.resources).map(({ name }) => name);
  }

  timezoneOf(trigger: string): string {
    return triggersOf(this.deployment.resources).find(({ name }) => name === trigger)?.timezone ?? "UTC";
  }

  get project(): Project {
    return this.deployed.project;
  }

  get settings(): SandboxSettings {
    return this.deployed.settings;
  }

  /** The folder's sandbox.yaml, whether or not it is there. */
  get settingsFile(): string {
    return this.deployed.settingsFile;
  }

  get cloud(): LocalCloud {
    return this.deployed.cloud;
  }

  get deployment(): Deployment {
    return this.deployed.deployment;
  }

  /** The configuration's values by full key; among them secrets. */
  get config(): ReadonlyMap<string, string> {
    return this.deployed.config;
  }

  get journal(): Journal {
    return this.surroundings.journal;
  }

  schedules() {
    return summariesOf(this.cloud.scheduler, this.deployment.resources, this.clock.now());
  }

  get stopSwitchIsOn(): boolean {
    return stopSwitchIsOn(this.deployed);
  }

  eventTriggerNames(): string[] {
    return eventTriggerNames(this.deployment);
  }

  occurrences(): OccurrenceReport[] {
    return reportOccurrences(this.fired.all, {
      ...{ amountReports: this.amountReports, settings: this.settings, deployment: this.deployment },
      ...{ ledger: this.ledger(), triggers: this.triggers },
    });
  }

  get outputs(): Readonly<Record<string, unknown>> {
    return this.deployment.outputs;
  }

  get amountUrls(): Readonly<Record<string, string>> {
    return amountUrlsOf(this.deployment);
  }

  get rulesHaveRevokedUrls(): boolean {
    return this.pastedUrls !== undefined;
  }

  amounts(): AmountSummary[] {
    return this.amountsDeclared().map(({ name, spec }) => ({
      ...{ name, kind: spec.kind, sentence: sentenceOf(spec) },
      account: "account" in spec ? spec.account : undefined,
    }));
  }

  private amountsDeclared(): DeclaredAmount[] {
    if (this.declaredAmounts?.of !== this.deployed)
      this.declaredAmounts = { of: this.deployed, all: amountsOf(this.deployed) };
    return this.declaredAmounts.all;
  }

  get amountReports(): readonly AmountReport[] {
    return this.answers.all;
  }

  accounts(): Account[] {
    return this.sequence.accounts();
  }

  balances(): Record<string, number> {
    const known = this.accounts().flatMap(({ name, balance }) =>
      balance.known ? [[name, balance.cents] as const] : [],
    );
    return Object.fromEntries(known);
  }

  activeFaults(): ActiveFault[] {
    return [...this.sequence.activeFaults(), ...this.cloud.endpoint.outages.list()];
  }

  rules(): RuleSummary[] {
    return this.sequence.rules();
  }

  get modes() {
    return this.sequence.modes;
  }

  get calls() {
    return this.sequence.calls;
  }

  get triggers() {
    return this.sequence.triggers;
  }

  get transfers() {
    return this.sequence.transfers;
  }

  ledger(): LedgerEntry[] {
    return ledgerOf(this.deployed);
  }

  mails(): readonly Mail[] {
    return this.cloud.topics.mails;
  }

  alarms(): AlarmSummary[] {
    return this.cloud.cloudWatch.alarms();
  }

  logs(): LogLine[] {
    return this.cloud.logs.lines();
  }

  messages(queue: string): string[] {
    return messagesIn(this.deployed, queue);
  }

  get failureQueues(): readonly string[] {
    return failureQueuesOf(this.deployed);
  }

  async idle(): Promise<void> {
    await this.surroundings.clock.settled();
    await this.sequence.idle();
    await this.surroundings.clock.settled();
  }
}
