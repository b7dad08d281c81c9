import * as pulumi from "@pulumi/pulumi";
import { apiSecretsText } from "../plan/apiSecrets";
import type { TriggersPlan } from "../plan/triggers";
import { makeSecret } from "./secret";

export interface ApiSecrets {
  /** The secret of each trigger, by the trigger's name. */
  readonly arnOf: Record<string, pulumi.Output<string>>;
  /** ARN of the secret that the operator fills, and how; undefined if there is none. */
  readonly toFill: { readonly arn: pulumi.Output<string>; readonly instructions: pulumi.Output<string> } | undefined;
  /** ARN of the secret that Pulumi fills; undefined if there is none. */
  readonly given: pulumi.Output<string> | undefined;
}

/**
 * The secrets with the rules' API secrets, under the rules' ids. Up to two are made, because each has one writer: one that
 * Pulumi fills with the values given, one that the operator fills. Existing ones are used as they are.
 */
export function apiSecretsFor(
  component: string,
  { triggers, givenApiSecrets, tags }: TriggersPlan,
  opts: pulumi.CustomResourceOptions,
): ApiSecrets {
  const all = Object.entries(triggers);
  const given = all.filter(([, trigger]) => trigger.apiSecret !== undefined);
  const existing = all.filter(([, trigger]) => trigger.apiSecretArn !== undefined);
  const left = all.filter(([, trigger]) => trigger.apiSecret === undefined && trigger.apiSecretArn === undefined);

  // Nothing is stored until all values are known, because a secret with some of them would look filled.
  const values = givenApiSecrets.apply((pairs) =>
    pairs.some(({ apiSecret }) => apiSecret === undefined) ? (undefined as never) : apiSecretsText(pairs),
  );
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
