import { AmountError, amount } from "sequence-remote-api/amounts";

/** Half of what is in the payroll pod. */
export const payroll = amount(async ({ accounts }) => {
  const balance = await accounts.balanceCents("Payroll Pod");
  return Math.floor(balance / 2);
});

/** What the card owes, from the pod that is kept for it. A balance from outside Sequence can be a day old: here that is accepted. */
export const card = amount(async ({ accounts }) => {
  const owed = Math.abs(await accounts.balanceCents("Chase Credit Card", { allowExternalBalance: true }));
  const kept = await accounts.balanceCents("Card Pod");
  // An explicit error moves nothing, and a mail tells of it. A smaller amount would be a guess.
  if (kept < owed) throw new AmountError("AMOUNT_UNKNOWN", "the card pod holds less than the card owes");
  return owed;
});
