const BREAK = /\r?\n|\t|\p{Zl}|\p{Zp}/gu;
/** A character that a terminal obeys, and what would make a colour of it. */
const OBEYED = /(\p{Cc})(\[[\d;]*m)?/gu;
const ESCAPE = "\u{1b}";

/**
 * A line for a terminal. Names of events, accounts' names and messages of queues are others' words: a line break in one could pass for
 * a line of ours, and an escape sequence could wipe out what was printed before. Colours stay, because they are ours.
 */
export function printable(line: string): string {
  return line
    .replace(BREAK, " ")
    .replace(OBEYED, (all, character, colour = "") =>
      character === ESCAPE && colour !== "" ? all : `\u{FFFD}${colour}`,
    );
}
