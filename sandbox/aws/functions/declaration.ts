import { physicalName } from "../names";
import { NotRunError } from "../notRun";
import { type ArchiveFiles, AwsError, type CloudContext, type CreateRequest } from "../types";
import { codeSha256 } from "./code";

/** What a declared function says about how it runs. */
export interface FunctionDeclaration {
  readonly name: string;
  readonly arn: string;
  readonly runtime: string;
  readonly handler: string;
  readonly roleArn: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroup: string;
  /** Invocations beyond this are throttled. Undefined: nothing is reserved. */
  readonly reservedConcurrency: number | undefined;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, "Reserved environment variables". */
const RESERVED_VARIABLES = new Set(
  `_HANDLER _X_AMZN_TRACE_ID AWS_DEFAULT_REGION AWS_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_NAME
   AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME
   AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
   AWS_LAMBDA_RUNTIME_API LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR`.split(/\s+/),
);
const MAX_ENVIRONMENT_BYTES = 4096;
const UNSUPPORTED_INPUTS = ["imageUri", "s3Bucket", "layers", "fileSystemConfig", "durableConfig"];

/** Reads a function's inputs and refuses what AWS refuses, and what the sandbox can't run. */
export function readDeclaration(request: CreateRequest, context: CloudContext): FunctionDeclaration {
  const { inputs } = request;
  refuseUnsupported(request);
  refuseLogFormat(inputs.loggingConfig);
  const name = physicalName(request, { maxLength: 64 });
  const logging = (inputs.loggingConfig ?? {}) as Record<string, string | undefined>;
  const reserved = inputs.reservedConcurrentExecutions as number | undefined;
  return {
    name,
    arn: `arn:aws:lambda:${context.region}:${context.accountId}:function:${name}`,
    runtime: nodeRuntime(request),
    handler: requiredText(request, "handler"),
    roleArn: requiredText(request, "role"),
    memoryMb: within("memorySize", inputs.memorySize ?? 128, 128, 10_240),
    timeoutMs: within("timeout", inputs.timeout ?? 3, 1, 900) * 1000,
    environment: readVariables(inputs.environment),
    logGroup: logging.logGroup ?? `/aws/lambda/${name}`,
    reservedConcurrency: reserved === undefined || reserved < 0 ? undefined : reserved,
  };
}

function refuseUnsupported({ name, inputs, archives }: CreateRequest): void {
  const used = UNSUPPORTED_INPUTS.filter((input) => {
    const value = inputs[input];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
  if (used.length > 0 || !archives.code)
    throw new AwsError(
      "InvalidParameterValueException",
      `function "${name}": the sandbox runs functions from an archive in \`code\`, without ${UNSUPPORTED_INPUTS.join(", ")}` +
        (used.length > 0 ? `; given: ${used.join(", ")}` : "; none was given"),
    );
}

/** Levels belong to the format JSON: AWS takes none with Text. */
function refuseLogFormat(loggingConfig: unknown): void {
  const { logFormat = "Text", ...rest } = (loggingConfig ?? {}) as Record<string, unknown>;
  if (logFormat !== "Text") throw new NotRunError(`functions with the logFormat ${logFormat}, only Text`);
  for (const level of ["applicationLogLevel", "systemLogLevel"])
    if (rest[level] !== undefined) throw new NotRunError(`functions with ${level}`);
}

function nodeRuntime({ name, inputs }: CreateRequest): string {
  const runtime = inputs.runtime;
  if (typeof runtime === "string" && /^nodejs\d+\.x$/.test(runtime)) return runtime;
  throw new AwsError(
    "InvalidParameterValueException",
    `function "${name}": the runtime is ${JSON.stringify(runtime) ?? "missing"}; the sandbox runs Node.js runtimes such as nodejs24.x`,
  );
}

function requiredText({ name, inputs }: CreateRequest, property: string): string {
  const value = inputs[property];
  if (typeof value === "string" && value !== "") return value;
  throw new AwsError("InvalidParameterValueException", `function "${name}": \`${property}\` is required`);
}

function within(property: string, value: unknown, least: number, most: number): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  const bound =
    typeof value === "number" && value < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`;
  throw new AwsError(
    "ValidationException",
    `1 validation error detected: Value '${value}' at '${property}' failed to satisfy constraint: Member must have value ${bound}`,
  );
}

function readVariables(environment: unknown): Record<string, string> {
  const variables = (environment as { variables?: Record<string, string> } | undefined)?.variables ?? {};
  const unable =
    "Lambda was unable to configure your environment variables because the environment variables you have provided";
  const names = Object.keys(variables);
  const reserved = names.filter((name) => RESERVED_VARIABLES.has(name));
  if (reserved.length > 0)
    throw new AwsError(
      "InvalidParameterValueException",
      `${unable} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  const malformed = names.filter((name) => !/^[a-zA-Z]\w+$/.test(name));
  if (malformed.length > 0)
    throw new AwsError(
      "ValidationException",
      `1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]: ${malformed.join(", ")}`,
    );
  // AWS prints the variables here; they are nobody's business.
  if (Buffer.byteLength(JSON.stringify(variables)) > MAX_ENVIRONMENT_BYTES)
    throw new AwsError("InvalidParameterValueException", `${unable} exceeded the 4KB limit`);
  return variables;
}

/** The output properties of a declared function, as Pulumi's AWS provider names them. */
export function functionOutputs(
  request: CreateRequest,
  declaration: FunctionDeclaration,
  place: { region: string; now: number },
): Record<string, unknown> {
  const { arn, name } = declaration;
  const files = request.archives.code ?? {};
  const sha256 = codeSha256(files);
  const invokeArn = (target: string) =>
    `arn:aws:apigateway:${place.region}:lambda:path/2015-03-31/functions/${target}/invocations`;
  return {
    ...request.inputs,
    id: name,
    name,
    arn,
    qualifiedArn: `${arn}:$LATEST`,
    invokeArn: invokeArn(arn),
    qualifiedInvokeArn: invokeArn(`${arn}:$LATEST`),
    version: "$LATEST",
    codeSha256: sha256,
    sourceCodeHash: request.inputs.sourceCodeHash ?? sha256,
    sourceCodeSize: Object.values(files).reduce((bytes, content) => bytes + content.length, 0),
    memorySize: declaration.memoryMb,
    timeout: declaration.timeoutMs / 1000,
    packageType: "Zip",
    architectures: request.inputs.architectures ?? ["x86_64"],
    reservedConcurrentExecutions: declaration.reservedConcurrency ?? -1,
    loggingConfig: {
      logFormat: "Text",
      ...(request.inputs.loggingConfig ?? {}),
      logGroup: declaration.logGroup,
    },
    lastModified: new Date(place.now).toISOString(),
  };
}

/** The function as Lambda's API tells it: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export function functionConfiguration(
  { declaration, files }: { readonly declaration: FunctionDeclaration; readonly files: ArchiveFiles },
  variables: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const { name, arn, runtime, handler, roleArn, memoryMb, timeoutMs, logGroup } = declaration;
  return {
    ...{ FunctionName: name, FunctionArn: arn, Runtime: runtime, Handler: handler, Role: roleArn },
    ...{ MemorySize: memoryMb, Timeout: timeoutMs / 1000, PackageType: "Zip", State: "Active" },
    ...{ CodeSha256: codeSha256(files), Environment: { Variables: variables } },
    LoggingConfig: { LogFormat: "Text", LogGroup: logGroup },
  };
}
