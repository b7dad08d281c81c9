import { ledgerNotes } from "../../lambda/agreements/ledgerNotes";
import type { Deployed } from "../deployed";

type Program = Pick<Deployed, "cloud" | "deployment">;

const KEY = { key: { S: ledgerNotes.pause } };

/** Sets or clears the stop switch in every ledger of the program, as a person would (docs/triggers.md, "The stop switch"). */
export function setStopSwitch(program: Program, isOn: boolean): void {
  for (const table of ledgers(program))
    if (isOn) program.cloud.tables.put(table, KEY);
    else program.cloud.tables.delete(table, KEY);
}

/** Whether it is on in any of them. */
export function stopSwitchIsOn(program: Program): boolean {
  return ledgers(program).some((table) =>
    program.cloud.tables.items(table).some(({ key }) => key?.S === ledgerNotes.pause),
  );
}

function ledgers({ deployment }: Program): string[] {
  return deployment.resources
    .filter(({ type, inputs }) => type === "aws:dynamodb/table:Table" && inputs.hashKey === "key")
    .map(({ state }) => String(state.name));
}
