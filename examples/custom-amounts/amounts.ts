import { AmountError, amount } from "sequence-remote-api/amounts";

/** What two pods hold together above $1,000. */
export const payroll = amount(async ({ accounts, log }) => {
  const operating = await accounts.balanceCents("Main Operating Pod");
  const clients = await accounts.balanceCents("Client Pod");
  log.info("payroll.computed", { operatingCents: operating, clientsCents: clients });
  return Math.max(0, operating + clients - 100_000);
});

/** A tenth of what the client pod holds, and an error rather than a transfer out of a nearly empty pod. */
export const tenth = amount(async ({ accounts }) => {
  const cents = await accounts.balanceCents("Client Pod");
  if (cents < 5_000)
    throw new AmountError("AMOUNT_UNKNOWN", "less than $50.00 in the Client Pod: something is wrong with it");
  return Math.floor(cents / 10);
});
