import type { LiveStack } from "../find/live";
import { absent, type Finding } from "./finding";

/** What is paid by the month, in dollars: docs/resources.md, "What it costs". */
const MONTHLY: Readonly<Record<string, readonly [what: string, dollars: number]>> = {
  "aws:secretsmanager/secret:Secret": ["secret", 0.4],
  "aws:cloudwatch/metricAlarm:MetricAlarm": ["alarm", 0.1],
  "aws:cloudwatch/dashboard:Dashboard": ["dashboard", 3],
};

/**
 * About what the stack costs a month, by what it declares. What was billed isn't asked for: a question of Cost Explorer costs money itself,
 * and it can't tell this stack from the rest of an account.
 */
export function costFindings({ hasRecord, declared }: LiveStack): Finding[] {
  const about = "costs";
  if (!hasRecord) return [absent(about, "not estimated: there is no record of the stack")];
  const parts = Object.entries(MONTHLY).map(([type, [what, dollars]]) => {
    const count = declared(type).length;
    return { text: `${count} ${what}${count === 1 ? "" : "s"}`, dollars: count * dollars };
  });
  const sum = parts.reduce((total, { dollars }) => total + dollars, 0);
  const list = parts.map(({ text }) => text).join(", ");
  return [
    absent(
      about,
      `about $${sum.toFixed(2)} a month for ${list}, and cents for what is paid by use; what was billed is in AWS's Cost Explorer`,
    ),
  ];
}
