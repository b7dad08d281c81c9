import { AwsError } from "./types";

/**
 * Something that AWS does and the sandbox doesn't: never guessed, always said. Answered with status 501, which no AWS SDK
 * tries again.
 */
export class NotRunError extends AwsError {
  constructor(what: string) {
    super("NotImplemented", `the sandbox doesn't run ${what}`, 501);
  }
}
