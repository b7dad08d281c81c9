import type { Account } from "../../lambda/client/types";
import type { AlarmSummary } from "../aws/cloudWatch";
import type { Outage } from "../aws/endpoint/outages";
import type { LogLine } from "../aws/logs";
import type { Journal } from "../aws/types";
import type { RuleSummary } from "../sequence";
import type { Fault, InjectedFault } from "../sequence/faults";
import type { SimulatorModes } from "../sequence/modes";
import type { CallRecord, TransferRecord, TriggerRecord } from "../sequence/records";
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
  RunningClock,
  ScheduleSummary,
  Time,
} from "./shapes";

export type * from "./shapes";

/** A Pulumi program on this machine, with a simulated Sequence. This is what stays compatible within a major version. */
export interface RunningSandbox {
  readonly clock: RunningClock;
  /** Stops nothing and moves no clock: resolves once nothing is under way. */
  idle(): Promise<void>;
  schedules(): ScheduleSummary[];
  /** The names of the triggers that the program declares. */
  triggerNames(): string[];
  /**
   * Moves from occurrence to occurrence of any schedule until Sequence is called to trigger a rule, and all that it set off is
   * done. Resolves to that occurrence, or to undefined if none of the next 62 days calls Sequence. Looks farther, up to 400 days,
   * if no trigger has an occurrence until then.
   */
  runUntilTriggered(): Promise<Occurrence | undefined>;
  /**
   * Lets a trigger run now: an extra occurrence of its own, or with `scheduledTime` that occurrence once more, as Scheduler may
   * deliver it at any time, `times` times (once by default). Rejects with `UserError` if there is no such trigger.
   */
  fire(trigger: string, options?: { readonly scheduledTime?: Time; readonly times?: number }): Promise<void>;
  /**
   * Sends the message of a person who runs an occurrence again, or an extra one (docs/triggers.md, "By hand"), a second later.
   * Rejects with `UserError` if there is no such trigger.
   */
  runAgain(trigger: string, which: RunAgain): Promise<void>;
  /** Sets or clears the stop switch: as long as it is on, no rule is triggered. */
  setStopSwitch(isOn: boolean): void;
  readonly stopSwitchIsOn: boolean;
  /** The names of the triggers that events set off. */
  eventTriggerNames(): string[];
  /**
   * Sends an event of your own to a trigger without a schedule, as your system does. The same text is the same event. Rejects with
   * `UserError` if events set off no such trigger.
   */
  sendEvent(trigger: string, event: string, payload?: object): Promise<void>;
  /** Every occurrence so far, in the order in which they fired, with what came of it. */
  occurrences(): OccurrenceReport[];

  /** The stack's outputs. Amount URLs are among them if the program exports them. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The amount URLs that are stack outputs, by path such as `amountUrls.rent`. */
  readonly amountUrls: Readonly<Record<string, string>>;
  /**
   * Asks for an amount as Sequence does, by its name or by the path of its output. With `balances`, as if these accounts had so many
   * cents: no money moves, and they have what they had afterwards. Rejects with `UserError` if there is none.
   */
  ask(amount: string, what?: { readonly balances?: Readonly<Record<string, number>> }): Promise<AmountAnswer>;
  /**
   * Revokes all amount URLs at once, as other labels in `urlKeys` do: the program is deployed again, as it is on disk, with new URL
   * keys, and the URLs that were handed out are refused from then on. The rules of the simulated Sequence still have those until
   * `pasteAmountUrls`. Rejects with `UserError` if the program has none; if it rejects, the last good deployment goes on.
   */
  revokeAmountUrls(): Promise<void>;
  /** Pastes the new URLs into the rules of the simulated Sequence, as a person does after a revocation. */
  pasteAmountUrls(): void;
  /** Whether the rules have URLs that were revoked. */
  readonly rulesHaveRevokedUrls: boolean;
  /** The amounts that the program declares. */
  amounts(): AmountSummary[];
  /** Every answer of the amount functions, the oldest first; the latest 5,000 are kept. */
  readonly amountReports: readonly AmountReport[];

  /** The simulated Sequence's address, for a client of your own. */
  readonly sequenceUrl: string;
  /** The accounts with their balances in cents, as the accounts call lists them. */
  accounts(): Account[];
  /** The known balances in cents, by the account's name. */
  balances(): Record<string, number>;
  /** Money comes in or goes out, or with `{ unknown }` the balance can't be told for this reason. */
  setBalance(account: string, balance: number | { readonly unknown: string }): void;
  /** Changes a rule: its test mode, whether it is set to be triggered remotely. Until the next deployment. */
  configureRule(ruleId: string, change: { readonly testMode?: boolean; readonly remote?: boolean }): void;
  /** Makes calls to Sequence go wrong from now on. */
  fault(fault: Fault): InjectedFault;
  /** Makes a service of AWS not answer the functions from now on. */
  outage(outage: Outage): InjectedFault;
  /** What may strike yet. */
  activeFaults(): ActiveFault[];
  /** Ends all faults and outages. */
  clearFaults(): void;
  /** The rules of the simulated Sequence as they are now. */
  rules(): RuleSummary[];
  /** How the simulated Sequence behaves where nothing is published; can be changed at any time. */
  readonly modes: SimulatorModes;
  /** Every call to Sequence, every trigger that it took, and every transfer, the oldest first. */
  readonly calls: readonly CallRecord[];
  readonly triggers: readonly TriggerRecord[];
  readonly transfers: readonly TransferRecord[];

  /**
   * Rotates the access token or a rule's API secret: Sequence makes a new one, it is stored in the program's secret, and the old one
   * is revoked. Until the next deployment. Throws `UserError` if no secret of the program holds it.
   */
  rotate(credential: "accessToken" | { readonly ruleId: string }): void;
  /** Puts a value into a secret, named by its logical name in the program or by its ARN. */
  fillSecret(secret: string, value: string): void;
  /** What the program's ledger has, the oldest first. */
  ledger(): LedgerEntry[];
  /** What would have been mailed, the oldest first. */
  mails(): readonly Mail[];
  /** The declared alarms as they are now. */
  alarms(): AlarmSummary[];
  /** What the functions and the endpoint wrote, the oldest first; the latest 20,000 lines are kept. */
  logs(): LogLine[];
  /** The bodies of the messages in a queue, named by its logical name in the program, or by the end of it. */
  messages(queue: string): string[];
  /** The logical names of the queues in which what failed ends: of every dead-letter queue. */
  readonly failureQueues: readonly string[];
  /** Everything that happens, as it happens. */
  readonly journal: Journal;

  /**
   * Deploys the program and sandbox.yaml again, as they are on disk now. Time, money, ledger, queues and URLs stay. If it rejects,
   * the last good deployment goes on.
   */
  redeploy(): Promise<void>;
  /** Ends all processes and listeners, and removes the sandbox's files. */
  stop(): Promise<void>;
}
