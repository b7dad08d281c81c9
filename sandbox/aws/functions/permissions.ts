import { matchesArn } from "../iam/wildcard";
import { physicalName } from "../names";
import { AwsError, type CreateRequest } from "../types";

interface Statement {
  readonly id: string;
  readonly action: string;
  readonly principal: string;
  readonly sourceArn: string | undefined;
  readonly sourceAccount: string | undefined;
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

  /** As a person in the AWS console might: takes a statement out behind the program's back. */
  remove(functionArn: string, id: string): void {
    const others = (this.statements.get(functionArn) ?? []).filter((statement) => statement.id !== id);
    this.statements.set(functionArn, others);
  }

  /** The policy as Lambda's `GetPolicy` has it. Throws `AwsError` if there is none. */
  policyText(functionArn: string): string {
    const statements = this.statements.get(functionArn) ?? [];
    if (statements.length === 0)
      throw new AwsError("ResourceNotFoundException", "The resource you requested does not exist.", 404);
    const Statement = statements.map(({ id, action, principal, sourceArn, sourceAccount }) => ({
      ...{ Sid: id, Effect: "Allow", Action: action, Resource: functionArn },
      Principal: principal === "*" ? principal : { Service: principal },
      Condition: {
        ...(sourceArn === undefined ? {} : { ArnLike: { "AWS:SourceArn": sourceArn } }),
        ...(sourceAccount === undefined ? {} : { StringEquals: { "AWS:SourceAccount": sourceAccount } }),
      },
    }));
    return JSON.stringify({ Version: "2012-10-17", Id: "default", Statement });
  }

  /** Whether a service may invoke the function for the resource `sourceArn`. */
  mayInvoke(functionArn: string, caller: { principal: string; sourceArn: string }): boolean {
    return (this.statements.get(functionArn) ?? []).some(
      ({ action, principal, sourceArn, sourceAccount }) =>
        ["lambda:InvokeFunction", "lambda:*", "*"].includes(action) &&
        [caller.principal, "*"].includes(principal) &&
        (sourceArn === undefined || matchesArn(sourceArn, caller.sourceArn)) &&
        (sourceAccount === undefined || sourceAccount === this.accountId),
    );
  }
}
