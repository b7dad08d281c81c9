import { physicalName } from "./names";
import { AwsError, type CloudContext, type Created, type CreateRequest } from "./types";

/**
 * Something that AWS does and the sandbox doesn't: never guessed, always said. Answered with status 501, which no AWS SDK
 * tries again.
 */
export class NotRunError extends AwsError {
  constructor(what: string) {
    super("NotImplemented", `the sandbox doesn't run ${what}`, 501);
  }
}

/** Refuses a call, such as `sqs:SendMessage`, that has another parameter than these. */
export function refuseParameters(call: string, input: object, run: readonly string[]): void {
  const other = Object.keys(input).find((parameter) => !run.includes(parameter));
  if (other !== undefined) throw new NotRunError(`${call} with ${other}`);
}

/** Refuses a resource that has one of these inputs: AWS would heed it, and the sandbox doesn't. */
export function refuseInputs({ type, name, inputs }: CreateRequest, unsupported: readonly string[]): void {
  for (const input of unsupported)
    if (inputs[input] !== undefined) throw new NotRunError(`${type} "${name}" with ${input}`);
}

/** A resource that was declared and has no life in the sandbox. */
export interface NotRun {
  readonly type: string;
  readonly name: string;
}

/** What such a resource is told to be: the outputs that most have, so that what refers to it can be made. */
export function placeholder(request: CreateRequest, { region, accountId }: CloudContext): Created {
  const name = physicalName(request, { maxLength: 255 });
  const service = request.type.split(":")[1]?.split("/")[0] ?? "unknown";
  const arn = `arn:aws:${service}:${region}:${accountId}:${name}`;
  return { id: name, state: { name, arn, ...request.inputs } };
}
