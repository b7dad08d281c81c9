import { createLogger, writeLine } from "../log";
import { AmountError } from "./error";
import { startAmounts } from "./start";

const client = { getAccounts: () => Promise.reject(new AmountError("INTERNAL", "a fixed amount reads no accounts")) };

/**
 * What AWS Lambda calls where every amount is Fixed. It lacks what reads accounts, which is most of the other function and of the
 * time that it takes to load.
 */
export const handler = startAmounts({ client, logger: createLogger({}, writeLine) }, ({ amounts }) => {
  const other = Object.keys(amounts).find((name) => amounts[name]?.kind !== "Fixed");
  if (other !== undefined)
    throw new Error(`the amount "${other}" is not Fixed, and this function can't read accounts; deploy again`);
});
