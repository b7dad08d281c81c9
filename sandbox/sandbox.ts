import { sep } from "node:path";
import { sentenceOf } from "../lambda/agreements/amountWorking";
import { filesRead } from "../lambda/agreements/filesRead";
import { given } from "../lambda/agreements/given";
import type { Account } from "../lambda/client/types";
import type { AlarmSummary } from "./aws/cloudWatch";
import type { Outage } from "./aws/endpoint/outages";
import { Fronts } from "./aws/httpApi/fronts";
import { createJournal } from "./aws/journal";
import type { LocalCloud } from "./aws/localCloud";
import type { LogLine } from "./aws/logs";
import type { Journal } from "./aws/types";
import { SandboxClock } from "./clock";
import { applyConditions } from "./conditions";
import { type Deployed, deployOnce, readSource, type Source, type Surroundings } from "./deployed";
import { type Deployment, type Project, UserError } from "./engine";
import { secretNamed } from "./fillSecrets";
import { madeUpCredentials } from "./madeUpCredentials";
import { notesOf } from "./notes";
import { AmountReports } from "./port/amountReports";
import { amountsOf, type DeclaredAmount } from "./port/amountSpecs";
import { amountUrlsOf, notExported } from "./port/amountUrls";
import { askForAmount } from "./port/askForAmount";
import { runAgain, triggerByHand } from "./port/byHand";
import { fire } from "./port/fire";
import { FiredOccurrences } from "./port/firedOccurrences";
import { ledgerOf } from "./port/ledger";
import { failureQueuesOf, messagesIn } from "./port/messages";
import { reportOccurrences } from "./port/occurrences";
import { refuseUnknown } from "./port/options";
import { rotate } from "./port/rotation";
import { nextOccurrence, PublicClock } from "./port/runningClock";
import { eventTriggerNames, sendEvent } from "./port/sendEvent";
import { type StackExport, stackExportOf } from "./port/stackExport";
import { setStopSwitch, stopSwitchIsOn } from "./port/stopSwitch";
import { instantOf } from "./port/time";
import { summariesOf } from "./port/triggerSchedules";
import { triggersOf } from "./port/triggersDeclared";
import type {
  ActiveFault,
  AmountAnswer,
  AmountReport,
  AmountSummary,
  LedgerEntry,
  Mail,
  Occurrence,
  OccurrenceReport,
  RunAgain,
  RunningSandbox,
  Time,
} from "./port/types";
import { forgetUrlKeys } from "./port/urlRevocation";
import { type RuleSummary, SequenceSimulator } from "./sequence";
import { FAULT_FIELDS, type Fault, type InjectedFault } from "./sequence/faults";
import type { SandboxSettings } from "./settings";
import { STRIKE_LIMITS } from "./strikes";

export interface SandboxOptions {
  /** The folder of the Pulumi project, or one below it. */
  readonly directory: string;
  /** Port of the first HTTP API. Defaults to a free one. */
  readonly port?: number;
  /** Take the next free port if that one is taken, instead of failing. Defaults to false. */
  readonly nextPort?: boolean;
  /** Make resource types that the sandbox doesn't run an error. Defaults to false. */
  readonly strict?: boolean;
  /** Where the sandbox's clock starts. Defaults to `clock` of sandbox.yaml, else to now. */
  readonly startAt?: Time;
  /** Ends a start that is under way: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called at each resource that a deployment has made, with how many it has made by then. */
  readonly onResource?: (made: number) => void;
}

const OPTIONS = [
  "directory",
  "port",
  "nextPort",
  "strict",
  "startAt",
  "signal",
  "onResource",
] satisfies (keyof SandboxOptions)[];

const DAY_MS = 24 * 3600 * 1000;
/** Payday is at most a month away; two, so that a disabled or late one is no surprise. */
const LOOK_AHEAD_MS = 62 * DAY_MS;
/** A yearly trigger, or one that begins next year. Every day on the way runs the daily check, so it isn't any farther. */
const LONGEST_LOOK_AHEAD_MS = 400 * DAY_MS;

/**
 * A Pulumi program, deployed on this machine, with a simulated Sequence beside it. What isn't in `RunningSandbox` is for the
 * command and this repository's own tests.
 */
export class Sandbox implements RunningSandbox {
  readonly clock: PublicClock;
  private readonly fired: FiredOccurrences;
  private readonly answers: AmountReports;
  /** Credentials that were rotated since the last deployment, by rule; that of the accounts is under "". */
  private readonly rotated = new Map<string, string>();
  /** The amount URLs that the rules have, by output, if those were revoked since. */
  private pastedUrls: Readonly<Record<string, string>> | undefined;
  private declaredAmounts: { readonly of: Deployed; readonly all: DeclaredAmount[] } | undefined;

