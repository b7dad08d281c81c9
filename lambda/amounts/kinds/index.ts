import { custom } from "./custom";
import { fixed } from "./fixed";
import { percent } from "./percent";
import { sweep } from "./sweep";
import { topUp } from "./topUp";

/** Every kind of amount by its name. */
export const amountKinds = {
  Fixed: fixed,
  Percent: percent,
  TopUp: topUp,
  Sweep: sweep,
  Custom: custom,
} as const;

export type AmountKindName = keyof typeof amountKinds;
export type AmountKind = (typeof amountKinds)[AmountKindName];
