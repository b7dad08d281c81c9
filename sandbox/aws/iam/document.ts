import { NotRunError } from "../notRun";
import { AwsError } from "../types";

/** One or many, as JSON policies write lists. */
export type OneOrMany<T> = T | readonly T[];

/** The condition block of a statement: operator, condition key, values. */
export interface ConditionBlock {
  readonly StringEquals?: { readonly [key: string]: OneOrMany<string | number | boolean> };
}

/** A statement of a policy, as JSON spells it. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly Principal?: { readonly [kind: string]: OneOrMany<string> };
  readonly Condition?: ConditionBlock;
}

/** What a policy is for: it decides which elements a statement must have and which it must not. */
export type PolicyKind = "identity" | "trust";

const ELEMENTS = ["Sid", "Effect", "Action", "Resource", "Principal", "Condition"];
const ELEMENTS_NOT_RUN = ["NotAction", "NotResource", "NotPrincipal"];

/**
 * The statements of a policy given as JSON text or as an object. Throws `AwsError` `MalformedPolicyDocument` for what IAM
 * refuses to store, and `NotRunError` for what the sandbox doesn't evaluate, whether or not it would ever decide a call.
 */
export function parsePolicy(document: unknown, kind: PolicyKind): Statement[] {
  const policy = typeof document === "string" ? parseJson(document) : document;
  if (!isObject(policy)) throw malformed("Syntax errors in policy.");
  for (const element of Object.keys(policy))
    if (!["Version", "Id", "Statement"].includes(element)) throw malformed(`Syntax error: unknown element ${element}.`);
  const version = policy.Version ?? "2008-10-17";
  if (version !== "2012-10-17" && version !== "2008-10-17")
    throw malformed("The policy must contain a valid version string.");
  const statements = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  if (policy.Statement === undefined || statements.length === 0)
    throw malformed("Syntax errors in policy: it has no statement.");
  for (const statement of statements) checkStatement(statement, kind);
  checkUniqueSids(statements);
  return structuredClone(statements) as Statement[];
}

/** A list that a policy may write as a single value. */
export function asList<T>(value: OneOrMany<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without V8's message, which quotes the text.
    throw malformed("This policy contains invalid Json");
  }
}

function checkStatement(statement: unknown, kind: PolicyKind): void {
  if (!isObject(statement)) throw malformed("Syntax errors in policy: a statement must be an object.");
  for (const element of Object.keys(statement)) {
    if (ELEMENTS_NOT_RUN.includes(element)) throw new NotRunError(`policies with the element ${element}`);
    if (!ELEMENTS.includes(element)) throw malformed(`Syntax error: unknown element ${element} in a statement.`);
  }
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny")
    throw malformed(`Invalid effect: ${JSON.stringify(statement.Effect)}`);
  if (statement.Sid !== undefined && (typeof statement.Sid !== "string" || !/^[A-Za-z0-9]*$/.test(statement.Sid)))
    throw malformed("Statement IDs (SID) must be alpha-numeric.");
  checkActions(statement);
  checkResources(statement, kind);
  checkPrincipal(statement, kind);
  if (statement.Condition !== undefined) checkCondition(statement.Condition);
}

function checkActions(statement: Record<string, unknown>): void {
  const actions = textsOf(statement, "Action");
  if (!actions) throw malformed("Policy statement must contain actions.");
  for (const action of actions) {
    if (action === "*") continue;
    if (!action.includes(":"))
      throw malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    if (!/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(action)) throw malformed(`The action ${action} is not valid.`);
  }
}

function checkResources(statement: Record<string, unknown>, kind: PolicyKind): void {
  const resources = textsOf(statement, "Resource");
  if (kind === "trust" && resources) throw malformed("Has prohibited field Resource");
  if (kind === "identity" && !resources) throw malformed("Policy statement must contain resources.");
  for (const resource of resources ?? []) {
    if (resource !== "*" && !resource.startsWith("arn:"))
      throw malformed(`Resource ${resource} must be in ARN format or "*".`);
    refuseVariables(resource);
  }
}

function checkPrincipal({ Principal: principal }: Record<string, unknown>, kind: PolicyKind): void {
  if (kind === "identity" && principal !== undefined)
    throw malformed("Policy document should not specify a principal.");
  if (kind === "identity") return;
  if (principal === undefined) throw malformed("Missing required field Principal");
  if (principal === "*") throw new NotRunError('trust policies with the principal "*"');
  if (!isObject(principal) || Object.keys(principal).length === 0) throw malformed("Invalid principal in policy.");
  for (const [type, names] of Object.entries(principal)) {
    if (!["AWS", "Service", "Federated", "CanonicalUser"].includes(type) || !isStringList(names))
      throw malformed(`Invalid principal in policy: ${JSON.stringify(type)}`);
    for (const name of asList(names))
      if (type === "Service" && !/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(name))
        throw malformed(`Invalid principal in policy: "SERVICE":"${name}"`);
  }
}

function checkCondition(block: unknown): void {
  if (!isObject(block)) throw malformed("Syntax errors in policy: Condition must be an object.");
  for (const [operator, keys] of Object.entries(block)) {
    if (!isObject(keys)) throw malformed(`Syntax errors in policy: condition ${operator} must name its keys.`);
    for (const [key, values] of Object.entries(keys)) {
      if (!key.includes(":"))
        throw malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
      const list = Array.isArray(values) ? values : [values];
      if (!list.every((value) => ["string", "number", "boolean"].includes(typeof value)))
        throw malformed(`Syntax errors in policy: the values of condition ${operator} ${key} must be strings.`);
      list.map(String).forEach(refuseVariables);
    }
    if (operator !== "StringEquals") throw new NotRunError(`policies with the condition operator ${operator}`);
  }
}

function refuseVariables(text: string): void {
  if (text.includes("${")) throw new NotRunError(`policies with policy variables, such as ${text}`);
}

function checkUniqueSids(statements: readonly unknown[]): void {
  const sids = statements.map((statement) => (statement as Statement).Sid).filter(Boolean);
  if (new Set(sids).size !== sids.length) throw malformed("Statement IDs (SID) in a single policy must be unique.");
}

/** The values of an element, undefined if it is absent. An empty or mixed list is malformed. */
function textsOf(statement: Record<string, unknown>, element: string): readonly string[] | undefined {
  const value = statement[element];
  if (value === undefined) return undefined;
  if (!isStringList(value))
    throw malformed(`Syntax errors in policy: ${element} must be a string or a list of strings.`);
  return asList(value);
}

function isStringList(value: unknown): value is OneOrMany<string> {
  if (typeof value === "string") return value !== "";
  return Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === "string" && entry !== "");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(message: string): AwsError {
  return new AwsError("MalformedPolicyDocument", message);
}
