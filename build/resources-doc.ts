import {
  type Child,
  isAlarm,
  isText,
  partOf,
  reasonKey,
  shortName,
  statementsOf,
  typeOf,
} from "./resources-doc.children";
import { metricsPrice, type Price, prices, reasons } from "./resources-doc.data";
import { drawn } from "./resources-doc.picture";

/**
 * The text of docs/resources.md: every child of a component, in a picture and in lists.
 *
 * @throws Error that names the children without a reason, the reasons without a child, and what the picture lacks.
 */
export function resourcesDoc(component: string, children: readonly Child[]): string {
  const sorted = [...children].sort((a, b) => (partOf(component, a) < partOf(component, b) ? -1 : 1));
  checkReasons(component, sorted);
  const alarms = sorted.filter(isAlarm);
  const others = sorted.filter((child) => !isAlarm(child));
  const groups = SECTIONS.map(([title, prefix]) => {
    const own = others.filter((child) => prefix === groupOf(component, child));
    return `## ${title}\n\n${own.map((child) => item(component, child, reasonOf(component, child))).join("\n")}`;
  });
  const rights = others
    .filter(({ inputs }) => [inputs.policy, inputs.assumeRolePolicy, inputs.principal].some(isText))
    .map((child) => `- \`${partOf(component, child)}\` ${rightsOf(component, child, sorted)}`);
  const parts = [
    HEAD,
    drawn(component, sorted),
    FOOT,
    ...groups,
    `## Alarms\n\n${ALARMS}\n\n${alarms.map((alarm) => alarmItem(component, alarm)).join("\n")}`,
    `## Rights\n\n${RIGHTS}\n\n${rights.join("\n")}`,
    `## What it costs\n\n${costs(sorted)}`,
  ];
  return `${parts.join("\n\n")}\n`;
}

const HEAD = `<!-- Made by build/resources-doc.ts: UPDATE_SNAPSHOTS=1 npx mocha test/provider/resourcesDoc.test.ts -->
# What is deployed

This page has every resource that the quickstart's program makes in AWS: one \`RemoteApi\` with three amounts and one trigger. Sequence asks
the HTTP API for an amount, and the amount function answers. A schedule puts each occurrence into the work queue, and the trigger function
takes it from there, looks whether the amounts that the rule will ask for can be answered, notes the occurrence in the ledger and triggers the
rule in Sequence. What fails for good goes to the failure queue. Alarms and the trigger function tell you of trouble by mail, through one topic.`;

const FOOT = `Not in the picture are the roles and policies, the log groups, and the small resources that connect the others; the lists below have them all.

The name of a child is the component's, a dash and the part that is shown: \`sequence-amounts-function\`. In AWS it is followed by seven
digits; a schedule has its trigger's name there, and the dashboard its function's.`;

const ALARMS = "The text of each is what the mail says.";

const RIGHTS = `Every right is on exactly the resources that are named; what isn't listed is denied. The sandbox enforces the same policies on your
laptop.`;

const SECTIONS = [
  ["The endpoint for amounts", "amounts"],
  ["The triggers", "triggers"],
  ["For both", ""],
] as const;

function groupOf(component: string, child: Child): string {
  return /^(amounts|triggers)-/.exec(partOf(component, child))?.[1] ?? "";
}

function item(component: string, child: Child, text: string): string {
  return `- **\`${partOf(component, child)}\`** (${typeOf(child)}): ${text}`;
}

/** The alarm, its metric and threshold, and its text. */
function alarmItem(component: string, child: Child): string {
  const { metricName, namespace, statistic, comparisonOperator, threshold, period, evaluationPeriods } = child.inputs;
  const periods = Number(evaluationPeriods);
  const minutes = (Number(period) * periods) / 60;
  const time = minutes < 120 ? `${minutes} minutes` : `${minutes / 60} hours`;
  const limit = comparisonOperator === "LessThanThreshold" ? `below ${threshold}` : `${threshold} or more`;
  const watched = `${statistic} of \`${metricName}\` in \`${namespace}\`: ${limit} ${periods > 1 ? "for" : "in"} ${time}`;
  return `- **\`${partOf(component, child)}\`** (${watched}). ${child.inputs.alarmDescription}`;
}

