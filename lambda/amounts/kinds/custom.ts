import type { CustomSpec } from "../../agreements/amountKinds";
import { shown } from "../../agreements/shown";
import type { AmountContext, CustomAmount } from "../context";
import { AmountError, amountErrorOf } from "../error";
import { watchedFor } from "../leftBehind";
import type { Compute } from "./kind";

export const custom: Compute<CustomSpec> = async (spec, { customAmount, ...context }) => {
  const exportName = spec.export ?? context.name;
  const value = await run(customAmount(exportName), context);
  // -0 comes from rounding a negative number, which is as much a defect as a negative amount.
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0 || Object.is(value, -0))
    throw new AmountError(
      "CUSTOM_AMOUNT_INVALID",
      `"${exportName}" returned ${shown(value)}; it must return a whole number of cents, 0 or more${hintFor(value)}`,
    );
  return value;
};

/** A promise that should have been awaited becomes NaN in arithmetic, and "[object Promise]" in text. */
function hintFor(value: unknown): string {
  const missesAwait = Number.isNaN(value) || (typeof value === "string" && value.includes("[object Promise]"));
  return missesAwait ? ". Is an await missing?" : "";
}

/**
 * Fails too if a promise that the amount forgot to await fails before there is a result: that promise may have been a check. If it
 * fails later, the failure is logged with the amount's name.
 */
async function run(amount: CustomAmount, context: AmountContext): Promise<unknown> {
  try {
    return await new Promise((resolve, reject) => {
      const onLeftBehind = (error: unknown) => {
        context.log.error("amount.leftBehind", { error });
        reject(error);
      };
      watchedFor(onLeftBehind, async () => amount(context)).then((value) => {
        // Node reports the promises that have failed by now before setImmediate runs.
        setImmediate(() => resolve(value));
      }, reject);
    });
  } catch (error) {
    throw amountErrorOf(error, "CUSTOM_AMOUNT_FAILED");
  }
}
