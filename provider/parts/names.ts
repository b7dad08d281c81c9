import { createHash } from "node:crypto";

/**
 * AWS allows 64 characters for the name of a role, a function or a schedule group, and Pulumi adds a dash and seven digits to the
 * logical name.
 */
const LONGEST_LOGICAL_NAME = 64 - 8;

/**
 * The logical name of a child, `<component>-<part>`. A name that is too long for AWS is shortened, and gets a hash of the whole name so
 * that two long names stay different.
 */
export function childName(component: string, part: string): string {
  const name = `${component}-${part}`;
  if (name.length <= LONGEST_LOGICAL_NAME) return name;
  const digits = createHash("sha256").update(name).digest("hex").slice(0, 8);
  const keep = LONGEST_LOGICAL_NAME - digits.length - 1;
  const partKept = part.slice(-Math.min(part.length, 24));
  return `${component.slice(0, keep - partKept.length - 1)}-${digits}-${partKept}`.slice(0, LONGEST_LOGICAL_NAME);
}
