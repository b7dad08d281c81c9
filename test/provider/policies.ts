import assert from "node:assert/strict";
import { runSimulation } from "@cloud-copilot/iam-simulate";
import { evaluate, parsePolicy, type Statement } from "../../sandbox";
import { ACCOUNT, type Declared, named, ofType } from "./support";

/** A call to AWS as IAM sees it: action and resource. */
export type Call = readonly [action: string, resource: string];

/** The one policy of a role, as it is declared. */
export function policyOf(declared: Declared, rolePolicy: string): Statement[] {
  return parsePolicy(named(declared, rolePolicy).inputs.policy, "identity");
}

/** The policies attached to a role, by any resource that could attach one. */
export function attachmentsOf(declared: Declared): string[] {
  return ["RolePolicyAttachment", "PolicyAttachment", "RolePoliciesExclusive", "Policy"].flatMap((type) =>
    ofType(declared, `aws:iam/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`).map(({ name }) => name),
  );
}

/** Whether the policy allows the call: by our evaluator and by an independent one, which must agree. */
export async function allows(statements: readonly Statement[], [action, resource]: Call): Promise<boolean> {
  const ours = evaluate(statements, { action, resource }).allowed;
  const outcome = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${ACCOUNT}:role/function`,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: {},
      },
      identityPolicies: [{ name: "policy", policy: { Version: "2012-10-17", Statement: statements } }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (outcome.resultType !== "single") throw new Error(`no verdict on ${action}: ${JSON.stringify(outcome)}`);
  assert.equal(outcome.overallResult === "Allowed", ours, `the evaluators disagree on ${action} ${resource}`);
  return ours;
}
