import * as pulumi from "@pulumi/pulumi";
import { AmountKind, RemoteApi, type RemoteApiArgs } from "../../provider";
import { type Declared, declareComponent, type ReadOutputs } from "./support";

/** The secrets that the program is given, so that tests can look where they end up. */
export const ACCESS_TOKEN = "access-token-5f0c1d7a9b";
export const PAYDAY_SECRET = "payday-secret-8e2b64c3f1";

const quickstartAmounts = {
  rent: { kind: AmountKind.Fixed, cents: 150_000 },
  buffer: { kind: AmountKind.TopUp, account: "Bills Pod", targetCents: 50_000, maxCents: 20_000 },
  excess: { kind: AmountKind.Sweep, account: "Main Operating Pod", floorCents: 1_000_000, roundToCents: 10_000 },
} satisfies RemoteApiArgs["amounts"];

/** The arguments of the quickstart, with changes. Its trigger asks for those of its amounts that are left. */
export function quickstartArgs(changes: Partial<RemoteApiArgs> = {}): RemoteApiArgs {
  const { amounts } = { amounts: quickstartAmounts, ...changes };
  const asks = Object.keys(quickstartAmounts).filter((name) => Object.hasOwn(Object(amounts), name));
  return {
    accessToken: pulumi.secret(ACCESS_TOKEN),
    ceilingCents: 2_000_000,
    amounts: quickstartAmounts,
    triggers: {
      payday: {
        ruleId: "ru_12345",
        apiSecret: pulumi.secret(PAYDAY_SECRET),
        schedule: "cron(0 9 1,15 * ? *)",
        timezone: "America/New_York",
        ...(asks.length > 0 ? { asks } : {}),
      },
    },
    alarmEmail: "you@example.com",
    ...changes,
  };
}

/** What is left out of the quickstart for an account that has only triggers. */
export const withoutAmounts: Partial<RemoteApiArgs> = {
  amounts: undefined,
  accessToken: undefined,
  ceilingCents: undefined,
};

/** The quickstart's component, with changes. */
export function quickstartApi(
  changes: Partial<RemoteApiArgs> = {},
  opts?: pulumi.ComponentResourceOptions,
  name = "sequence",
): RemoteApi {
  return new RemoteApi(name, quickstartArgs(changes), opts);
}

/** Declares what the quickstart declares. */
export function quickstart(changes: Partial<RemoteApiArgs> = {}) {
  const sequence = quickstartApi(changes);
  return { amountUrls: sequence.amountUrls, dashboardUrl: sequence.dashboardUrl };
}

type DeclaredQuickstart = Declared & { readonly component: ReadOutputs };
let declaredOnce: Promise<DeclaredQuickstart> | undefined;

/** The quickstart as it is, declared once for all tests that only look at it, and frozen. */
export function declaredQuickstart(): Promise<DeclaredQuickstart> {
  declaredOnce ??= declareComponent(() => quickstartApi()).then(frozen);
  return declaredOnce;
}

function frozen<Value>(value: Value): Value {
  const isPlain = Array.isArray(value) || Object.prototype.toString.call(value) === "[object Object]";
  if (!isPlain || (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype)) return value;
  for (const inner of Object.values(value as object)) frozen(inner);
  return Object.freeze(value);
}