  private constructor(
    private readonly surroundings: Surroundings,
    private deployed: Deployed,
    readonly sequence: SequenceSimulator,
    readonly sequenceUrl: string,
  ) {
    this.clock = new PublicClock(surroundings.clock, this);
    this.fired = new FiredOccurrences(surroundings.journal, () => this.deployment.resources);
    this.answers = new AmountReports(surroundings.journal, () => this.amountsDeclared());
    this.cloud.logs.subscribe((line) => this.answers.note(line));
  }

  /**
   * Runs the program and brings everything it declares to life.
   *
   * @throws UserError or SettingsError that says what to do; nothing is left running then, and no file.
   */
  static async start(options: SandboxOptions): Promise<Sandbox> {
    refuseUnknown(options, OPTIONS, "startSandbox");
    const source = readSource(options.directory);
    const startAt = options.startAt === undefined ? source.settings.startAt : instantOf(options.startAt);
    const clock = new SandboxClock(startAt ?? Date.now());
    const fronts = new Fronts(options.port, options.nextPort);
    const standIn: { sequenceUrl?: string } = {};
    const surroundings: Surroundings = {
      ...{ clock, fronts, journal: createJournal(clock), passwords: new Map(), invented: new Map() },
      strict: options.strict ?? false,
      sequenceUrl: () => standIn.sequenceUrl ?? "",
      ...given({ onResource: options.onResource }),
    };
    let deployed: Deployed | undefined;
    let sequence: SequenceSimulator | undefined;
    try {
      deployed = await deployOnce(source, surroundings, options.signal);
      sequence = simulatorOf(deployed, surroundings, {
        amountUrls: () => ({ ...sandbox.amountUrls, ...sandbox.pastedUrls }),
        crashCallers: () => sandbox.cloud.functions.killAtWork(),
      });
      standIn.sequenceUrl = await sequence.start();
      const sandbox = new Sandbox(surroundings, deployed, sequence, standIn.sequenceUrl);
      await deployed.cloud.start();
      options.signal?.throwIfAborted();
      return sandbox;
    } catch (error) {
      await sequence?.stop();
      await deployed?.cloud.stop();
      await fronts.stop();
      clock.stop();
      throw error;
    }
  }

  async redeploy(signal?: AbortSignal): Promise<void> {
    await this.replace(readSource(this.project.directory), signal);
  }

  private async replace(source: Source, signal: AbortSignal | undefined): Promise<void> {
    const next = await deployOnce(source, this.surroundings, signal);
    const { clock } = this.surroundings;
    const wasPaused = clock.isPaused;
    // What is due while one gives way to the other is due right after it.
    clock.pause();
    try {
      await this.idle();
      const { cloud: earlier, settings } = this.deployed;
      next.cloud.takeOver(earlier);
      this.sequence.reconfigure(next.sequence);
      applyConditions(this.sequence, next.settings, settings);
      this.deployed = next;
      this.rotated.clear();
      await earlier.stop();
      await next.cloud.start();
      this.journal.record("sandbox.deployed", { resources: next.deployment.resources.length });
    } finally {
      if (!wasPaused) clock.resume();
    }
  }

  /** The names of the program's triggers. */
  triggerNames(): string[] {
    return triggersOf(this.deployment.resources).map(({ name }) => name);
  }

  timezoneOf(trigger: string): string {
    return triggersOf(this.deployment.resources).find(({ name }) => name === trigger)?.timezone ?? "UTC";
  }

  /** What to add to the program for amount URLs that are no stack outputs. */
  notExported(): string {
    return notExported(this.deployment);
  }

  /** What is missing, and what works here and wouldn't on AWS. */
  get notes(): readonly string[] {
    const { missing } = this.settings;
    return [...(missing === undefined ? [] : [missing]), ...notesOf(this.project)];
  }

  /** The credentials of the simulated Sequence that the sandbox made up, for a client of one's own. */
  get madeUpCredentials() {
    return madeUpCredentials(
      this.settings,
      this.deployed.sequence,
      this.deployment.invented.map(({ key }) => String(this.config.get(key))),
    );
  }

  /** The folder and the files in which a change means another deployment. */
  watched(): string[] {
    const { programDirectory, file } = this.project;
    return [programDirectory, file, ...[...filesRead()].filter((path) => !path.startsWith(programDirectory + sep))];
  }

