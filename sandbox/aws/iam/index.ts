import { physicalName } from "../names";
import { NotRunError } from "../notRun";
import {
  type AccessVerdict,
  type Authorizer,
  AwsError,
  type CloudContext,
  type Created,
  type CreateRequest,
  type Service,
} from "../types";
import { iamApi } from "./api";
import { type Credentials, newCredentials } from "./credentials";
import { parsePolicy, type Statement } from "./document";
import { type ConditionContext, conditionKeys, evaluate, evaluateTrust } from "./evaluate";

interface Role {
  readonly name: string;
  readonly arn: string;
  trust: readonly Statement[];
  trustText: string;
  /** Inline policies by name: their statements, and the document as JSON without white space, as IAM counts its size. */
  readonly policies: Map<string, { readonly statements: readonly Statement[]; readonly text: string }>;
}

/** Inputs that decide about a role's rights and aren't evaluated. */
const UNSUPPORTED_INPUTS = ["managedPolicyArns", "inlinePolicies", "permissionsBoundary"];

/** IAM's quota: all inline policies of a role together, in characters without white space. */
const MAX_INLINE_POLICIES_SIZE = 10_240;
/** IAM's default quota for a trust policy. */
const MAX_TRUST_POLICY_SIZE = 2_048;

/** Roles with their inline policies, and whether they allow a call. */
export class Iam implements Service, Authorizer {
  readonly resources: Service["resources"] = {
    "aws:iam/role:Role": (request) => this.createRole(request),
    "aws:iam/rolePolicy:RolePolicy": (request) => this.createRolePolicy(request),
  };
  readonly api = iamApi({
    arnOf: (name) => this.roles.get(name.toLowerCase())?.arn ?? `arn:aws:iam::${this.context.accountId}:role/${name}`,
    trustText: (role) => this.roles.get(role.toLowerCase())?.trustText,
    policyText: (role, policy) => this.roles.get(role.toLowerCase())?.policies.get(policy)?.text,
  });
  private readonly roles = new Map<string, Role>();
  private readonly credentials = new Map<string, Credentials>();
  private readonly roleArnByKey = new Map<string, string>();

  constructor(private readonly context: CloudContext) {}

  authorize(request: Parameters<Authorizer["authorize"]>[0]): AccessVerdict {
    const role = this.roleByArn(request.roleArn);
    const statements = [...role.policies.values()].flatMap((policy) => policy.statements);
    checkKeys(statements, request.context);
    return evaluate(statements, request);
  }

  canAssume(request: Parameters<Authorizer["canAssume"]>[0]): AccessVerdict {
    const role = this.roleByArn(request.roleArn);
    checkKeys(role.trust, request.context);
    return evaluateTrust(role.trust, request);
  }

  credentialsOf(roleArn: string): Credentials {
    const { arn } = this.roleByArn(roleArn);
    let credentials = this.credentials.get(arn);
    if (!credentials) {
      credentials = newCredentials();
      this.credentials.set(arn, credentials);
      this.roleArnByKey.set(credentials.accessKeyId, arn);
    }
    return credentials;
  }

  roleOf(accessKeyId: string): string | undefined {
    return this.roleArnByKey.get(accessKeyId);
  }

  /** As a person in the AWS console might: changes a role's inline policy behind the program's back. */
  putPolicy(roleName: string, policyName: string, document: unknown): void {
    const role = this.roles.get(roleName.toLowerCase());
    if (!role) throw new AwsError("NoSuchEntity", `The role with name ${roleName} cannot be found.`, 404);
    addPolicy(role, policyName, document);
  }

  /** In the same way: changes who may take on a role. */
  putTrust(roleName: string, document: unknown): void {
    const role = this.roles.get(roleName.toLowerCase());
    if (!role) throw new AwsError("NoSuchEntity", `The role with name ${roleName} cannot be found.`, 404);
    role.trust = parsePolicy(document, "trust");
    role.trustText = compact(document);
  }

