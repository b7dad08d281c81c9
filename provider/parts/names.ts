import { createHash } from "node:crypto";

/**
 * AWS takes 64 characters for the name of a role, a function or a schedule group; Pulumi makes the physical name of the
 * logical one, a dash and seven digits.
 */
const LONGEST_LOGICAL_NAME = 64 - 8;

/**
 * The logical name of a child: `<component>-<part>`, cut where AWS would refuse the physical name made of it. What is cut off
 * is stood in for by a hash of the whole, so that two long names never meet.
 */
export function childName(component: string, part: string): string {
  const name = `${component}-${part}`;
  if (name.length <= LONGEST_LOGICAL_NAME) return name;
  const digits = createHash("sha256").update(name).digest("hex").slice(0, 8);
  const keep = LONGEST_LOGICAL_NAME - digits.length - 1;
  const partKept = part.slice(-Math.min(part.length, 24));
  return `${component.slice(0, keep - partKept.length - 1)}-${digits}-${partKept}`.slice(0, LONGEST_LOGICAL_NAME);
}
