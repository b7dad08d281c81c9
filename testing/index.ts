import { type RunningSandbox, Sandbox, type SandboxOptions } from "../sandbox";

export { type TestAccount, type TestContextOptions, testAmount, testContext } from "../lambda/amounts/testing";
export type { Account, Balance } from "../lambda/client/types";
export {
  type ActionRecord,
  type ActiveFault,
  type AlarmState,
  type AlarmSummary,
  type AmountAnswer,
  type AmountReport,
  type AmountRequest,
  type AmountSummary,
  type CallRecord,
  type Fault,
  type InjectedFault,
  type Journal,
  type JournalEntry,
  type LedgerEntry,
  type LogLine,
  type Mail,
  type Occurrence,
  type OccurrenceReport,
  type Outage,
  type RuleSummary,
  type RunAgain,
  type RunningClock,
  type RunningSandbox,
  type SandboxOptions,
  type ScheduleSummary,
  SettingsError,
  type SimulatorModes,
  type Span,
  type Time,
  type TransferRecord,
  type TriggerRecord,
  UserError,
  type WorkingStep,
} from "../sandbox";
export { type DeclaredByMocks, type PulumiMocks, pulumiMocks } from "./mocks";

/**
 * Runs the Pulumi program of a folder on this machine, with a simulated Sequence and the folder's sandbox.yaml. Call `stop` when
 * the test is over: it ends all processes and removes all files.
 *
 * @throws UserError or SettingsError that says what to do; nothing is left running then.
 */
export function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  return Sandbox.start(options);
}
