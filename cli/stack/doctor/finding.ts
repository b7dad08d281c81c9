import { isDeepStrictEqual } from "node:util";
import { given } from "../../../lambda/agreements/given";
import { isNotThere, reasonOf } from "../aws/explain";
import { StackError } from "../exit";
import { isHidden } from "../find/recorded";

/** How a thing that was looked at is. */
export const marks = {
  fine: "✓",
  /** Nothing is broken, and a person should know. */
  note: "!",
  /** A person has to do something. */
  wrong: "✗",
  /** It couldn't be looked at. */
  unseen: "?",
  /** There is nothing to look at there. */
  absent: "-",
} as const;

export type Mark = keyof typeof marks;

/** One line of the report. */
export interface Finding {
  readonly mark: Mark;
  /** What was looked at. */
  readonly about: string;
  readonly says: string;
  /** What a person can do. */
  readonly todo?: string;
}

export const fine = (about: string, says: string): Finding => ({ mark: "fine", about, says });
export const note = (about: string, says: string, todo?: string): Finding => told("note", about, says, todo);
export const wrong = (about: string, says: string, todo?: string): Finding => told("wrong", about, says, todo);
export const unseen = (about: string, says: string): Finding => ({ mark: "unseen", about, says });
export const absent = (about: string, says: string): Finding => ({ mark: "absent", about, says });

function told(mark: Mark, about: string, says: string, todo: string | undefined): Finding {
  return { mark, about, says, ...given({ todo }) };
}

/** The answers of a look at one thing. One that fails becomes a line that says why, so that the others are told all the same. */
export async function looked(about: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (isNotThere(error)) return [absent(about, `not checked there: ${(error as Error).message}`)];
    // It was looked at, and is broken.
    if (error instanceof StackError && error.exit === "problem") return [wrong(about, error.message)];
    return [unseen(about, `couldn't be looked at: ${reasonOf(error)}`)];
  }
}

/** What was declared beside what is there, each with how a person calls the difference. */
export type Compared = readonly (readonly [difference: string, declared: unknown, live: unknown])[];

/** The differences that there are. What the record doesn't have, or hides, isn't compared. */
export function differences(compared: Compared): string[] {
  return compared.flatMap(([difference, declared, live]) =>
    declared === undefined || isHidden(declared) || isDeepStrictEqual(plain(declared), plain(live)) ? [] : [difference],
  );
}

/** Without classes, and without members that are undefined. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** What is to be done about what was changed in AWS behind Pulumi's back. */
export const DEPLOY_AGAIN = 'deploy again with "pulumi up --refresh", and find out who changed it';
