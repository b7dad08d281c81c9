import { AwsError, type CreateRequest } from "./types";

/**
 * Something that AWS does and the sandbox doesn't: never guessed, always said. Answered with status 501, which no AWS SDK
 * tries again.
 */
export class NotRunError extends AwsError {
  constructor(what: string) {
    super("NotImplemented", `the sandbox doesn't run ${what}`, 501);
  }
}

/** Refuses a resource that has one of these inputs: AWS would heed it, and the sandbox doesn't. */
export function refuseInputs({ type, name, inputs }: CreateRequest, unsupported: readonly string[]): void {
  for (const input of unsupported)
    if (inputs[input] !== undefined) throw new NotRunError(`${type} "${name}" with ${input}`);
}
