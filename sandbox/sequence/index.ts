export type { Fault, InjectedFault } from "./faults";
export type { AmountRequest, ModeOptions, SimulatorModes } from "./modes";
export type { ActionRecord, AmountAsked, CallRecord, TransferRecord, TriggerRecord } from "./records";
export { SequenceSimulator, type SimulatorOptions } from "./simulator";
