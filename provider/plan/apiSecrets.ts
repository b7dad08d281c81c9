import * as pulumi from "@pulumi/pulumi";
import type { Trigger } from "../args";
import type { Gate } from "./gate";
import type { TriggerPlan } from "./trigger";

/** IAM's quota for a role's inline policies is 10,240 characters, and the function's other rights take up to 4,000 of them. */
const ROOM_FOR_SECRETS = 6_240;
/** In quotation marks, with a comma. */
const AROUND_ARN = 3;

/** Every existing secret adds its ARN to the function's policy. What is an output isn't known yet, and counts as a usual ARN. */
export function checkSecretArns(gate: Gate, triggers: readonly (readonly [string, Trigger])[]): void {
  const arns = new Set(triggers.flatMap(([, trigger]) => trigger?.apiSecretArn ?? []));
  const length = [...arns].reduce((sum, arn) => sum + AROUND_ARN + (typeof arn === "string" ? arn.length : 100), 0);
  if (length > ROOM_FOR_SECRETS)
    gate.add(
      "triggers",
      `has ${arns.size} different values of apiSecretArn with ${length} characters; they must have at most ${ROOM_FOR_SECRETS}, which is what IAM leaves in one policy: ` +
        "put the API secrets of several rules into one secret, as JSON under each rule's id, or make a second component",
    );
}

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const MOST_SECRET_BYTES = 65_536;

/** The API secrets that Pulumi stores, each with its rule's id. */
export function givenApiSecrets(gate: Gate, triggers: readonly TriggerPlan[]) {
  const given = triggers.flatMap(({ ruleId, apiSecret }) => (apiSecret === undefined ? [] : [{ ruleId, apiSecret }]));
  return pulumi.secret(gate.check<readonly GivenApiSecret[]>("triggers", given as never, apiSecretsProblem) ?? []);
}

/** Exported for the compiler, which names it in the result of `planRemoteApi`. knip lets it pass as @public. */
export interface GivenApiSecret {
  readonly ruleId: string;
  /** Undefined where it is an output of a child that isn't made. */
  readonly apiSecret: string | undefined;
}

function apiSecretsProblem(given: readonly GivenApiSecret[]): string | undefined {
  const secrets = new Map<string, string>();
  for (const { ruleId, apiSecret } of given) {
    if (apiSecret === undefined) continue;
    if ((secrets.get(ruleId) ?? apiSecret) !== apiSecret)
      return `has different values of apiSecret for rule ${ruleId}; it must have one for a rule: give it to each of its triggers`;
    secrets.set(ruleId, apiSecret);
  }
  return sizeProblem([...secrets].map(([ruleId, apiSecret]) => ({ ruleId, apiSecret })));
}

/** What is in the secret, by the bare id of each rule. */
export function apiSecretsText(given: readonly GivenApiSecret[]): string {
  return JSON.stringify(Object.fromEntries(given.map(({ ruleId, apiSecret }) => [ruleId, apiSecret])));
}

function sizeProblem(given: readonly GivenApiSecret[]): string | undefined {
  const bytesOf = (count: number) => Buffer.byteLength(apiSecretsText(given.slice(0, count)));
  if (bytesOf(given.length) <= MOST_SECRET_BYTES) return undefined;
  let fit = given.length;
  while (bytesOf(fit) > MOST_SECRET_BYTES) fit -= 1;
  return (
    `has API secrets of ${given.length} rules with ${bytesOf(given.length)} bytes as JSON; they must have at most ${MOST_SECRET_BYTES}, which is what one secret holds: ` +
    `those of the first ${fit} rules fit, so make a second component for the other triggers`
  );
}
