import { isDeepStrictEqual } from "node:util";
import { GetRoleCommand, GetRolePolicyCommand } from "@aws-sdk/client-iam";
import { isMissing } from "../aws/explain";
import type { LiveStack } from "../find/live";
import { type Recorded, textAt } from "../find/recorded";
import { absent, DEPLOY_AGAIN, differences, type Finding, fine, looked, wrong } from "./finding";

type Statement = Readonly<Record<string, unknown>>;

/** The roles have exactly the rights that the program declares, and the services that it declares may take them on. */
export async function policyFindings(stack: LiveStack): Promise<Finding[]> {
  if (!stack.hasRecord) return [absent("rights", "not compared: there is no record of the stack")];
  const roles = stack.declared("aws:iam/role:Role");
  const policies = stack.declared("aws:iam/rolePolicy:RolePolicy");
  const looks = [
    ...roles.map((role) => looked(aboutOf(role), () => trustFindings(stack, role))),
    ...policies.map((policy) => looked(aboutOf(policy), () => findings(stack, policy))),
  ];
  return (await Promise.all(looks)).flat();
}

async function trustFindings({ clients }: LiveStack, role: Recorded): Promise<Finding[]> {
  const about = aboutOf(role);
  const RoleName = role.id;
  const text = textAt(role.inputs, "assumeRolePolicy");
  if (text === undefined) return [absent(about, "not compared: the record hides them")];
  try {
    const { Role } = await clients.iam.send(new GetRoleCommand({ RoleName }));
    const changes = differences([
      [
        "lets others take it on than was deployed",
        statementsOf(text),
        statementsOf(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "{}")),
      ],
      [
        "has another permissions boundary",
        role.inputs.permissionsBoundary ?? "",
        Role?.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
      ],
    ]);
    if (changes.length === 0) return [fine(about, "is taken on by whom it was deployed for")];
    return [wrong(about, `the role ${RoleName} ${changes.join(", and ")}`, DEPLOY_AGAIN)];
  } catch (error) {
    if (!isMissing(error)) throw error;
    return [wrong(about, `the role ${RoleName} is gone`, DEPLOY_AGAIN)];
  }
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
