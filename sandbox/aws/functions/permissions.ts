import { physicalName } from "../names";
import { AwsError, type CreateRequest } from "../types";

interface Statement {
  readonly id: string;
  readonly action: string;
  readonly principal: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
}

/** The resource policies of functions: which services may invoke them, and on whose behalf. */
export class Permissions {
  private readonly statements = new Map<string, Statement[]>();

  constructor(private readonly accountId: string) {}

  /** Adds what an `aws:lambda/permission:Permission` declares. Returns the statement's id. */
  add(functionArn: string, request: CreateRequest): string {
    const inputs = request.inputs as Record<string, string | undefined>;
    const id = physicalName(request, { property: "statementId", maxLength: 100 });
    const existing = this.statements.get(functionArn) ?? [];
    if (existing.some((statement) => statement.id === id))
      throw new AwsError(
        "ResourceConflictException",
        `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        409,
      );
    const { action, principal, sourceArn, sourceAccount } = inputs;
    if (!action || !/^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/.test(action))
      throw new AwsError(
        "ValidationException",
        `1 validation error detected: Value '${action}' at 'action' failed to satisfy constraint: Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])`,
      );
    if (!principal)
      throw new AwsError(
        "InvalidParameterValueException",
        "The provided principal was invalid. Please check the principal and try again.",
      );
    this.statements.set(functionArn, [...existing, { id, action, principal, sourceArn, sourceAccount }]);
    return id;
  }

  /** Whether a service may invoke the function for the resource `sourceArn`. */
  mayInvoke(functionArn: string, caller: { principal: string; sourceArn: string }): boolean {
    return (this.statements.get(functionArn) ?? []).some(
      ({ action, principal, sourceArn, sourceAccount }) =>
        ["lambda:InvokeFunction", "lambda:*", "*"].includes(action) &&
        [caller.principal, "*"].includes(principal) &&
        (sourceArn === undefined || arnLike(sourceArn, caller.sourceArn)) &&
        (sourceAccount === undefined || sourceAccount === this.accountId),
    );
  }
}

/** IAM's ArnLike: `*` and `?` match within each of an ARN's six parts; only the last part may hold colons. */
export function arnLike(pattern: string, arn: string): boolean {
  const patternParts = sixParts(pattern);
  const parts = sixParts(arn);
  return patternParts.length === parts.length && patternParts.every((part, i) => wildcardMatch(part, parts[i] ?? ""));
}

function sixParts(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/** In linear time for the patterns of ARNs, and never worse than the product of both lengths. */
function wildcardMatch(pattern: string, text: string): boolean {
  let p = 0;
  let lastStar = -1;
  let resumeAt = 0;
  for (let t = 0; t < text.length; ) {
    if (pattern[p] === "*") {
      lastStar = p++;
      resumeAt = t;
    } else if (pattern[p] === "?" || pattern[p] === text[t]) {
      p++;
      t++;
    } else if (lastStar >= 0) {
      p = lastStar + 1;
      t = ++resumeAt;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
