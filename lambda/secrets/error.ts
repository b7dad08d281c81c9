import { fillCommand } from "../agreements/fillCommand";

export type SecretErrorCode =
  /** The secret exists and holds no value yet. */
  | "SECRET_UNFILLED"
  /** Secrets Manager couldn't be read: no such secret, no right to read it, no answer in time. */
  | "SECRET_UNREADABLE"
  /** The secret is JSON and has no usable value under the field. */
  | "SECRET_FIELD_MISSING"
  /** The value can't be a credential: broken JSON, or characters that no header can carry. */
  | "SECRET_MALFORMED";

/** A secret can't be used. The message says which one and how to fill it; never the value. */
export class SecretError extends Error {
  override readonly name = "SecretError";
  constructor(
    readonly code: SecretErrorCode,
    readonly secretArn: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

export function howToFill(arn: string, field: string): string {
  return `Fill it with this command: ${fillCommand(arn, [field])}`;
}

/** The secret has a value, in which there is nothing. */
export class EmptySecret extends Error {}

function unfilled(arn: string, field: string, cause?: unknown): SecretError {
  return new SecretError("SECRET_UNFILLED", arn, `Secret ${arn} has no value yet. ${howToFill(arn, field)}`, { cause });
}

/** Secrets Manager's error in words that say what to do about it. */
export function unreadable(error: unknown, arn: string, field: string): SecretError {
  if (error instanceof SecretError) return error;
  if (error instanceof EmptySecret) return unfilled(arn, field, error);
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  // Secrets Manager answers alike for a missing secret and for one without a value, but for the text.
  if (name === "ResourceNotFoundException" && /staging label/i.test(message)) return unfilled(arn, field, error);
  return new SecretError("SECRET_UNREADABLE", arn, `Secret ${arn} can't be read: ${name}. ${adviceFor(name)}`, {
    cause: error,
  });
}

function adviceFor(errorName: string): string {
  if (errorName === "ResourceNotFoundException") return "There is no such secret in its account and region.";
  if (/AccessDenied/.test(errorName))
    return "The function's role needs secretsmanager:GetSecretValue on it, and kms:Decrypt if it has a key of its own.";
  if (errorName === "InvalidRequestException") return "It may be marked for deletion: restore it with restore-secret.";
  return "It is tried again at the next call.";
}
