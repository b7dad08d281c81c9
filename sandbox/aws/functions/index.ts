import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logs } from "../logs";
import {
  type ArchiveFiles,
  type Authorizer,
  AwsError,
  type CloudContext,
  type Created,
  type CreateRequest,
  type FunctionRunner,
  type InvocationResult,
  type Service,
} from "../types";
import { type BootstrapFiles, writeBootstrap } from "./bundleBootstrap";
import { unpack } from "./code";
import { type FunctionDeclaration, functionConfiguration, functionOutputs, readDeclaration } from "./declaration";
import { DeclaredFunctions } from "./declaredFunctions";
import type { Setup } from "./functionProcess";
import { invocation } from "./invocation";
import { lambdaApi } from "./operations";
import { Permissions } from "./permissions";
import { INIT_TIMEOUT_MS, Pool } from "./pool";
import { Processes } from "./processes";

/** What the functions of a sandbox need of its other parts. */
export interface FunctionsOptions {
  readonly authorizer: Authorizer;
  readonly logs: Logs;
  /** Where the functions send every AWS call. */
  readonly endpointUrl: () => string;
  /** The variables that a function gets in place of the declared ones; for what must point into the sandbox. */
  readonly overrideEnvironment?: (declared: Record<string, string>) => Record<string, string>;
  /** A function's event source mappings, as Lambda lists them. Defaults to none. */
  readonly mappingsOf?: (functionArn: string) => readonly object[];
  /** How long a cold start's init phase may take. Defaults to Lambda's 10 seconds. */
  readonly initTimeoutMs?: number;
}

/** AWS Lambda: declared functions run from the very archive, each execution environment in a process of its own. */
export class Functions implements Service, FunctionRunner {
  readonly resources = {
    "aws:lambda/function:Function": (request: CreateRequest) => this.createFunction(request),
    "aws:lambda/permission:Permission": (request: CreateRequest) => this.createPermission(request),
  };
  readonly api = lambdaApi({
    arnOf: (name) => this.declared.arnOf(name),
    invoke: (arn, event) => this.invoke(arn, event),
    configurationOf: (arn) => functionConfiguration(this.declared.find(arn), this.variablesOf(arn)),
    mappingsOf: (arn) => this.options.mappingsOf?.(arn) ?? [],
    policyOf: (arn) => this.permissions.policyText(this.declared.find(arn).declaration.arn),
    reservedConcurrencyOf: (arn) => this.declared.find(arn).declaration.reservedConcurrency,
    archiveOf: (arn) => this.declared.find(arn).files,
  });
  private readonly declared: DeclaredFunctions;
  readonly permissions: Permissions;
  private readonly processes = new Processes(() => this.bootstrapFiles?.guard ?? "");
  private bootstrap: Promise<BootstrapFiles> | undefined;
  private bootstrapFiles: BootstrapFiles | undefined;
  private environments = 0;

  constructor(
    private readonly context: CloudContext,
    private readonly options: FunctionsOptions,
  ) {
    this.declared = new DeclaredFunctions(context);
    this.permissions = new Permissions(context.accountId);
  }

  exists(functionArn: string): boolean {
    return this.declared.has(functionArn);
  }

  roleOf(functionArn: string): string {
    return this.declared.find(functionArn).declaration.roleArn;
  }

  /** The function's declared timeout. */
  timeoutSeconds(functionArn: string): number {
    return this.declared.find(functionArn).declaration.timeoutMs / 1000;
  }

  /** Whether the function's resource policy lets a service invoke it for `sourceArn`. */
  mayInvoke(functionArn: string, caller: { principal: string; sourceArn: string }): boolean {
    return this.permissions.mayInvoke(this.declared.find(functionArn).declaration.arn, caller);
  }

  /** A file of the function's archive, as text; undefined if it has none of that path. */
  fileOf(functionArn: string, path: string): string | undefined {
    const file = join(this.taskRootOf(this.declared.find(functionArn).declaration.name), path);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  }

  /** The function's variables as it gets them: the declared ones, with what must point into the sandbox. */
  variablesOf(functionArn: string): Record<string, string> {
    const { environment } = this.declared.find(functionArn).declaration;
    return this.options.overrideEnvironment?.({ ...environment }) ?? { ...environment };
  }

