import { StackError } from "../exit";

/** What the SDK throws: an error of AWS, of the credentials' chain, or of the network. */
interface AwsFailure extends Error {
  readonly code?: string;
  readonly Code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const REFRESH =
  'log in again ("aws sso login", or however you get your keys), and check with "aws sts get-caller-identity".';

/** Names of errors, and what they mean to somebody who typed a command. */
const MEANINGS: readonly (readonly [names: RegExp, means: (error: AwsFailure, region: string) => string])[] = [
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
  [/^(AccessDenied(Exception)?|AuthorizationError(Exception)?|UnauthorizedOperation)$/, (error) => denied(error)],
  [
    /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|TimeoutError|NetworkingError)$/,
    (error, region) =>
      `AWS can't be reached in the region ${region} (${error.code ?? error.name}): check the network, a proxy, and whether there is such a region.`,
  ],
  [
    /^(ThrottlingException|TooManyRequestsException|RequestLimitExceeded|ProvisionedThroughputExceededException)$/,
    () => "AWS asks to slow down: try again in a minute.",
  ],
];

/** An error of AWS as a message that is enough alone; undefined for one that isn't AWS's or that nobody foresaw. */
export function explained(error: unknown, region: string): StackError | undefined {
  if (error instanceof StackError) return error;
  if (!(error instanceof Error)) return undefined;
  // Their messages say what to do, and no credential.
  if (error.name === "SequenceError" || error.name === "SecretError") return new StackError("unseen", error.message);
  const failure = error as AwsFailure;
  const names = [failure.name, failure.code, failure.Code].filter((name) => name !== undefined);
  const known = MEANINGS.find(([pattern]) => names.some((name) => pattern.test(name)));
  if (known) return new StackError("unseen", known[1](failure, region));
  if (failure.$metadata) return new StackError("unseen", `AWS answered ${failure.name}: ${failure.message}`);
  return undefined;
}

/** In one sentence, for a line about one of many things. */
export function reasonOf(error: unknown, region: string): string {
  return (explained(error, region)?.message ?? String((error as Error)?.message ?? error)).replace(/\.$/, "");
}

/** Whether AWS says that what was asked for doesn't exist. */
export function isMissing(error: unknown): boolean {
  const { name } = (error ?? {}) as Error;
  return /^(ResourceNotFoundException|NoSuchEntity(Exception)?|NotFound(Exception)?|QueueDoesNotExist)$/.test(name);
}

/** Whether an emulator has no such call: it is told as "not checked there". */
export function isNotThere(error: unknown): boolean {
  const { name = "", message = "" } = (error ?? {}) as Error;
  return (
    /^(NotImplemented|UnknownOperation|InvalidAction|UnsupportedOperation)/.test(name) ||
    /not (yet )?(been )?implemented|unknown (operation|action)/i.test(message)
  );
}

/** AWS's texts name who lacks what: "User: X is not authorized to perform: A on resource: R because ...". */
function denied({ message }: AwsFailure): string {
  const [, who] = /User: (\S+)/.exec(message) ?? [];
  const [, action] = /perform: ([\w-]+:\w+)/.exec(message) ?? [];
  const [, resource] = /resource: (\S+)/.exec(message) ?? [];
  if (action === undefined) return `you lack a right in AWS: ${message}`;
  const on = resource === undefined ? "" : ` on ${resource}`;
  return `you${who === undefined ? "" : ` (${who})`} may not do ${action}${on}: somebody who may has to allow it, or use other credentials (AWS_PROFILE).`;
}
