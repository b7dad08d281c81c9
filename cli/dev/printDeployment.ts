import type { DeclaredResource, Sandbox } from "../../sandbox";
import { heading, styled, table, timeIn } from "./format";
import { upcomingOf } from "./upcoming";

/** Prints what was deployed: the tree of resources, what was made up, the amount URLs, and when schedules fire next. */
export function printDeployment(sandbox: Sandbox): void {
  const { deployment, project } = sandbox;
  const declared = deployment.resources.filter(({ type }) => type !== "pulumi:pulumi:Stack");
  console.log(
    heading(`Deployed ${project.name} on this machine: ${declared.length} resources, no AWS account, simulated money`),
  );
  for (const line of tree(deployment.resources)) console.log(line);
  printNotes(sandbox);
  printAmounts(sandbox);
  printSchedules(sandbox);
}

function tree(resources: readonly DeclaredResource[]): string[] {
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const childrenOf = (urn: string) =>
    resources
      .filter((each) => each.parent === urn || (urn === stack?.urn && each.parent === "" && each !== stack))
      .sort((a, b) => Number(a.custom) - Number(b.custom));
  const lines: string[] = [];
  const visit = (resource: DeclaredResource, indent: string, last: boolean): void => {
    const children = childrenOf(resource.urn);
    const type = resource.type.split(":").at(-1) as string;
    const label = resource.custom
      ? `${type} ${styled("dim", resource.name)}`
      : `${styled("bold", type)} ${resource.name}`;
    lines.push(`${indent}${last ? "└─" : "├─"} ${label}`);
    for (const child of children) visit(child, `${indent}${last ? "   " : "│  "}`, child === children.at(-1));
  };
  const roots = childrenOf(stack?.urn ?? "");
  for (const root of roots) visit(root, "", root === roots.at(-1));
  return lines;
}

function printNotes({ deployment, cloud }: Sandbox): void {
  for (const { key, what } of deployment.invented) console.log(`Made up: ${what} for the configuration ${key}`);
  const types = [...new Set(cloud.notRun.map(({ type }) => type))].sort();
  if (types.length > 0) console.log(`Declared, not run: ${types.join(", ")}`);
}

function printAmounts({ deployment }: Sandbox): void {
  const urls = Object.values(deployment.outputs).flatMap((output) => urlsIn(output));
  if (urls.length === 0) return;
  console.log(heading("Amounts: ask each as Sequence does"));
  // The URLs are credentials. Those of the sandbox open nothing but the sandbox.
  for (const [name, url] of urls) console.log(`${styled("cyan", name)}\n  curl -X POST ${url}`);
}

function urlsIn(output: unknown): [string, string][] {
  if (typeof output !== "object" || output === null) return [];
  return Object.entries(output).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string" && /^http:\/\/127\.0\.0\.1:\d+\//.test(entry[1]),
  );
}

function printSchedules(sandbox: Sandbox): void {
  const schedules = upcomingOf(sandbox);
  if (schedules.length === 0) return;
  console.log(heading("Schedules: next occurrences"));
  const rows = schedules.map(({ name, enabled, next, timezone, expression, leavesOut }) => [
    name,
    enabled ? (next === undefined ? "never" : timeIn(next, timezone)) : "disabled",
    expression,
    timezone,
    leavesOut,
  ]);
  for (const line of table(rows)) console.log(line);
}
