import { NotRunError } from "../notRun";
import type { Decision } from "../types";
import { type ConditionContext, checkOperators, conditionHolds } from "./condition";
import { asList, type OneOrMany, type Statement } from "./document";
import { arnParts, matchesResourceArn, matchesWildcard } from "./wildcard";

/** A call as IAM sees it. */
export interface AccessRequest {
  /** Such as `sqs:SendMessage`. */
  readonly action: string;
  /** An ARN, or `*` for an action that has no resource. */
  readonly resource: string;
  /** Condition keys, such as `aws:SourceArn`. */
  readonly context?: ConditionContext;
}

/**
 * Whether the statements of a role's identity policies allow a call: nothing is allowed but by an `Allow`, and any `Deny` that
 * applies wins. Throws `NotRunError` for a policy with an operator, variable or element that it doesn't know, whether or not it
 * would have decided this call, and for a resource pattern of which it isn't known whether it matches.
 */
export function evaluate(statements: readonly Statement[], request: AccessRequest): Decision {
  for (const statement of statements) checkSupported(statement);
  const applies = (statement: Statement) =>
    matchesAction(statement, request.action) &&
    matchesResource(statement, request.resource) &&
    conditionHolds(statement.Condition, request.context ?? {});
  return decide(statements, applies, {
    none: `because no identity-based policy allows the ${request.action} action`,
    denied: "with an explicit deny in an identity-based policy",
  });
}

/** Whether a role's trust policy lets a service such as `lambda.amazonaws.com` assume it. Throws like `evaluate`. */
export function evaluateTrust(
  statements: readonly Statement[],
  request: { readonly service: string; readonly context?: ConditionContext },
): Decision {
  for (const statement of statements) checkSupported(statement);
  const applies = (statement: Statement) =>
    matchesAction(statement, "sts:AssumeRole") &&
    namesService(statement, request.service) &&
    conditionHolds(statement.Condition, request.context ?? {});
  return decide(statements, applies, {
    none: `because the role's trust policy doesn't allow ${request.service} to assume it`,
    denied: "with an explicit deny in the role's trust policy",
  });
}

function decide(
  statements: readonly Statement[],
  applies: (statement: Statement) => boolean,
  texts: { readonly none: string; readonly denied: string },
): Decision {
  const applying = statements.filter(applies);
  if (applying.some((statement) => statement.Effect === "Deny")) return { allowed: false, reason: texts.denied };
  const allow = applying.find((statement) => statement.Effect === "Allow");
  if (!allow) return { allowed: false, reason: texts.none };
  return { allowed: true, reason: `statement ${allow.Sid ?? statements.indexOf(allow) + 1}` };
}

function checkSupported(statement: Statement): void {
  if (statement.NotPrincipal !== undefined) throw new NotRunError("policies with the element NotPrincipal");
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny")
    throw new NotRunError(`policies with the effect ${JSON.stringify(statement.Effect)}`);
  // What an incomplete ARN excludes is nowhere written down.
  for (const pattern of asList(statement.NotResource))
    if (pattern !== "*" && !arnParts(pattern)) throw new NotRunError(`policies with the NotResource ${pattern}`);
  checkOperators(statement.Condition);
  const conditionValues = Object.values(statement.Condition ?? {}).flatMap((keys) =>
    Object.values(keys).flatMap(asList),
  );
  const texts = [statement.Action, statement.NotAction, statement.Resource, statement.NotResource].flatMap(asList);
  for (const text of [...texts, ...conditionValues].map(String))
    if (text.includes("${")) throw new NotRunError(`policies with policy variables, such as ${text}`);
}

function matchesAction(statement: Statement, action: string): boolean {
  const matches = (pattern: string) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase());
  return eitherMatches(statement.Action, statement.NotAction, matches);
}

function matchesResource(statement: Statement, resource: string): boolean {
  const matches = (pattern: string) => {
    const matching = pattern === "*" || matchesResourceArn(pattern, resource);
    if (matching === "unclear")
      throw new NotRunError(`policies in which the wildcard of ${pattern} has to pass a colon to match ${resource}`);
    return matching;
  };
  return eitherMatches(statement.Resource, statement.NotResource, matches);
}

function eitherMatches(
  wanted: OneOrMany<string> | undefined,
  unwanted: OneOrMany<string> | undefined,
  matches: (pattern: string) => boolean,
): boolean {
  if (wanted !== undefined) return asList(wanted).some(matches);
  if (unwanted === undefined) throw new NotRunError("policy statements without actions or resources");
  return !asList(unwanted).some(matches);
}

function namesService(statement: Statement, service: string): boolean {
  const principal = statement.Principal;
  if (principal === undefined) return false;
  if (principal === "*") throw new NotRunError('trust policies with the principal "*"');
  return asList(principal.Service).includes(service);
}
