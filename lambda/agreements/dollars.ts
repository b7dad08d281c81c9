/** Integer cents as people read them: `-$1,234.50`. */
export function formatCents(cents: number): string {
  return plainDollars(cents).replace(/\d/, "$$$&");
}

/** The same without the sign of the currency, for lists of amounts: `-1,234.50`. */
export function plainDollars(cents: number): string {
  if (!Number.isSafeInteger(cents)) throw new RangeError(`cents is ${cents}; it must be a safe integer`);
  const whole = Math.floor(Math.abs(cents) / 100).toString();
  const fraction = (Math.abs(cents) % 100).toString().padStart(2, "0");
  return `${cents < 0 ? "-" : ""}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${fraction}`;
}
