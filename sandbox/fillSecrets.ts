import type { LocalCloud } from "./aws/localCloud";
import { type Deployment, UserError } from "./engine";

const SECRET = "aws:secretsmanager/secret:Secret";

/** Puts the values of sandbox.yaml into secrets, each named by its logical name in the program, or by its ARN if it was there before. */
export function fillSecrets(cloud: LocalCloud, deployment: Deployment, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) cloud.secrets.put(secretNamed(cloud, deployment, name), value);
}

/** The ARN of a secret, made in the cloud if it is one that the program only names. Throws `UserError`. */
export function secretNamed(cloud: LocalCloud, { resources }: Deployment, name: string): string {
  const declared = resources.filter(({ type }) => type === SECRET);
  const secret = declared.find((candidate) => candidate.name === name || candidate.id === name);
  if (secret) return secret.id;
  const named = name.startsWith("arn:") ? secretArns(resources) : [];
  if (!named.includes(name))
    throw new UserError(
      `sandbox.yaml fills the secret "${name}", which the program ${name.startsWith("arn:") ? "doesn't name" : "doesn't declare"}. ${known(
        "It declares",
        declared.map((each) => each.name),
      )} ${known("It names", named)}`.trim(),
    );
  cloud.secrets.createExisting(name);
  return name;
}

function known(what: string, names: readonly string[]): string {
  if (names.length > 0) return `${what} ${names.join(", ")}.`;
  return what === "It declares" ? `${what} none.` : "";
}

/** The ARNs of secrets that stand anywhere in what is declared, such as in a role's policy. */
function secretArns(resources: Deployment["resources"]): readonly string[] {
  const arns = new Set<string>();
  for (const { inputs, type } of resources) {
    if (!type.startsWith("aws:")) continue;
    const text = JSON.stringify(inputs, (_, value) => (typeof value === "object" && value?.__pulumiAsset ? "" : value));
    for (const [arn] of text.matchAll(/arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+/g)) arns.add(arn);
  }
  return [...arns];
}
