import type { CreateRequest } from "../types";
import { codeSha256 } from "./code";
import type { FunctionDeclaration } from "./declaration";

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
