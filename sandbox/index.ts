// The sandbox's only door: the command and the tests of whole programs import nothing that lies deeper.
export { nextOccurrence } from "../lambda/schedule";
export type { Statement } from "./aws/iam/document";
export { parsePolicy } from "./aws/iam/document";
export { evaluate, evaluateTrust } from "./aws/iam/evaluate";
export type { Occurrence } from "./aws/scheduler";
export type { Mail } from "./aws/topics";
export type { ArchiveFiles, Cloud, Created, CreateRequest, JournalEntry } from "./aws/types";
export type { DeclaredResource, Deployment, Sdk } from "./engine";
export { isPulumiError, loadSdk, programConfig, run, UserError } from "./engine";
export { Sandbox, type SandboxOptions } from "./sandbox";
export type { ActionRecord, AmountAsked, CallRecord, TransferRecord, TriggerRecord } from "./sequence/records";
export { SettingsError } from "./settings";
