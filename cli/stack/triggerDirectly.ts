import { randomUUID } from "node:crypto";
import { given } from "../../lambda/agreements/given";
import { inexactNumber, type JsonObject } from "../../lambda/agreements/json";
import { ruleIdOf } from "../../lambda/agreements/ruleId";
import { DEFAULT_BASE_URL } from "../../lambda/agreements/sequenceUrls";
import { being } from "../../lambda/agreements/shown";
import { SequenceClient, SequenceError } from "../../lambda/client";
import type { Result } from "./command";
import { confirmed } from "./confirm";
import { credential } from "./credential";
import { StackError } from "./exit";
import { beyondRecall, waiting } from "./tell";

/** How a rule is called without a stack. */
export interface DirectOptions {
  readonly yes: boolean;
  readonly key?: string;
  readonly payload?: string;
  readonly stdin: boolean;
  readonly baseUrl?: string;
  readonly triggerPath?: string;
}

const SECRET_VARIABLE = "SEQUENCE_API_SECRET";

/** As the trigger function waits: giving up early turns a success into an unknown outcome. */
const PATIENCE_MS = 54_000;

/** Triggers a rule from here. No ledger remembers it: only its key, which is printed before it is sent, keeps a repetition from being a second execution. */
export async function triggerDirectly(rule: string, options: DirectOptions): Promise<Result> {
  const { baseUrl, triggerPath, yes, stdin, key: idempotencyKey = randomUUID() } = options;
  const payload = payloadOf(options.payload);
  const apiSecret = await credential({
    ...{ what: "API secret", stdin, variable: SECRET_VARIABLE },
    async secret() {
      throw new StackError("usage", `there is no API secret: give it by ${SECRET_VARIABLE} or --stdin`);
    },
  });
  process.stderr.write(`Rule ${ruleIdOf(rule)} at ${baseUrl ?? DEFAULT_BASE_URL}, idempotency key ${idempotencyKey}\n`);
  await confirmed(`This runs rule ${ruleIdOf(rule)} of Sequence now, and may move money.`, { yes });
  const unknown = `It is not known whether the rule ran: look in Sequence. To try again, wait a minute, and give the same key within hours: --key ${idempotencyKey}. Another key is another execution.`;
  try {
    const limits = { timeoutMs: PATIENCE_MS, deadlineMs: PATIENCE_MS, maxAttempts: 1 };
    // One request: Sequence may not tell two with one key apart while the first is at work (contract section 1).
    const client = new SequenceClient({ ...given({ baseUrl, triggerPath }), ...limits });
    const call = client.triggerRule(rule, { apiSecret, idempotencyKey, payload });
    const receipt = await beyondRecall(unknown, waiting("Calling Sequence", call));
    return {
      exit: receipt.testMode ? "problem" : "fine",
      lines: [
        receipt.testMode
          ? `Sequence accepted it, but its answer reads as if the rule were in test mode: "${receipt.message}".`
          : `Executed: Sequence accepted it (request ${receipt.requestId ?? "-"}). Accepted does not mean that the money has moved yet.`,
      ],
      json: { sent: true, ...receipt },
    };
  } catch (error) {
    if (!(error instanceof SequenceError)) throw error;
    const isUnknown = error.outcome === "unknown";
    return {
      exit: error.code === "INVALID_ARGUMENT" ? "usage" : "problem",
      lines: [error.message, isUnknown ? unknown : "The rule was not executed."],
      json: {
        ...{ sent: error.attempts > 0, idempotencyKey, outcome: error.outcome, code: error.code, error: error.message },
        ...given({ requestId: error.requestId }),
      },
    };
  }
}

function payloadOf(text = "{}"): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new StackError("usage", "--payload is no JSON; it must be a JSON object, such as '{\"cents\":500}'");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return exact(value as JsonObject);
  throw new StackError("usage", `--payload ${being(value)}; it must be a JSON object`);
}

function exact(payload: JsonObject): JsonObject {
  const number = inexactNumber(payload);
  if (number === undefined) return payload;
  throw new StackError(
    "usage",
    `--payload has the number ${number}, of which digits were lost already; it must have none above ${Number.MAX_SAFE_INTEGER}: write it as text`,
  );
}
