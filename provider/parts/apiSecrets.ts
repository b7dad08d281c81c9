import * as pulumi from "@pulumi/pulumi";
import { report } from "../plan/gate";
import type { DeclaredTrigger } from "../plan/triggers";
import { makeSecret } from "./secret";

export interface ApiSecrets {
  /** The secret of each trigger, by the trigger's name. */
  readonly arnOf: Record<string, pulumi.Output<string>>;
  /** ARN of the secret that the operator fills, and how; undefined if there is none. */
  readonly toFill: { readonly arn: pulumi.Output<string>; readonly instructions: pulumi.Output<string> } | undefined;
  /** ARN of the secret that Pulumi fills; undefined if there is none. */
  readonly given: pulumi.Output<string> | undefined;
}

/** As JSON, by rule id. A rule has one API secret, so its triggers share it. Undefined as long as one of them is. */
function apiSecretsJson(
  component: string,
  pairs: readonly (readonly [string, string | undefined])[],
): string | undefined {
  const secrets = new Map<string, string>();
  for (const [ruleId, secret] of pairs) {
    if (secret === undefined) return undefined;
    if ((secrets.get(ruleId) ?? secret) !== secret)
      report("ScheduledRuleTriggers", component, [
        {
          path: "triggers",
          reason: `the triggers of rule ${ruleId} give different values of apiSecret: a rule has one, give it to each`,
        },
      ]);
    secrets.set(ruleId, secret);
  }
  return JSON.stringify(Object.fromEntries(secrets));
}

/**
 * The secrets with the rules' API secrets, under the rules' ids. Up to two are made, because each has one writer: one that
 * Pulumi fills with the values given, one that the operator fills. Existing ones are used as they are.
 */
export function apiSecretsFor(
  component: string,
  triggers: Record<string, DeclaredTrigger>,
  tags: pulumi.Input<Record<string, string>> | undefined,
  opts: pulumi.CustomResourceOptions,
): ApiSecrets {
  const all = Object.entries(triggers);
  const given = all.filter(([, trigger]) => trigger.apiSecret !== undefined);
  const existing = all.filter(([, trigger]) => trigger.apiSecretArn !== undefined);
  const left = all.filter(([, trigger]) => trigger.apiSecret === undefined && trigger.apiSecretArn === undefined);

  const values = pulumi
    .all(
      given.map(([, { ruleId, apiSecret }]) => pulumi.all([ruleId, pulumi.secret(apiSecret as pulumi.Input<string>)])),
    )
    .apply((pairs) => apiSecretsJson(component, pairs) as string);
  const filled =
    given.length === 0
      ? undefined
      : makeSecret(
          component,
          "api-secrets",
          {
            description: `API secrets of Sequence rules (${component})`,
            value: values,
            fields: [],
            tags,
          },
          opts,
        );
  const empty =
    left.length === 0
      ? undefined
      : makeSecret(
          component,
          "api-secrets-to-fill",
          {
            description: `API secrets of Sequence rules, filled in by hand (${component})`,
            fields: left.map(([, trigger]) => trigger.ruleId),
            tags,
          },
          opts,
        );
  const arns: [string, pulumi.Output<string> | undefined][] = [
    ...given.map(([name]): [string, pulumi.Output<string> | undefined] => [name, filled?.arn]),
    ...left.map(([name]): [string, pulumi.Output<string> | undefined] => [name, empty?.arn]),
    ...existing.map(([name, trigger]): [string, pulumi.Output<string>] => [
      name,
      pulumi.output(trigger.apiSecretArn as pulumi.Input<string>),
    ]),
  ];
  return {
    arnOf: Object.fromEntries(arns) as Record<string, pulumi.Output<string>>,
    toFill: empty?.instructions && { arn: empty.arn, instructions: empty.instructions },
    given: filled?.arn,
  };
}
