import type { LogLineView, TraceStep } from "../../shared/types";

/** An amount of `asks` that can't be answered, as the line `occurrence.checked` has it. */
interface Trouble {
  readonly what: string;
  readonly code: string;
  readonly reason: string;
  readonly repair: boolean;
  readonly holds: boolean;
}

/** The check of the amounts that the rule will ask for (docs/triggers.md, "What its rule asks for"). */
export function checkStep(line: LogLineView, fields: Readonly<Record<string, unknown>>): TraceStep {
  const troubles = (fields.troubles ?? []) as readonly Trouble[];
  const expected = typeof fields.expected === "string" ? [`expected before the first try: ${fields.expected}`] : [];
  return {
    ...{ stage: "Check", at: line.at, working: [], lines: [line], ids: {} },
    status: troubles.length === 0 ? "ok" : "warn",
    title:
      fields.held === true
        ? "the rule isn't triggered yet: it needs an amount that isn't known"
        : troubles.length === 0
          ? "the amounts that the rule will ask for are known"
          : "an amount isn't known; the rule is triggered all the same",
    details: [...expected, ...troubles.map(troubleText)],
  };
}

function troubleText({ what, code, reason, repair, holds }: Trouble): string {
  const then = holds ? "held by holdUntilKnown" : "not in holdUntilKnown, so it holds nothing";
  return `${what}: ${code}, ${reason}; ${then}${repair ? "; only a person can mend it, so it is mailed" : ""}`;
}
