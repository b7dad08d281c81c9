import { shown } from "../../lambda/agreements/shown";
import type { Problem } from "./gate";

const FORM = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** Whole seconds, because Scheduler keeps no fractions; a zone, because a date without one means another instant elsewhere. */
export function dateProblem(value: unknown): string | undefined {
  const parts = typeof value === "string" ? FORM.exec(value) : null;
  if (!parts)
    return `${shown(value)} is not allowed: give an instant in ISO 8601 with seconds and a time zone, such as 2027-01-01T00:00:00Z or 2027-01-01T00:00:00-05:00`;
  const [year, month, day] = parts.slice(1, 4).map(Number) as [number, number, number];
  // JavaScript takes 30 February for 2 March.
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    return `${shown(value)} is a day that doesn't exist`;
  return undefined;
}

/** What is wrong with `startDate` and `endDate`, each and together; `path` is the property that holds them. */
export function dateRangeProblems(
  path: string,
  { startDate, endDate }: { readonly startDate?: unknown; readonly endDate?: unknown },
): Problem[] {
  const problems: Problem[] = [];
  for (const [property, value] of Object.entries({ startDate, endDate })) {
    const reason = value === undefined ? undefined : dateProblem(value);
    if (reason !== undefined) problems.push({ path: `${path}.${property}`, reason });
  }
  if (problems.length > 0 || startDate === undefined || endDate === undefined) return problems;
  if (Date.parse(String(endDate)) > Date.parse(String(startDate))) return [];
  return [
    {
      path: `${path}.endDate`,
      reason: `${shown(endDate)} is not after startDate ${shown(startDate)}: give a later one`,
    },
  ];
}
