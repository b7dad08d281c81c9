import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AmountFunctionConfig } from "../agreements/amountConfig";
import { type AmountHandler, type AmountHandlerOptions, createAmountHandler } from "./handler";

/**
 * Runs in the init phase, on the `config.json` beside the function. `prepare` does what the first request would wait for. A defect
 * throws: Lambda then answers every request with an error.
 */
export function startAmounts(
  options: Omit<AmountHandlerOptions, "config">,
  prepare: (config: AmountFunctionConfig) => void,
): AmountHandler {
  const { logger } = options;
  try {
    const config = JSON.parse(readFileSync(join(__dirname, "config.json"), "utf8")) as AmountFunctionConfig;
    const handler = createAmountHandler({ ...options, config });
    prepare(config);
    return handler;
  } catch (error) {
    logger.error("function.defective", { error });
    throw error;
  }
}
