import { metricsPrice, type Price, prices, reasons } from "./resources-doc.data";

/** A child as it was declared; all that the document needs of it. */
export interface Child {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly state: Record<string, unknown>;
}

interface Statement {
  readonly Action: string | string[];
  readonly Resource: string | string[];
}

/**
 * The text of docs/resources.md: one row for each child of a component.
 *
 * @throws Error that names the children without a reason, and the reasons without a child.
 */
export function resourcesDoc(component: string, children: readonly Child[]): string {
  const sorted = [...children].sort((a, b) => (partOf(component, a) < partOf(component, b) ? -1 : 1));
  checkReasons(component, sorted);
  const rows = sorted.map((child) => {
    const cells = [`\`${partOf(component, child)}\``, typeOf(child), reasonOf(component, child)];
    return `| ${[...cells, rightsOf(component, child, sorted), costOf(child)].join(" | ")} |`;
  });
  return `${HEAD}
| Child | Type | Why it is there | Rights | Cost a month |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

## What it costs

${costs(sorted)}
`;
}

const HEAD = `<!-- Made by build/resources-doc.ts: UPDATE_SNAPSHOTS=1 npx mocha test/provider/resourcesDoc.test.ts -->
# What is deployed

Every resource that the quickstart's program (one \`RemoteApi\` with three amounts and one trigger) makes in AWS. The name of a child is the component's, a dash and the part that is shown: \`sequence-amounts-function\`. In AWS it is followed by seven digits; a schedule has its trigger's name there, and the dashboard its function's.

Every right is on exactly the resources that are named; what isn't listed is denied. The sandbox enforces the same policies on your laptop.
`;

function partOf(component: string, { name }: Child): string {
  return name.slice(component.length + 1);
}

function typeOf({ type }: Child): string {
  return type.replace(/^random:index\/\w+:/, "random ").replace(/^(\w+):(\w+)\/\w+:/, "$1 $2 ");
}

function reasonKey(part: string): string | undefined {
  return Object.keys(reasons).find((key) =>
    key.endsWith("*") ? part.startsWith(key.slice(0, -1)) && part.length >= key.length : key === part,
  );
}

function reasonOf(component: string, child: Child): string {
  const { alarmDescription } = child.inputs;
  if (typeof alarmDescription === "string") return alarmDescription;
  return reasons[reasonKey(partOf(component, child)) as string] as string;
}

function checkReasons(component: string, children: readonly Child[]): void {
  const others = children.filter(({ inputs }) => inputs.alarmDescription === undefined);
  const used = others.map((child) => ({ part: partOf(component, child), key: reasonKey(partOf(component, child)) }));
  const without = used.filter(({ key }) => key === undefined).map(({ part }) => part);
  const unused = Object.keys(reasons).filter((reason) => !used.some(({ key }) => key === reason));
  if (without.length > 0) throw new Error(`no reason in build/resources-doc.data.ts for ${without.join(", ")}`);
  if (unused.length > 0) throw new Error(`no child for the reasons of ${unused.join(", ")}`);
}

function rightsOf(component: string, child: Child, all: readonly Child[]): string {
  const { policy, assumeRolePolicy, principal, action } = child.inputs;
  if (typeof policy === "string")
    return statementsOf(policy)
      .map(({ Action, Resource }) => {
        const on = [Resource].flat().map((arn) => `\`${shortName(component, arn, all)}\``);
        return `${codes([Action].flat())} on ${on.join(", ")}`;
      })
      .join("; ");
  if (typeof assumeRolePolicy === "string") {
    const [statement] = statementsOf(assumeRolePolicy) as unknown as {
      Principal: { Service: string };
      Condition?: Record<string, Record<string, string>>;
    }[];
    const group = statement?.Condition?.StringEquals?.["aws:SourceArn"];
    const scope = group ? `, for \`${shortName(component, group, all)}\` only` : "";
    return `taken on by \`${statement?.Principal.Service}\`${scope}`;
  }
  if (typeof principal === "string") return `\`${principal}\` may \`${action}\``;
  return "";
}

function statementsOf(policy: string): Statement[] {
  return (JSON.parse(policy) as { Statement: Statement[] }).Statement;
}

function codes(texts: readonly string[]): string {
  return texts.map((text) => `\`${text}\``).join(", ");
}

/** The child that an ARN is of; a schedule's ARN has its group's name and its own. */
function shortName(component: string, arn: string, all: readonly Child[]): string {
  const exact = all.find(({ state }) => state.arn === arn || `${state.arn}:*` === arn);
  if (exact) return partOf(component, exact);
  const schedule = all.find(
    ({ type, inputs }) => type.endsWith(":Schedule") && arn.endsWith(`/${inputs.groupName}/${inputs.name}`),
  );
  if (schedule) return partOf(component, schedule);
  throw new Error(`the policy names ${arn}, which none of the children has`);
}

function costOf({ type }: Child): string {
  const { monthlyUsd, byUse } = prices[type] ?? {};
  return [monthlyUsd === undefined ? undefined : usd(monthlyUsd), byUse].filter(Boolean).join("; ") || "nothing";
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
    const name = type.split(":").at(-1) as string;
    return `${count} ${name}${count === 1 ? "" : "s"} at ${usd(monthlyUsd)}`;
  });
  return `About **${usd(total(false))} a month** for the quickstart: ${parts.join(", ")}. In an account that uses none of AWS's permanent free tier otherwise (10 alarms, 3 dashboards), about **${usd(total(true))}**. What is paid by use comes to a few cents for a household: some amounts a day, some occurrences a month.

The functions also write metrics into their logs: ${metricsPrice}.

These are approximate list prices of us-east-1 without tax, written down in November 2026. They change, and they differ by region: check them against [AWS's own](https://calculator.aws/). To pay less: \`dashboard: false\` saves ${usd(prices["aws:cloudwatch/dashboard:Dashboard"]?.monthlyUsd ?? 0)}; an existing secret (\`accessTokenSecretArn\`, \`apiSecretArn\`) saves ${usd(prices["aws:secretsmanager/secret:Secret"]?.monthlyUsd ?? 0)} each. Alarms are what tells you of a transfer that wasn't made; leave them on.`;
}
