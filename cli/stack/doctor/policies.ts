import { isDeepStrictEqual } from "node:util";
import { GetRolePolicyCommand } from "@aws-sdk/client-iam";
import { isMissing } from "../aws/explain";
import type { LiveStack } from "../find/live";
import { type Recorded, textAt } from "../find/recorded";
import { absent, DEPLOY_AGAIN, type Finding, fine, looked, wrong } from "./finding";

type Statement = Readonly<Record<string, unknown>>;

/** The roles have exactly the rights that the program declares. */
export async function policyFindings(stack: LiveStack): Promise<Finding[]> {
  if (!stack.hasRecord) return [absent("rights", "not compared: there is no record of the stack")];
  const declared = stack.declared("aws:iam/rolePolicy:RolePolicy");
  return (await Promise.all(declared.map((policy) => looked(aboutOf(policy), () => findings(stack, policy))))).flat();
}

function aboutOf({ name }: Recorded): string {
  return `rights (${name})`;
}

async function findings({ clients }: LiveStack, policy: Recorded): Promise<Finding[]> {
  const about = aboutOf(policy);
  const text = textAt(policy.inputs, "policy");
  if (text === undefined) return [absent(about, "not compared: the record hides them")];
  // The id is that of the role, a colon, and the policy's name.
  const [RoleName, PolicyName] = policy.id.split(":");
  try {
    const { PolicyDocument = "" } = await clients.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    const [wanted, live] = [statementsOf(text), statementsOf(decodeURIComponent(PolicyDocument))];
    const missing = wanted.filter((each) => !live.some((other) => isDeepStrictEqual(each, other)));
    const added = live.filter((each) => !wanted.some((other) => isDeepStrictEqual(each, other)));
    if (missing.length + added.length === 0) return [fine(about, "are as they were deployed")];
    const says = [
      ...missing.map((each) => `${titleOf(each)} is missing or changed`),
      ...added.map((each) => `${titleOf(each)} was added or changed`),
    ];
    return [wrong(about, `role ${RoleName}: ${says.join("; ")}`, DEPLOY_AGAIN)];
  } catch (error) {
    if (!isMissing(error)) throw error;
    return [wrong(about, `the role ${RoleName} or its policy ${PolicyName} is gone`, DEPLOY_AGAIN)];
  }
}

/** In one form: IAM takes a list of one for what is in it, and keeps no order. */
function statementsOf(text: string): Statement[] {
  const { Statement = [] } = JSON.parse(text) as { Statement?: Statement | Statement[] };
  return [Statement].flat().map((statement) => ({
    ...statement,
    Action: [statement.Action].flat().sort(),
    Resource: [statement.Resource].flat().sort(),
  }));
}

function titleOf({ Sid, Action }: Statement): string {
  return `the statement ${Sid ?? String(Action)}`;
}
