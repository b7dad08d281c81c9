import type { AmountFunctionConfig } from "../../lambda/agreements/amountConfig";

export const CEILING_CENTS = 800_000;

/** The amounts of the campaign, one of each kind that asks Sequence. */
export const AMOUNTS: AmountFunctionConfig["amounts"] = {
  sweep: { kind: "Sweep", account: "Income", floorCents: 50_000 },
  share: { kind: "Percent", account: "Income", percent: 12.5, maxCents: 60_000 },
  fill: { kind: "TopUp", account: "Income", targetCents: 300_000, roundToCents: 1_000 },
  rent: { kind: "Fixed", cents: 145_000 },
};

/** The right amount for a balance, reckoned anew; undefined where only an error is right. */
export function amountOf(name: string, cents: number | undefined): number | undefined {
  if (name === "rent") return 145_000;
  if (cents === undefined) return undefined;
  const amount = { sweep: sweep(cents), share: share(cents), fill: fill(cents) }[name];
  return amount === undefined || amount > CEILING_CENTS ? undefined : amount;
}

function sweep(cents: number): number {
  const over = cents - 50_000;
  return over < 100 ? 0 : over;
}

function share(cents: number): number {
  const eighth = Math.min(Math.floor(Math.max(cents, 0) / 8), 60_000);
  return eighth < 100 ? 0 : eighth;
}

function fill(cents: number): number {
  const lacking = Math.floor((300_000 - cents) / 1_000) * 1_000;
  return lacking < 100 ? 0 : lacking;
}
