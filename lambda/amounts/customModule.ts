import type { CustomAmount } from "./context";
import { AmountError } from "./error";

/**
 * The exports of the amounts module by name. `load` is called until it succeeds once; a module that can't be loaded fails
 * the custom amounts only, the others are answered.
 */
export function customModule(load: () => unknown): (exportName: string) => CustomAmount {
  let loaded: Readonly<Record<string, unknown>> | undefined;
  return (exportName) => {
    try {
      loaded ??= Object(load()) as Readonly<Record<string, unknown>>;
    } catch (error) {
      throw new AmountError("CUSTOM_AMOUNT_MISSING", "the amounts module can't be loaded", { cause: error });
    }
    const found = Object.hasOwn(loaded, exportName) ? loaded[exportName] : undefined;
    if (typeof found === "function") return found as CustomAmount;
    throw new AmountError(
      "CUSTOM_AMOUNT_MISSING",
      `the amounts module exports no function "${exportName}"; it exports ${Object.keys(loaded).join(", ") || "nothing"}`,
    );
  };
}