function reasonOf(component: string, child: Child): string {
  return reasons[reasonKey(partOf(component, child)) as string] as string;
}

function checkReasons(component: string, children: readonly Child[]): void {
  const others = children.filter((child) => !isAlarm(child));
  const used = others.map((child) => ({ part: partOf(component, child), key: reasonKey(partOf(component, child)) }));
  const without = used.filter(({ key }) => key === undefined).map(({ part }) => part);
  const unused = Object.keys(reasons).filter((reason) => !used.some(({ key }) => key === reason));
  if (without.length > 0) throw new Error(`no reason in build/resources-doc.data.ts for ${without.join(", ")}`);
  if (unused.length > 0) throw new Error(`no child for the reasons of ${unused.join(", ")}`);
}

function rightsOf(component: string, child: Child, all: readonly Child[]): string {
  const { policy, assumeRolePolicy, principal, action } = child.inputs;
  if (typeof policy === "string") {
    const statements = statementsOf(policy)
      .map(({ Action, Resource }) => {
        // A log group is there twice, with and without the end that stands for its streams.
        const on = new Set([Resource].flat().map((arn) => shortName(component, arn, all)));
        return `\n  - ${codes([Action].flat())} on ${codes([...on])}`;
      })
      .join("");
    return `allows${statements}`;
  }
  if (typeof assumeRolePolicy === "string") {
    const [statement] = statementsOf(assumeRolePolicy) as unknown as {
      Principal: { Service: string };
      Condition?: Record<string, Record<string, string>>;
    }[];
    const group = statement?.Condition?.StringEquals?.["aws:SourceArn"];
    const scope = group ? `, for \`${shortName(component, group, all)}\` only` : "";
    return `is taken on by \`${statement?.Principal.Service}\`${scope}`;
  }
  if (typeof principal === "string") return `lets \`${principal}\` call \`${action}\``;
  return "";
}

function codes(texts: readonly string[]): string {
  return texts.map((text) => `\`${text}\``).join(", ");
}

function usd(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

function costs(children: readonly Child[]): string {
  const fixed = Object.entries(prices)
    .filter((entry): entry is [string, Price & { monthlyUsd: number }] => entry[1].monthlyUsd !== undefined)
    .map(([type, price]) => ({ ...price, type, count: children.filter((child) => child.type === type).length }));
  const total = (free: boolean) =>
    fixed.reduce((sum, { monthlyUsd, alwaysFree = 0, count }) => {
      return sum + monthlyUsd * Math.max(0, count - (free ? alwaysFree : 0));
    }, 0);
  const parts = fixed.map(({ type, count, monthlyUsd }) => {
    const name = nameOf(type);
    return `${count} ${name}${count === 1 ? "" : "s"} at ${usd(monthlyUsd)}`;
  });
  const byUse = Object.entries(prices)
    .filter(([type, price]) => price.byUse !== undefined && children.some((child) => child.type === type))
    .map(([type, price]) => `- ${nameOf(type)}: ${price.byUse}.`);
  return `About **${usd(total(false))} a month** for the quickstart: ${parts.join(", ")}. In an account that uses none of
AWS's permanent free tier otherwise (10 alarms, 3 dashboards), about **${usd(total(true))}**. What is paid by use comes to a few cents
for a household, which asks for some amounts a day and has some occurrences a month:

${byUse.join("\n")}
- Metrics that the functions write into their logs: ${metricsPrice}.

These are approximate list prices of us-east-1 without tax, written down in November 2026. They change, and they differ by region: check
them against [AWS's own](https://calculator.aws/). What isn't listed is free.

To pay less: \`dashboard: false\` saves ${usd(prices["aws:cloudwatch/dashboard:Dashboard"]?.monthlyUsd ?? 0)}; an existing secret (\`accessTokenSecretArn\`, \`apiSecretArn\`) saves
${usd(prices["aws:secretsmanager/secret:Secret"]?.monthlyUsd ?? 0)} each. Alarms are what tells you of a transfer that wasn't made; leave them on.`;
}

/** The last word of a resource's type. */
function nameOf(type: string): string {
  return type.split(":").at(-1) as string;
}
