import { StackError } from "../exit";
import { type AwsCall, callOf } from "./calls";

/** What the SDK throws: an error of AWS, of the credentials' chain, or of the network. */
interface AwsFailure extends Error {
  readonly code?: string;
  readonly Code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

const REFRESH =
  'log in again ("aws sso login", or however you get your keys), and check with "aws sts get-caller-identity".';

/** SNS has a name of its own, and so have keys of the customer's. */
const DENIED = /(AccessDenied(Exception)?|^AuthorizationError(Exception)?|^UnauthorizedOperation)$/;
/** No request was made, or none arrived. */
const UNSENT = /^(CredentialsProviderError|TokenProviderError|CredentialsError|ENOTFOUND|EAI_AGAIN|ECONNREFUSED)$/;

/** Names of errors, and what they mean to somebody who typed a command. */
const MEANINGS: readonly (readonly [names: RegExp, means: (error: AwsFailure, call?: AwsCall) => string])[] = [
  [
    /^(CredentialsProviderError|TokenProviderError|CredentialsError)$/,
    (error) =>
      /expired|session|sso/i.test(error.message)
        ? `your AWS session is over: ${REFRESH}`
        : "there are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, as for the AWS CLI. " +
          'Check with "aws sts get-caller-identity". For a sandbox that runs, give --sandbox.',
  ],
  [/^(ExpiredToken(Exception)?|RequestExpired)$/, () => `your AWS credentials have expired: ${REFRESH}`],
  [
    /^(UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|AuthFailure)$/,
    () => `AWS doesn't know your access key, or its session is over: ${REFRESH}`,
  ],
  [
    /^(InvalidSignatureException|SignatureDoesNotMatch)$/,
    () =>
      "AWS refuses the signature: the secret key isn't the one of the access key, or this machine's clock is wrong by more than five minutes.",
  ],
  [DENIED, denied],
  [
    /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|TimeoutError|NetworkingError)$/,
    (error, call) =>
      `AWS can't be reached${call ? ` in the region ${call.region}` : ""} (${error.code ?? error.name}): check the network, a proxy, and whether there is such a region.`,
  ],
  [
    /^(ThrottlingException|TooManyRequestsException|RequestLimitExceeded|ProvisionedThroughputExceededException)$/,
    () => "AWS asks to slow down: try again in a minute.",
  ],
];

/** An error of AWS as a message that is enough alone; undefined for one that isn't AWS's or that nobody foresaw. */
export function explained(error: unknown): StackError | undefined {
  if (error instanceof StackError) return error;
  if (!(error instanceof Error)) return undefined;
  // Their messages say what to do, and no credential.
  if (error.name === "SequenceError" || error.name === "SecretError") return new StackError("unseen", error.message);
  const failure = error as AwsFailure;
  const call = callOf(error);
  const known = MEANINGS.find(([pattern]) => isNamed(failure, pattern));
  if (known) return new StackError("unseen", known[1](failure, call));
  if (!call && !failure.$metadata) return undefined;
  return new StackError("unseen", `${call?.action ?? "AWS"} failed: ${failure.name}: ${failure.message}`);
}

function isNamed({ name, code, Code }: AwsFailure, pattern: RegExp): boolean {
  return [name, code, Code].some((each) => each !== undefined && pattern.test(each));
}

/** Whether AWS certainly didn't do what was asked for. An answer that is lost, or one to a repeated call, leaves that open. */
export function isCertainlyRefused(error: unknown): boolean {
  const failure = Object(error) as AwsFailure;
  const { httpStatusCode: status = 0, attempts = 1 } = failure.$metadata ?? {};
  return attempts <= 1 && ((status >= 400 && status < 500) || isNamed(failure, UNSENT));
}

/** Whether the caller lacks the right to the call. */
export function isDenied(error: unknown): boolean {
  return isNamed(Object(error) as AwsFailure, DENIED);
}

/** In one sentence, for a line about one of many things. */
export function reasonOf(error: unknown): string {
  return (explained(error)?.message ?? String((error as Error)?.message ?? error)).replace(/\.$/, "");
}

/** Whether AWS says that what was asked for doesn't exist. */
export function isMissing(error: unknown): boolean {
  const { name } = (error ?? {}) as Error;
  return /^(ResourceNotFoundException|NoSuchEntity(Exception)?|NotFound(Exception)?|QueueDoesNotExist)$/.test(name);
}

/** What AWS answers; undefined if it says that what was asked for doesn't exist. */
export async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether an emulator has no such call: it is told as "not checked there". */
export function isNotThere(error: unknown): boolean {
  const { name = "", message = "" } = (error ?? {}) as Error;
  return (
    /^(NotImplemented|UnknownOperation|InvalidAction|UnsupportedOperation)/.test(name) ||
    /not (yet )?(been )?implemented|unknown (operation|action)/i.test(message)
  );
}

/** Most of AWS's texts name who lacks what: "User: X is not authorized to perform: A on resource: R because ...". */
function denied({ message }: AwsFailure, call?: AwsCall): string {
  const [, who] = /User: (\S+)/.exec(message) ?? [];
  const [, told] = /perform: ([\w-]+:\w+)/.exec(message) ?? [];
  const [, resource] = /resource: (\S+)/.exec(message) ?? [];
  const [, why] = /\b((?:because|with an explicit deny) .*?)\.?$/s.exec(message) ?? [];
  // SQS writes its actions in small letters.
  const action = told?.toLowerCase() === call?.action.toLowerCase() ? call?.action : (told ?? call?.action);
  const help = "somebody who may has to allow it, or use other credentials (AWS_PROFILE).";
  if (told === undefined) return `you may not do ${action ?? "this in AWS"}, which says "${message}": ${help}`;
  const on = resource === undefined ? "" : ` on ${resource}`;
  return `you${who === undefined ? "" : ` (${who})`} may not do ${action}${on}${why === undefined ? "" : `, ${why}`}: ${help}`;
}
