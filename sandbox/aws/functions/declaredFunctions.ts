import { type ArchiveFiles, AwsError, type CloudContext } from "../types";
import type { FunctionDeclaration } from "./declaration";
import type { Pool } from "./pool";

export interface DeclaredFunction {
  readonly declaration: FunctionDeclaration;
  readonly files: ArchiveFiles;
  readonly pool: Pool;
}

/** The declared functions, each found by its name or its ARN, either with `:$LATEST` or without. */
export class DeclaredFunctions {
  private readonly byName = new Map<string, DeclaredFunction>();

  constructor(private readonly context: Pick<CloudContext, "region" | "accountId">) {}

  /** Adds a function, or puts it in the place of the one of its name. */
  set(declared: DeclaredFunction): void {
    this.byName.set(declared.declaration.name, declared);
  }

  delete(name: string): void {
    this.byName.delete(name);
  }

  has(nameOrArn: string): boolean {
    return this.byName.has(this.nameOf(nameOrArn));
  }

  /** Throws `AwsError` if there is none. */
  find(nameOrArn: string): DeclaredFunction {
    const found = this.byName.get(this.nameOf(nameOrArn));
    if (found) return found;
    const arn = nameOrArn.startsWith("arn:") ? nameOrArn : this.arnOf(nameOrArn);
    throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, 404);
  }

  all(): Iterable<DeclaredFunction> {
    return this.byName.values();
  }

  /** The ARN, without `:$LATEST`, of a function that needn't be there. */
  arnOf(nameOrArn: string): string {
    return `${this.prefix}${this.nameOf(nameOrArn)}`;
  }

  private nameOf(nameOrArn: string): string {
    const unqualified = nameOrArn.replace(/:\$LATEST$/, "");
    return unqualified.startsWith(this.prefix) ? unqualified.slice(this.prefix.length) : unqualified;
  }

  private get prefix(): string {
    return `arn:aws:lambda:${this.context.region}:${this.context.accountId}:function:`;
  }
}
