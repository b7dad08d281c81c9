import type { FunctionDeclaration } from "./declaration";

/** What an execution environment's variables are made of, besides what the function declares. */
export interface EnvironmentParts {
  readonly declaration: FunctionDeclaration;
  /** The declared variables, as the engine wants them to be. */
  readonly variables: Readonly<Record<string, string>>;
  readonly region: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  /** Host and port of this environment's Runtime API. */
  readonly runtimeApi: string;
  /** Where every AWS call goes. */
  readonly endpointUrl: string;
  readonly logStream: string;
  readonly taskRoot: string;
  /** An empty folder that is the process's home and place for temporary files. */
  readonly scratch: string;
}

/**
 * The whole environment of a function's process: declared variables and AWS's own, nothing of the user's. The home folder is
 * an empty one, so that the AWS SDK finds no profile or credentials of the user's there.
 */
export function childEnvironment(parts: EnvironmentParts): Record<string, string> {
  const { declaration } = parts;
  const declared = Object.entries(parts.variables).filter(([name]) => !name.startsWith("AWS_ENDPOINT_URL"));
  return {
    ...Object.fromEntries(declared),
    _HANDLER: declaration.handler,
    AWS_ACCESS_KEY_ID: parts.credentials.accessKeyId,
    AWS_DEFAULT_REGION: parts.region,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ENDPOINT_URL: parts.endpointUrl,
    AWS_EXECUTION_ENV: `AWS_Lambda_${declaration.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(declaration.memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: declaration.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_FORMAT: "Text",
    AWS_LAMBDA_LOG_GROUP_NAME: declaration.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: parts.logStream,
    AWS_LAMBDA_RUNTIME_API: parts.runtimeApi,
    AWS_REGION: parts.region,
    // The laptop's Node may be older than the declared runtime; in Lambda the SDK finds nothing to warn of.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    AWS_SECRET_ACCESS_KEY: parts.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: parts.credentials.sessionToken,
    HOME: parts.scratch,
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    LAMBDA_TASK_ROOT: parts.taskRoot,
    LANG: "en_US.UTF-8",
    PATH: "/usr/local/bin:/usr/bin:/bin",
    TMPDIR: parts.scratch,
    TZ: ":UTC",
    ...windowsEssentials(parts.scratch),
  };
}

/** Without these a process can't start on Windows, and would look for the user's profile. */
function windowsEssentials(scratch: string): Record<string, string> {
  if (process.platform !== "win32") return {};
  return { SystemRoot: process.env.SystemRoot ?? "C:\\Windows", USERPROFILE: scratch, TEMP: scratch, TMP: scratch };
}
