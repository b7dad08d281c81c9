// The sandbox's only door: the command and the tests of whole programs import nothing that lies deeper.
export type { AlarmSummary } from "./aws/cloudWatch";
export type { Outage } from "./aws/endpoint/outages";
export type { Statement } from "./aws/iam/document";
export { parsePolicy } from "./aws/iam/document";
export { evaluate, evaluateTrust } from "./aws/iam/evaluate";
export type { LogLine } from "./aws/logs";
export type { ArchiveFiles, Cloud, Created, CreateRequest, Journal, JournalEntry } from "./aws/types";
export { draftSettings } from "./draft";
export type { DeclaredResource, Deployment, Sdk } from "./engine";
export { isPulumiError, loadSdk, programConfig, run, UserError } from "./engine";
export type * from "./port/types";
export { Sandbox, type SandboxOptions } from "./sandbox";
export type { RuleSummary } from "./sequence";
export type { Fault, InjectedFault } from "./sequence/faults";
export type { AmountRequest, SimulatorModes } from "./sequence/modes";
export type { ActionRecord, CallRecord, TransferRecord, TriggerRecord } from "./sequence/records";
export { SettingsError } from "./settings";
export type { StrikeLimits } from "./strikes";
