import { AwsError } from "../types";

/** An error that carries more than its message, such as the item of a `ConditionalCheckFailedException`. */
export class AwsErrorWithMembers extends AwsError {
  constructor(
    code: string,
    message: string,
    readonly members: Readonly<Record<string, unknown>>,
    status?: number,
  ) {
    super(code, message, status);
  }
}
