import { NotRunError } from "../notRun";
import type { AccessVerdict } from "../types";
import { asList, type ConditionBlock, type Statement } from "./document";
import { matchesResourceArn, matchesWildcard } from "./wildcard";

/** The condition keys of a request. Names are compared without regard to case. */
export type ConditionContext = Readonly<Record<string, string>>;

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
 * applies wins. Throws `NotRunError` for a resource pattern of which it isn't known whether it matches.
 */
export function evaluate(statements: readonly Statement[], request: AccessRequest): AccessVerdict {
  const applies = (statement: Statement) =>
    matchesAction(statement, request.action) &&
    asList(statement.Resource).some((pattern) => matchesResource(pattern, request.resource)) &&
    conditionHolds(statement.Condition, request.context ?? {});
  return decide(statements, applies, {
    none: `because no identity-based policy allows the ${request.action} action`,
    denied: "with an explicit deny in an identity-based policy",
  });
}

/** Whether a role's trust policy lets a service such as `lambda.amazonaws.com` assume it. */
export function evaluateTrust(
  statements: readonly Statement[],
  request: { readonly service: string; readonly context?: ConditionContext },
): AccessVerdict {
  const applies = (statement: Statement) =>
    matchesAction(statement, "sts:AssumeRole") &&
    asList(statement.Principal?.Service).includes(request.service) &&
    conditionHolds(statement.Condition, request.context ?? {});
  return decide(statements, applies, {
    none: `because the role's trust policy doesn't allow ${request.service} to assume it`,
    denied: "with an explicit deny in the role's trust policy",
  });
}

/** The condition keys that the statements look at, in lower case. */
export function conditionKeys(statements: readonly Statement[]): string[] {
  return statements
    .flatMap(({ Condition }) => Object.values(Condition ?? {}))
    .flatMap((keys) => Object.keys(keys).map((key) => key.toLowerCase()));
}

function decide(
  statements: readonly Statement[],
  applies: (statement: Statement) => boolean,
  texts: { readonly none: string; readonly denied: string },
): AccessVerdict {
  const applying = statements.filter(applies);
  if (applying.some((statement) => statement.Effect === "Deny")) return { allowed: false, reason: texts.denied };
  const allow = applying.find((statement) => statement.Effect === "Allow");
  if (!allow) return { allowed: false, reason: texts.none };
  return { allowed: true, reason: `statement ${allow.Sid ?? statements.indexOf(allow) + 1}` };
}

function matchesAction(statement: Statement, action: string): boolean {
  return asList(statement.Action).some((pattern) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase()));
}

function matchesResource(pattern: string, resource: string): boolean {
  const matching = pattern === "*" || matchesResourceArn(pattern, resource);
  if (matching === "unclear")
    throw new NotRunError(`policies in which the wildcard of ${pattern} has to pass a colon to match ${resource}`);
  return matching;
}

/** Every key must have one of its values; a key that the call doesn't carry has none. */
function conditionHolds({ StringEquals = {} }: ConditionBlock = {}, context: ConditionContext): boolean {
  const given = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(StringEquals).every(([key, wanted]) =>
    asList(wanted)
      .map(String)
      .includes(given.get(key.toLowerCase()) as string),
  );
}