  private createRole(request: CreateRequest): Created {
    const { inputs } = request;
    for (const input of UNSUPPORTED_INPUTS) if (isGiven(inputs[input])) throw new NotRunError(`roles with ${input}`);
    const name = physicalName(request, { maxLength: 64 });
    if (!/^[\w+=,.@-]+$/.test(name))
      throw new AwsError("ValidationError", `The specified value for roleName is invalid: ${name}`);
    if (this.roles.has(name.toLowerCase()))
      throw new AwsError("EntityAlreadyExists", `Role with name ${name} already exists.`, 409);
    const path = typeof inputs.path === "string" ? inputs.path : "/";
    const trust = parsePolicy(inputs.assumeRolePolicy, "trust");
    const trustText = compact(inputs.assumeRolePolicy);
    if (trustText.length > MAX_TRUST_POLICY_SIZE)
      throw new AwsError("LimitExceeded", `Cannot exceed quota for ACLSizePerRole: ${MAX_TRUST_POLICY_SIZE}`, 409);
    const arn = `arn:aws:iam::${this.context.accountId}:role${path}${name}`;
    this.roles.set(name.toLowerCase(), { name, arn, trust, trustText, policies: new Map() });
    return {
      id: name,
      state: {
        ...inputs,
        name,
        arn,
        path,
        assumeRolePolicy: asJson(inputs.assumeRolePolicy),
        tagsAll: inputs.tags ?? {},
      },
    };
  }

  private createRolePolicy(request: CreateRequest): Created {
    const name = physicalName(request, { maxLength: 128 });
    const role = this.roles.get(String(request.inputs.role).toLowerCase());
    if (!role) throw new AwsError("NoSuchEntity", `The role with name ${request.inputs.role} cannot be found.`, 404);
    addPolicy(role, name, request.inputs.policy);
    return {
      id: `${role.name}:${name}`,
      state: { ...request.inputs, name, role: role.name, policy: asJson(request.inputs.policy) },
    };
  }

  private roleByArn(roleArn: string): Role {
    const role = this.roles.get(roleArn.slice(roleArn.lastIndexOf("/") + 1).toLowerCase());
    if (role?.arn !== roleArn) throw new AwsError("NoSuchEntity", `The role ${roleArn} cannot be found.`, 404);
    return role;
  }
}

/** Condition keys that a call has or hasn't; of any other key the sandbox doesn't know it. */
const KNOWN_KEYS: readonly string[] = ["aws:sourcearn", "aws:sourceaccount", "sts:externalid"];

/** A key that the sandbox doesn't fill in would count as missing, and a `Deny` on it would never apply. So it is refused. */
function checkKeys(statements: readonly Statement[], context: ConditionContext = {}): void {
  const known = new Set([...KNOWN_KEYS, ...Object.keys(context).map((key) => key.toLowerCase())]);
  for (const key of conditionKeys(statements))
    if (!known.has(key)) throw new NotRunError(`policies with the condition key ${key} for this call`);
}

function addPolicy(role: Role, name: string, document: unknown): void {
  const statements = parsePolicy(document, "identity");
  const text = compact(document);
  const others = [...role.policies].filter(([other]) => other !== name);
  if (others.reduce((sum, [, policy]) => sum + policy.text.length, text.length) > MAX_INLINE_POLICIES_SIZE)
    throw new AwsError(
      "LimitExceeded",
      `Maximum policy size of ${MAX_INLINE_POLICIES_SIZE} bytes exceeded for role ${role.name}`,
      409,
    );
  role.policies.set(name, { statements, text });
}

function isGiven(value: unknown): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}

/** White space outside of strings doesn't count. */
function compact(document: unknown): string {
  return asJson(typeof document === "string" ? JSON.parse(document) : document);
}

function asJson(document: unknown): string {
  return typeof document === "string" ? document : JSON.stringify(document);
}