  /** Where the function's lines go. */
  logGroupOf(functionArn: string): string {
    return this.declared.find(functionArn).declaration.logGroup;
  }

  /**
   * Runs the function once and resolves with how that ended; a failing function doesn't reject. Rejects with `AwsError` when
   * Lambda wouldn't take the request: no such function, an event over 6 MB, reserved concurrency used up.
   */
  async invoke(functionArn: string, event: unknown): Promise<InvocationResult> {
    return this.context.clock.track(invocation(this.declared.find(functionArn), event, this.context));
  }

  /** As a person in the AWS console might: changes what a function is deployed with. Its processes begin anew. */
  change(functionArn: string, changes: Partial<Omit<FunctionDeclaration, "name" | "arn">>): void {
    const found = this.declared.find(functionArn);
    const declaration = { ...found.declaration, ...changes };
    this.declared.set({ ...found, declaration });
    this.killProcesses();
  }

  /** As a person in the AWS console might: puts other code in a function's place. Its processes begin anew. */
  async replaceCode(functionArn: string, files: ArchiveFiles): Promise<void> {
    const found = this.declared.find(functionArn);
    await unpack(files, this.taskRootOf(found.declaration.name));
    this.declared.set({ ...found, files });
    this.killProcesses();
  }

  /** As Lambda may at any time: ends the processes of all functions, also in the middle of an invocation. */
  killProcesses(): void {
    this.processes.killAll();
  }

  /** As when functions crash: ends the processes that are in an invocation. Idle ones are other functions' and stay. */
  killAtWork(): void {
    for (const { pool } of this.declared.all()) pool.killAtWork();
  }

  /** Ends all processes; resolves when they are gone. */
  stop(): Promise<void> {
    return this.processes.stop();
  }

  private async createFunction(request: CreateRequest): Promise<Created> {
    const declaration = readDeclaration(request, this.context);
    const { name, roleArn } = declaration;
    if (this.declared.has(name))
      throw new AwsError("ResourceConflictException", `Function already exist: ${name}`, 409);
    if (!this.options.authorizer.canAssume({ roleArn, service: "lambda.amazonaws.com" }).allowed)
      throw new AwsError(
        "InvalidParameterValueException",
        `The role defined for the function cannot be assumed by Lambda: ${roleArn} must trust lambda.amazonaws.com`,
      );
    const taskRoot = this.taskRootOf(name);
    const files = request.archives.code ?? {};
    const setup = () => this.setupOf(this.declared.find(name).declaration, taskRoot);
    const pool = new Pool(setup, this.options.initTimeoutMs ?? INIT_TIMEOUT_MS);
    // Set before the files are written, so that a second function of this name is refused meanwhile.
    this.declared.set({ declaration, files, pool });
    await this.prepare(files, taskRoot).catch((error) => {
      this.declared.delete(name);
      throw error;
    });
    const { region, clock } = this.context;
    return { id: name, state: functionOutputs(request, declaration, { region, now: clock.now() }) };
  }

  private taskRootOf(name: string): string {
    return join(this.context.directory, "functions", name, "task");
  }

  private async prepare(files: ArchiveFiles, taskRoot: string): Promise<void> {
    this.bootstrap ??= writeBootstrap(join(this.context.directory, "bootstrap"));
    this.bootstrapFiles = await this.bootstrap;
    await unpack(files, taskRoot);
  }

  private setupOf(declaration: FunctionDeclaration, taskRoot: string): Setup {
    const { authorizer, logs, endpointUrl } = this.options;
    return {
      context: this.context,
      declaration,
      taskRoot,
      processes: this.processes,
      bootstrapFile: this.bootstrapFiles?.main ?? "",
      scratch: join(taskRoot, "..", `scratch-${++this.environments}`),
      variables: this.variablesOf(declaration.arn),
      region: this.context.region,
      credentials: authorizer.credentialsOf(declaration.roleArn),
      endpointUrl: endpointUrl(),
      log: (stream, line) => logs.append(declaration.logGroup, stream, line, { roleArn: declaration.roleArn }),
    };
  }

  private createPermission(request: CreateRequest): Created {
    const { declaration } = this.declared.find(String(request.inputs.function));
    const statementId = this.permissions.add(declaration.arn, request);
    return { id: statementId, state: { ...request.inputs, id: statementId, statementId } };
  }
}
