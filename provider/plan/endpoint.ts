import { DEFAULT_ACCOUNTS_PATH } from "../../lambda/agreements/sequenceUrls";
import { wholeNumber } from "../../lambda/agreements/values";
import type { EndpointSettings, RemoteAmountEndpointArgs } from "../args";
import { type AlarmPlan, alarmPlan, alarmRules } from "./alarms";
import { amountsPlan, amountWarnings } from "./amounts";
import { checkOneSource, credentialProblem, secretArnProblem } from "./credentials";
import { functionDefaults, functionRules } from "./function";
import { Gate, type Rules, together } from "./gate";
import { urlKeysProblem } from "./names";
import { asPlan, isPlan } from "./planned";
import { accountsPathProblem } from "./urls";

const settingsRules: Rules<EndpointSettings> = {
  ceilingCents: together,
  amountsModule: together,
  accessToken: credentialProblem,
  accessTokenSecretArn: secretArnProblem,
  urlKeys: { plain: urlKeysProblem },
  accountsPath: accountsPathProblem,
  // API Gateway's quotas for an account: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
  throttlingRateLimit: wholeNumber(1, 10_000, "requests a second"),
  throttlingBurstLimit: wholeNumber(1, 5_000, "requests"),
};

export const endpointRules: Rules<RemoteAmountEndpointArgs> = {
  ...functionRules,
  ...alarmRules,
  ...settingsRules,
  amounts: together,
};

const defaults = {
  ...functionDefaults,
  urlKeys: ["v1"],
  accountsPath: DEFAULT_ACCOUNTS_PATH,
  throttlingRateLimit: 10,
  throttlingBurstLimit: 20,
};

/** RemoteAmountEndpoint's arguments: checked, with everything that was left out filled in, and what follows from them. */
export type EndpointPlan = ReturnType<typeof endpointPlan>;

/** The plan of a RemoteAmountEndpoint. RemoteApi has made it already for its own. */
export function planEndpoint(name: string, args: RemoteAmountEndpointArgs): EndpointPlan {
  if (isPlan<RemoteAmountEndpointArgs, EndpointPlan>(args)) return args;
  const gate = new Gate("RemoteAmountEndpoint", name);
  const checked = gate.checked(args, endpointRules);
  const plan = endpointPlan(gate, { ...checked, ...alarmPlan(gate, checked) });
  gate.report();
  return plan;
}

/** The plan, from arguments that have each passed their own rule. */
export function endpointPlan(gate: Gate, args: RemoteAmountEndpointArgs & AlarmPlan) {
  checkOneSource(gate, args, "accessToken", "accessTokenSecretArn");
  return asPlan({ ...defaults, ...args, ...amountsPlan(gate, args) });
}

/** Warnings: valid arguments that may not be what was meant. */
export function endpointWarnings({ amounts, readsBalances, accessToken, accessTokenSecretArn, ...plan }: EndpointPlan) {
  const isUnused = !readsBalances && (accessToken !== undefined || accessTokenSecretArn !== undefined);
  return [
    ...amountWarnings(amounts),
    ...(isUnused ? ["the access token is not used, because every amount is Fixed"] : []),
    ...burstWarning(plan),
  ];
}

/** Rules that run at one time ask at one time, and what is turned away is an amount that a rule didn't get. */
function burstWarning({
  amountNames,
  throttlingBurstLimit,
}: Pick<EndpointPlan, "amountNames" | "throttlingBurstLimit">) {
  const count = amountNames.length;
  // One that is an output isn't known yet.
  if (typeof throttlingBurstLimit !== "number" || count <= throttlingBurstLimit) return [];
  return [
    `there are ${count} amounts, and throttlingBurstLimit is ${throttlingBurstLimit}: if rules ask for all of them at once, those above it get 429 and no amount; ` +
      `give throttlingBurstLimit ${count} or more`,
  ];
}
