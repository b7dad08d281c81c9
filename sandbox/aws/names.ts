import { createHash } from "node:crypto";
import { AwsError, type CreateRequest } from "./types";

/**
 * The physical name of a resource: the one given, else what Pulumi's AWS provider makes up, the logical name and seven
 * random digits. Ours are a hash of type and name, so that the same program has the same names at every start.
 */
export function physicalName(request: CreateRequest, limit: { property?: string; maxLength: number }): string {
  const property = limit.property ?? "name";
  const given = request.inputs[property];
  const prefix = request.inputs[`${property}Prefix`];
  const digits = createHash("sha256").update(`${request.type}\n${request.name}`).digest("hex").slice(0, 7);
  const name =
    typeof given === "string" ? given : `${typeof prefix === "string" ? prefix : `${request.name}-`}${digits}`;
  if (name.length > limit.maxLength)
    throw new AwsError(
      "ValidationException",
      `${request.type} "${request.name}": the name "${name}" has ${name.length} characters; at most ${limit.maxLength} are allowed`,
    );
  return name;
}
