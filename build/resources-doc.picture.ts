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
import { outside, picture } from "./resources-doc.data";

/** The picture in Mermaid, which GitHub draws. What a policy names has to be in it, or it would hide a way that data takes. */
export function drawn(component: string, children: readonly Child[]): string {
  const ends = [...new Set(picture.flatMap(([from, , to]) => [from, to]))];
  const inAws = children.filter((child) => ends.includes(reasonKey(partOf(component, child)) ?? ""));
  const missing = ends.filter(
    (end) => !(end in outside) && !inAws.some((child) => reasonKey(partOf(component, child)) === end),
  );
  if (missing.length > 0) throw new Error(`the picture in build/resources-doc.data.ts has no child for ${missing}`);
  for (const { inputs } of children.filter(({ inputs }) => isText(inputs.policy)))
    for (const arn of statementsOf(inputs.policy as string).flatMap(({ Resource }) => [Resource].flat())) {
      const part = shortName(component, arn, children);
      // In place of the group, its schedules are in the picture.
      if (!/-logs$|-schedules\/\*$/.test(part) && !ends.includes(reasonKey(part) ?? ""))
        throw new Error(`the picture in build/resources-doc.data.ts lacks ${part}, which a policy names`);
    }
  const node = (child: Child) =>
    `    ${idOf(reasonKey(partOf(component, child)) as string)}["${partOf(component, child)}<br/>${typeOf(child)}"]`;
  const arrow = ([from, what, to]: (typeof picture)[number]) =>
    `  ${idOf(from)} -->${what ? `|${what}|` : ""} ${idOf(to)}`;
  return [
    "```mermaid",
    "flowchart LR",
    `  sequence(["${outside.sequence}"])`,
    '  subgraph aws["Your AWS account"]',
    ...inAws.map(node),
    `    alarms["${children.filter(isAlarm).length} ${outside.alarms}"]`,
    "  end",
    `  you(["${outside.you}"])`,
    ...picture.map(arrow),
    "```",
  ].join("\n");
}

function idOf(end: string): string {
  return end.replace(/\W+/g, "_");
}
