import type { DeclaredResource, Sandbox } from "../../sandbox";
import { heading, styled, table, timeIn } from "../format";
import type { Output } from "./output";

/** Prints what was deployed, in a line or as a tree, what was made up, the amount URLs, Sequence's address, and when schedules fire. */
export function printDeployment(
  output: Output,
  sandbox: Sandbox,
  { verbose, seconds }: { readonly verbose: boolean; readonly seconds: number },
): void {
  const { deployment, project } = sandbox;
  const declared = deployment.resources.filter(({ type }) => type !== "pulumi:pulumi:Stack");
  output.say(
    `${styled("green", "✓")} Deployed ${styled("bold", project.name)} on this machine in ${seconds.toFixed(1)} s: ${declared.length} resources, no AWS account, simulated money`,
  );
  if (verbose) for (const line of tree(deployment.resources)) output.say(line);
  printNotes(output, sandbox);
  printAmounts(output, sandbox);
  printSequence(output, sandbox);
  printSchedules(output, sandbox);
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

function printNotes(output: Output, sandbox: Sandbox): void {
  const { deployment, cloud } = sandbox;
  for (const { key, what } of deployment.invented) output.say(`  Made up: ${what} for the configuration ${key}`);
  const types = [...new Set(cloud.notRun.map(({ type }) => type))].sort();
  if (types.length > 0) output.say(`  Declared, not run: ${types.join(", ")}`);
  for (const note of sandbox.notes) output.say(`  Note: ${note}`);
}

function printAmounts(output: Output, { amountUrls }: Sandbox): void {
  const urls = Object.entries(amountUrls);
  if (urls.length === 0) return;
  output.say(heading("Amounts: ask each as Sequence does"));
  // The URLs are credentials. Those of the sandbox open nothing but the sandbox.
  for (const [path, url] of urls)
    output.say(`${styled("cyan", path.split(".").at(-1) as string)}\n  curl -X POST ${url}`);
}

/** Credentials that the sandbox made up open nothing but the sandbox; those that the file gives aren't repeated. */
function printSequence(output: Output, { sequenceUrl, madeUpCredentials }: Sandbox): void {
  output.say(heading(`The simulated Sequence: ${sequenceUrl}`));
  for (const line of table(madeUpCredentials.map(({ what, value }) => [`  ${what}`, value]))) output.say(line);
}

function printSchedules(output: Output, sandbox: Sandbox): void {
  const schedules = sandbox.schedules();
  if (schedules.length === 0) return;
  output.say(heading("Schedules: next occurrences"));
  const rows = schedules.map(({ name, enabled, next, timezone, expression, leavesOut }) => [
    name,
    enabled ? (next === undefined ? "never" : timeIn(next, timezone)) : "disabled",
    expression,
    timezone,
    leavesOut,
  ]);
  for (const line of table(rows)) output.say(line);
}
