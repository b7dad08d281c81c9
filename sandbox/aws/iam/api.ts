import { type AwsApi, AwsError } from "../types";

/** What the calls on the wire need of the roles. */
export interface RoleReader {
  /** The ARN of a role of this name, whether or not there is one. */
  arnOf(roleName: string): string;
  /** The document of who may take on a role, as JSON; undefined if there is no such role. */
  trustText(roleName: string): string | undefined;
  /** The document of a role's inline policy, as JSON; undefined if there is no such role or policy. */
  policyText(roleName: string, policyName: string): string | undefined;
}

/** IAM's calls: those by which a person looks at a role and at its rights. */
export function iamApi({ arnOf, trustText, policyText }: RoleReader): AwsApi {
  return {
    signingName: "iam",
    protocol: "awsQuery",
    operations: {
      GetRole: {
        authorize: ({ RoleName }) => ({ action: "iam:GetRole", resource: arnOf(String(RoleName)) }),
        run: ({ RoleName }) => {
          const text = trustText(String(RoleName));
          if (text === undefined)
            throw new AwsError("NoSuchEntity", `The role with name ${RoleName} cannot be found.`, 404);
          const AssumeRolePolicyDocument = encodeURIComponent(text);
          return { Role: { RoleName, Arn: arnOf(String(RoleName)), AssumeRolePolicyDocument } };
        },
      },
      GetRolePolicy: {
        authorize: ({ RoleName }) => ({ action: "iam:GetRolePolicy", resource: arnOf(String(RoleName)) }),
        run: ({ RoleName, PolicyName }) => {
          const text = policyText(String(RoleName), String(PolicyName));
          if (text === undefined)
            throw new AwsError("NoSuchEntity", `The role policy with name ${PolicyName} cannot be found.`, 404);
          // IAM answers it encoded as in a URL (RFC 3986).
          return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(text) };
        },
      },
    },
  };
}
