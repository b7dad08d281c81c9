import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseTriggerConfig } from "../agreements/triggerConfig";
import { createLogger } from "../log";
import { connectTriggers } from "./connect";
import { createTriggerHandler } from "./handler";

/** What AWS Lambda calls: bundled to `index.js`, beside `config.json`. */
export const handler = start();

/** Runs in the init phase. A defect throws: Lambda then fails every delivery, and the messages come back. */
function start(): ReturnType<typeof createTriggerHandler> {
  const logger = createLogger();
  try {
    const config = parseTriggerConfig(readFileSync(join(__dirname, "config.json"), "utf8"));
    return createTriggerHandler(connectTriggers(config, process.env, logger));
  } catch (error) {
    logger.error("function.defective", { error });
    throw error;
  }
}