  /** The stack for the commands that look after one: its record, and how to reach its AWS. The credentials open nothing but this sandbox. */
  liveStack(): StackExport & { readonly sandbox: object } {
    const { cloud, deployment } = this.deployed;
    const { endpoint, functions, context } = cloud;
    return {
      ...stackExportOf(deployment, (name) => functions.variablesOf(name)),
      sandbox: {
        ...{ endpoint: endpoint.url, region: context.region, credentials: endpoint.operatorCredentials },
        now: this.clock.now(),
      },
    };
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

  private triggerCalls(): number {
    return this.calls.filter(({ endpoint }) => endpoint === "trigger").length;
  }

  async fire(trigger: string, options: { readonly scheduledTime?: Time; readonly times?: number } = {}): Promise<void> {
    refuseUnknown(options, ["scheduledTime", "times"], "fire");
    fire(this.deployed, this.surroundings, trigger, options);
    await this.idle();
  }

  async runAgain(trigger: string, which: RunAgain): Promise<void> {
    refuseUnknown(which, ["scheduledTime", "occurrence", "event", "confirmedNotExecutedUntil"], "runAgain");
    triggerByHand(this.deployed, trigger, which);
    // Functions' clocks run while the sandbox's stands still, and a message counts for what happened before it was sent.
    await this.clock.advanceBy({ seconds: 1 });
    runAgain(this.deployed, this.journal, trigger, which);
    await this.idle();
  }

  setStopSwitch(isOn: boolean): void {
    setStopSwitch(this.deployed, isOn);
    this.journal.record("sandbox.stopSwitch", { isOn });
  }

  get stopSwitchIsOn(): boolean {
    return stopSwitchIsOn(this.deployed);
  }

  eventTriggerNames(): string[] {
    return eventTriggerNames(this.deployment);
  }

  async sendEvent(trigger: string, event: string, payload?: object): Promise<void> {
    sendEvent(this.deployed, this.surroundings, trigger, event, payload);
    await this.idle();
  }

  occurrences(): OccurrenceReport[] {
    return reportOccurrences(this.fired.all, {
      ...{ cloud: this.cloud, settings: this.settings, deployment: this.deployment },
      ...{ ledger: this.ledger(), triggers: this.triggers },
    });
  }

  get outputs(): Readonly<Record<string, unknown>> {
    return this.deployment.outputs;
  }

  get amountUrls(): Readonly<Record<string, string>> {
    return amountUrlsOf(this.deployment);
  }

  async ask(amount: string, what: { balances?: Readonly<Record<string, number>> } = {}): Promise<AmountAnswer> {
    refuseUnknown(what, ["balances"], "ask");
    const { balances } = what;
    if (!balances) return askForAmount(amount, this.amountUrls, this);
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

  async revokeAmountUrls(): Promise<void> {
    const pasted = this.pastedUrls ?? this.amountUrls;
    const restore = forgetUrlKeys(this.deployed, this.surroundings.passwords);
    try {
      await this.redeploy();
    } catch (error) {
      restore();
      throw error;
    }
    this.pastedUrls = pasted;
    this.journal.record("sandbox.urlsRevoked", {});
  }

  pasteAmountUrls(): void {
    this.pastedUrls = undefined;
    this.journal.record("sandbox.urlsPasted", {});
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
    return this.sequence.fault(fault);
  }

  outage(outage: Outage): InjectedFault {
    refuseUnknown(outage, ["service", ...STRIKE_LIMITS], "outage");
    return this.cloud.endpoint.outages.begin(outage);
  }

  activeFaults(): ActiveFault[] {
    return [...this.sequence.activeFaults(), ...this.cloud.endpoint.outages.list()];
  }

  clearFaults(): void {
    this.sequence.clearFaults();
    this.cloud.endpoint.outages.clear();
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

  async stop(): Promise<void> {
    await this.sequence.stop();
    await this.cloud.stop();
    await this.surroundings.fronts.stop();
    this.surroundings.clock.stop();
  }
}

function simulatorOf(
  { sequence: settings, settings: file }: Deployed,
  { clock, journal }: Surroundings,
  {
    amountUrls,
    crashCallers,
  }: { readonly amountUrls: () => Readonly<Record<string, string>>; readonly crashCallers: () => void },
): SequenceSimulator {
  const resolveAmountUrl = (path: string) => {
    const url = amountUrls()[path];
    if (url === undefined) throw new Error("there is no such output");
    return url;
  };
  const simulator = new SequenceSimulator({ clock, journal, settings, resolveAmountUrl, crashCallers });
  applyConditions(simulator, file);
  return simulator;
}
