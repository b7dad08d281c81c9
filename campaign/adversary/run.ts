import { createHash } from "node:crypto";
import { createAmountHandler } from "../../lambda/amounts/handler";
import type { AmountEvent } from "../../lambda/amounts/http";
import { createLogger } from "../../lambda/log";
import { createTriggerHandler } from "../../lambda/triggers/handler";
import type { LedgerItem } from "../../lambda/triggers/lifecycle/ledgerItem";
import type { TriggerDeps } from "../../lambda/triggers/ports";
import { streamOf } from "../random";
import { attackOf } from "./attacks";

/** What an adversary achieved. Everything but `attacks` and `refused` must be 0. */
export interface Achieved {
  attacks: number;
  /** 404 by the amount handler, or a failure that says what was wrong with the message by the trigger handler. */
  refused: number;
  /** A handler threw, or answered with something that nobody expects. */
  crashed: number;
  answered200: number;
  /** Sequence was called. */
  called: number;
  /** A token, a secret or the digest of one stood in an answer, a log line or a mail. */
  leaked: number;
  /** A log line that isn't one line of JSON with the handler's own event. */
  injected: number;
  polluted: number;
}

/** As long as real ones. */
const TOKENS = ["kQ8vT2mZr4Xc9LpN6sWbY3dF7hJ1aG5e", "zR5nB8wQ1vX4tM7kC2pL9sD6fH3jG0aY"];
const SECRET = "an-api-secret-that-nobody-sees";
const NOW = Date.parse("2026-12-01T15:00:00Z");

export async function runAdversary(seed: number, attacks: number): Promise<Achieved> {
  const achieved: Achieved = {
    attacks,
    refused: 0,
    crashed: 0,
    answered200: 0,
    called: 0,
    leaked: 0,
    injected: 0,
    polluted: 0,
  };
  const seen: string[] = [];
  const random = streamOf(seed, "adversary");
  const amount = amountHandler(achieved, seen);
  const trigger = triggerHandler(achieved, seen);
  for (let number = 0; number < attacks; number++) {
    const { event, message } = attackOf(random, TOKENS);
    await amount(event);
    await trigger(message);
    if ("polluted" in {}) achieved.polluted += 1;
    const secrets = [...TOKENS, SECRET, ...TOKENS.map(digestOf)];
    achieved.leaked += seen.filter((text) => secrets.some((secret) => text.includes(secret))).length;
    seen.length = 0;
  }
  return achieved;
}

function logger(achieved: Achieved, seen: string[]) {
  return createLogger({}, (line) => {
    seen.push(line);
    if (line.includes("\n") || !isLine(line)) achieved.injected += 1;
  });
}

function isLine(line: string): boolean {
  try {
    const { event } = JSON.parse(line) as { event?: unknown };
    return typeof event === "string" && event !== "amount.answered" && event !== "amount.checked";
  } catch {
    return false;
  }
}

function amountHandler(achieved: Achieved, seen: string[]): (event: unknown) => Promise<void> {
  const digests = TOKENS.map((token) => ({ rent: digestOf(token) }));
  const handler = createAmountHandler({
    config: {
      version: 1,
      amounts: { rent: { kind: "Fixed", cents: 100_000 } },
      ceilingCents: 200_000,
      urlTokens: digests.map((each, index) => ({ label: String(index), digests: each })),
    },
    client: {
      getAccounts: () => {
        achieved.called += 1;
        throw new Error("nobody asks Sequence");
      },
    },
    logger: logger(achieved, seen),
  });
  return async (event) => {
    try {
      const context = { awsRequestId: "aws", getRemainingTimeInMillis: () => 10_000 };
      const { statusCode, body } = await handler(event as AmountEvent, context);
      seen.push(body);
      if (statusCode === 404) achieved.refused += 1;
      else if (statusCode === 200) achieved.answered200 += 1;
      else achieved.crashed += 1;
    } catch {
      achieved.crashed += 1;
    }
  };
}

function triggerHandler(achieved: Achieved, seen: string[]): (message: string) => Promise<void> {
  const items = new Map<string, LedgerItem>();
  const deps: TriggerDeps = {
    config: {
      version: 1,
      triggers: {
        payday: {
          ruleId: "ru_1",
          apiSecretArn: "arn:secret",
          schedule: { name: "payday", expression: "cron(0 14 * * ? *)", timezone: "UTC", enabled: true },
        },
      },
      maxAgeMinutes: 0,
      dryRun: false,
      notifyOnSuccess: false,
    },
    ledger: {
      read: async (key) => items.get(key),
      write: async (item) => {
        items.set(item.key, item);
        return true;
      },
      readCheck: async () => undefined,
      writeCheck: async () => true,
      readNote: async () => undefined,
      writeNote: async () => true,
    },
    workQueue: { url: "https://sqs.us-east-1.amazonaws.com/123456789012/work", putBack: async () => {} },
    failureQueue: {
      send: async (failure) => {
        seen.push(JSON.stringify(failure));
        achieved.refused += 1;
      },
    },
    mail: { send: async ({ subject, text }) => void seen.push(subject, text) },
    schedules: { get: async () => undefined },
    sequence: {
      triggerRule: async () => {
        achieved.called += 1;
        throw new Error("called");
      },
    },
    secrets: { credential: () => ({ get: async () => SECRET }) },
    logger: logger(achieved, seen),
    now: () => NOW,
    random: () => 0,
    sleep: async () => {},
  };
  const handler = createTriggerHandler(deps);
  return async (body) => {
    const attributes = { SentTimestamp: String(NOW), ApproximateReceiveCount: "1" };
    const record = { messageId: "m", receiptHandle: "r", body, attributes, eventSourceARN: WORK_QUEUE };
    try {
      await handler({ Records: [record] }, { awsRequestId: "aws", getRemainingTimeInMillis: () => 30_000 });
    } catch {
      achieved.crashed += 1;
    }
  };
}

const WORK_QUEUE = "arn:aws:sqs:us-east-1:123456789012:work";

function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
