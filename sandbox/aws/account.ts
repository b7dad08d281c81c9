import type { CloudContext } from "./types";

/** A provider function's answer to its arguments. */
export type Invoke = (args: Record<string, unknown>) => Record<string, unknown>;

/** The provider functions that tell where a program runs, by token. */
export function accountInvokes(context: Pick<CloudContext, "accountId" | "region">): Readonly<Record<string, Invoke>> {
  const { accountId, region } = context;
  return {
    "aws:index/getRegion:getRegion": (args) => {
      const asked = String(args.region ?? args.name ?? region);
      return { id: asked, region: asked, name: asked, description: asked, endpoint: `ec2.${asked}.amazonaws.com` };
    },
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({
      id: accountId,
      accountId,
      arn: `arn:aws:iam::${accountId}:user/sandbox`,
      userId: "AIDASANDBOXSANDBOX123",
    }),
    "aws:index/getPartition:getPartition": () => ({
      id: "aws",
      partition: "aws",
      dnsSuffix: "amazonaws.com",
      reverseDnsPrefix: "com.amazonaws",
    }),
  };
}
