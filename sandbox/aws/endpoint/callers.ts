import { type Credentials, newCredentials } from "../iam/credentials";
import { type Authorizer, type AwsApi, AwsError } from "../types";
import type { WireRequest } from "./protocol";
import { type Authorization, isSignedWith } from "./signature";

/** Who called: a role, or the person at the laptop, whom no policy limits. */
export interface Caller {
  readonly roleArn: string | undefined;
  /** As error texts name the caller. */
  readonly arn: string;
}

/** Tells by the keys and the signature of a request who sent it. */
export class Callers {
  readonly operatorCredentials: Credentials = newCredentials();

  constructor(
    private readonly accountId: string,
    private readonly authorizer: Authorizer,
  ) {}

  /** Throws `AwsError` for keys that are nobody's and for a signature that isn't theirs. */
  identify(api: AwsApi, request: WireRequest, authorization: Authorization): Caller {
    const { accessKeyId } = authorization;
    const isOperator = accessKeyId === this.operatorCredentials.accessKeyId;
    const roleArn = isOperator ? undefined : this.authorizer.roleOf(accessKeyId);
    const keys = isOperator ? this.operatorCredentials : roleArn && this.authorizer.credentialsOf(roleArn);
    if (!keys || request.headers["x-amz-security-token"] !== keys.sessionToken)
      throw new AwsError(
        api.protocol === "awsQuery" ? "InvalidClientTokenId" : "UnrecognizedClientException",
        "The security token included in the request is invalid.",
        403,
      );
    if (!isSignedWith(keys.secretAccessKey, request, authorization))
      throw new AwsError(
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
        403,
      );
    return { roleArn, arn: this.arnOf(roleArn) };
  }

  private arnOf(roleArn: string | undefined): string {
    if (!roleArn) return `arn:aws:iam::${this.accountId}:user/operator`;
    const roleName = roleArn.slice(roleArn.lastIndexOf("/") + 1);
    return `arn:aws:sts::${this.accountId}:assumed-role/${roleName}/sandbox`;
  }
}
