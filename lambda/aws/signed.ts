import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import { AwsServiceError } from "./error";

/** A call of an AWS service, as it is sent. */
export interface AwsCall {
  /** Defaults to `/`. */
  readonly path?: string;
  /** Defaults to the process's. */
  readonly region?: string | undefined;
  /** Lower-case names; the content type is among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An AWS service: the first part of its host, the name in its signatures, and the end of its endpoint's environment variable. */
const awsServices = {
  secretsmanager: "SECRETS_MANAGER",
  lambda: "LAMBDA",
  logs: "CLOUDWATCH_LOGS",
} as const;

export type AwsServiceName = keyof typeof awsServices;

/** `call` with the signature of the process's credentials, as a transport sends it. */
export async function signedRequest(
  service: AwsServiceName,
  { path = "/", headers: given, body, ...call }: AwsCall,
  env: NodeJS.ProcessEnv,
  signingDate: Date,
) {
  const ownRegion = variable(env, "AWS_REGION");
  const region = call.region ?? ownRegion;
  const credentials = {
    accessKeyId: variable(env, "AWS_ACCESS_KEY_ID"),
    secretAccessKey: variable(env, "AWS_SECRET_ACCESS_KEY"),
    ...(env.AWS_SESSION_TOKEN ? { sessionToken: env.AWS_SESSION_TOKEN } : {}),
  };
  const base = env[`AWS_ENDPOINT_URL_${awsServices[service]}`] || env.AWS_ENDPOINT_URL || endpointIn(service, region);
  const url = new URL(path, base);
  const signer = new SignatureV4({ service, region, credentials, sha256: Hash.bind(null, "sha256") });
  const { headers } = await signer.sign(
    {
      method: "POST",
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers: { host: url.host, "content-length": String(Buffer.byteLength(body)), ...given },
      body,
    },
    { signingDate },
  );
  return { method: "POST", url: url.href, headers, body } as const;
}

function variable(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) throw new AwsServiceError("MissingEnvironment", `the environment variable ${name} is missing`, "never");
  return value;
}

/** The partitions in which AWS has another domain: https://docs.aws.amazon.com/general/latest/gr/asm.html */
const DOMAINS: readonly (readonly [region: RegExp, domain: string])[] = [
  [/^cn-/, "amazonaws.com.cn"],
  [/^eusc-/, "amazonaws.eu"],
  [/^us-iso-/, "c2s.ic.gov"],
  [/^us-isob-/, "sc2s.sgov.gov"],
  [/^eu-isoe-/, "cloud.adc-e.uk"],
  [/^us-isof-/, "csp.hci.ic.gov"],
];

export function endpointIn(service: AwsServiceName, region: string): string {
  const domain = DOMAINS.find(([regions]) => regions.test(region))?.[1] ?? "amazonaws.com";
  return `https://${service}.${region}.${domain}`;
}
