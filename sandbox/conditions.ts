import type { SequenceSimulator } from "./sequence";
import type { SandboxSettings } from "./settings";

/**
 * Sets what sandbox.yaml says of the simulated Sequence beside accounts and rules: its modes and faults. After a change of the file
 * (`before` is what it said), only if it says something else now: faults that have struck don't strike again.
 */
export function applyConditions(
  sequence: SequenceSimulator,
  settings: SandboxSettings,
  before?: SandboxSettings,
): void {
  const { modes, faults = [] } = settings.sequence;
  if (
    before &&
    JSON.stringify([modes, faults]) === JSON.stringify([before.sequence.modes, before.sequence.faults ?? []])
  )
    return;
  sequence.setModes(modes ?? {});
  sequence.clearFaults();
  for (const fault of faults) sequence.fault(fault);
}
