import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import type * as aws from "@pulumi/aws/iam";
import type { Unwrap } from "@pulumi/pulumi";
import { answered, type Kind, nameFor, type Service, tagList } from "./service";

const role: Kind<Unwrap<aws.RoleArgs>> = {
  async create({ name, inputs }, { clients }) {
    const RoleName = nameFor({ name, inputs });
    const { Role } = await clients.iam.send(
      new CreateRoleCommand({
        RoleName,
        Description: inputs.description,
        AssumeRolePolicyDocument: String(inputs.assumeRolePolicy),
        Tags: tagList(inputs.tags),
      }),
    );
    return { id: RoleName, outputs: { name: RoleName, arn: answered(Role?.Arn, "the role's ARN") } };
  },
  updates: ["description", "assumeRolePolicy"],
  async update({ id: RoleName }, { inputs }, { clients }) {
    await clients.iam.send(new UpdateRoleCommand({ RoleName, Description: inputs.description }));
    const PolicyDocument = String(inputs.assumeRolePolicy);
    await clients.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
  },
  remove: ({ id: RoleName }, _, { clients }) => clients.iam.send(new DeleteRoleCommand({ RoleName })),
};

const rolePolicy: Kind<Unwrap<aws.RolePolicyArgs>> = {
  async create({ name, inputs }, { clients }) {
    const RoleName = String(inputs.role);
    const PolicyName = nameFor({ name, inputs });
    await clients.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: String(inputs.policy) }));
    return { id: `${RoleName}:${PolicyName}`, outputs: { name: PolicyName } };
  },
  updates: ["policy"],
  async update({ outputs }, { inputs }, { clients }) {
    const [RoleName, PolicyName] = [String(inputs.role), String(outputs.name)];
    await clients.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: String(inputs.policy) }));
  },
  remove: ({ outputs }, { role: of }, { clients }) =>
    clients.iam.send(new DeleteRolePolicyCommand({ RoleName: String(of), PolicyName: String(outputs.name) })),
};

export const iam: Service = {
  kinds: { "aws:iam/role:Role": role, "aws:iam/rolePolicy:RolePolicy": rolePolicy },
  async list({ clients }) {
    const { Roles = [] } = await clients.iam.send(new ListRolesCommand({}));
    return Roles.map(({ Arn }) => String(Arn));
  },
};
