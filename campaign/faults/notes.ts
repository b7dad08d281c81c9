import { sdkError } from "../world/cloud";
import type { Boundary, Fault } from "./fault";

/** A call of the function about a note in the ledger's table. */
export interface NoteCall {
  readonly isWrite: boolean;
}

const usual: readonly Fault<NoteCall>[] = [
  {
    name: "can't be read",
    if: ({ isWrite }) => !isWrite,
    strike: () => {
      throw sdkError("InternalServerError");
    },
  },
  {
    name: "can't be written",
    if: ({ isWrite }) => isWrite,
    strike: () => {
      throw sdkError("InternalServerError");
    },
  },
  {
    name: "written, and the answer is an error",
    if: ({ isWrite }) => isWrite,
    strike: async (_call, { run }) => {
      await run();
      throw sdkError("InternalServerError");
    },
  },
  {
    name: "written by another delivery first",
    if: ({ isWrite }) => isWrite,
    strike: () => {
      throw sdkError("ConditionalCheckFailedException");
    },
  },
];

/** Each delivery reads its rule's pace. */
export const paceIsKept: Boundary<NoteCall> = { name: "pace's note", share: 0.1, faults: usual };

/** What was skipped during a pause, for the daily check's mail. */
export const skippedIsNoted: Boundary<NoteCall> = { name: "note of what was skipped", share: 0.4, faults: usual };
