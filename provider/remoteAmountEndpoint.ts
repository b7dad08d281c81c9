import * as pulumi from "@pulumi/pulumi";
import { amountEnvironment } from "../lambda/agreements/amountConfig";
import type { RemoteAmountEndpointArgs } from "./args";
import { accessTokenSecret } from "./parts/accessTokenSecret";
import { makeAlarms } from "./parts/alarms";
import { amountAlarms } from "./parts/amountAlarms";
import { amountFunctionCode } from "./parts/amountFunctionCode";
import { makeFunction } from "./parts/function";
import { makeHttpApi } from "./parts/httpApi";
import type { OutputsOf } from "./parts/outputs";
import { topicFor } from "./parts/topic";
import { makeUrlTokens } from "./parts/urlTokens";
import { endpointWarnings, planEndpoint } from "./plan/endpoint";

/** Longer than any answer that is still of use to Sequence, shorter than the HTTP API's own limit of 30 seconds. */
const TIMEOUT_SECONDS = 15;

/**
 * An HTTPS endpoint that answers how much a rule of Sequence should transfer: an HTTP API and a function, with one unguessable
 * URL for every amount.
 */
export class RemoteAmountEndpoint extends pulumi.ComponentResource {
  /** The URL of every amount, by its name: paste each into its rule in Sequence. Secret, because whoever has it can ask. */
  public readonly amountUrls!: pulumi.Output<Record<string, string>>;
  /** ARN of the secret with the access token; empty if no amount needs one. */
  public readonly accessTokenSecretArn!: pulumi.Output<string>;
  /** The command that fills the access token's secret; empty if Pulumi fills it or none is needed. */
  public readonly fillAccessToken!: pulumi.Output<string>;
  /** Name of the function that computes the amounts. */
  public readonly functionName!: pulumi.Output<string>;
  /** ARN of that function. */
  public readonly functionArn!: pulumi.Output<string>;
  /** Name of the function's role, for a policy of your own: `kms:Decrypt` for a secret with a key of its own, say. */
  public readonly roleName!: pulumi.Output<string>;
  /** Name of the function's log group. */
  public readonly logGroupName!: pulumi.Output<string>;
  /** Id of the HTTP API. */
  public readonly apiId!: pulumi.Output<string>;

  constructor(name: string, args: RemoteAmountEndpointArgs, opts?: pulumi.ComponentResourceOptions) {
    // Not the arguments: what is given to a component is kept in the state as it is, a credential in plain text too.
    super("sequence-remote-api:index:RemoteAmountEndpoint", name, {}, opts);
    const plan = planEndpoint(name, args);
    const child = { parent: this };
    for (const warning of endpointWarnings(plan)) pulumi.log.warn(warning, this);

    const tokens = makeUrlTokens(name, plan.urlKeys, plan.amountNames, child);
    const secret = accessTokenSecret(name, plan, child);
    const parts = makeFunction(
      name,
      plan,
      {
        description: `Answers Sequence how much to transfer (${name})`,
        code: amountFunctionCode(plan, tokens.digests),
        environment: {
          [amountEnvironment.baseUrl]: plan.baseUrl,
          [amountEnvironment.accountsPath]: plan.accountsPath,
          ...(secret ? { [amountEnvironment.accessTokenSecretArn]: secret.arn } : {}),
        },
        statements: secret
          ? [{ Sid: "ReadAccessToken", Action: ["secretsmanager:GetSecretValue"], Resource: secret.arn }]
          : [],
        timeoutSeconds: TIMEOUT_SECONDS,
      },
      child,
    );
    const http = makeHttpApi(name, plan, parts.function, child);
    const topic = topicFor(name, plan, child);
    if (topic) makeAlarms(name, amountAlarms(http.api.id, parts.function.name), topic, plan.tags, child);

    const outputs: OutputsOf<RemoteAmountEndpoint> = {
      amountUrls: pulumi.secret(
        pulumi
          .all([http.endpoint, tokens.current])
          .apply(([endpoint, current]) =>
            Object.fromEntries(
              Object.entries(endpoint ? current : {}).map(([amount, token]) => [
                amount,
                `${endpoint}/amounts/${amount}/${token}`,
              ]),
            ),
          ),
      ),
      accessTokenSecretArn: secret?.arn ?? pulumi.output(""),
      fillAccessToken: secret?.instructions ?? pulumi.output(""),
      functionName: parts.function.name,
      functionArn: parts.function.arn,
      roleName: parts.role.name,
      logGroupName: parts.logGroup.name,
      apiId: http.api.id,
    };
    Object.assign(this, outputs);
    this.registerOutputs(outputs);
  }
}
