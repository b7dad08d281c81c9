import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as pulumi from "@pulumi/pulumi";
import { fillCommand } from "../../lambda/agreements/fillCommand";
import { applyIfMade } from "./applyIfMade";
import { childName } from "./names";

/** How long a deleted secret can be restored. */
const RECOVERY_WINDOW_DAYS = 7;

export interface SecretPart {
  readonly arn: pulumi.Output<string>;
  /** The command that fills the secret, if that is left to the operator. */
  readonly instructions: pulumi.Output<string> | undefined;
}

/**
 * A secret of the component's own. With `value`, Pulumi writes it (and keeps it, encrypted, in its state); without, it stays
 * empty until the operator fills it, and the value never passes through Pulumi. One writer per secret, never both.
 */
export function makeSecret(
  component: string,
  part: string,
  options: {
    readonly description: string;
    readonly value?: pulumi.Input<string>;
    /** The fields of the JSON object that is stored in it. */
    readonly fields: readonly string[];
    readonly tags: pulumi.Input<Record<string, string>> | undefined;
  },
  opts: pulumi.CustomResourceOptions,
): SecretPart {
  const secret = new secretsmanager.Secret(
    childName(component, part),
    { description: options.description, recoveryWindowInDays: RECOVERY_WINDOW_DAYS, tags: options.tags },
    opts,
  );
  if (options.value === undefined)
    return { arn: secret.arn, instructions: applyIfMade(secret.arn, (arn) => fillCommand(arn, options.fields)) };
  new secretsmanager.SecretVersion(
    childName(component, `${part}-value`),
    { secretId: secret.arn, secretString: pulumi.secret(options.value) },
    opts,
  );
  return { arn: secret.arn, instructions: undefined };
}
