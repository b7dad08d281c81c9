import http from "node:http";
import https from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import {
  expectsQuestions,
  isScheduled,
  type TriggerFunctionConfig,
  triggerEnvironment,
} from "../agreements/triggerConfig";
import { createNodeTransport, SequenceClient } from "../client";
import { LONGEST_TIMEOUT_MS } from "../client/waiting";
import type { Logger } from "../log";
import { SecretCache } from "../secrets";
import { amountFunction } from "./aws/amountFunction";
import { amountLog } from "./aws/amountLog";
import { DynamoDbLedger, dynamoDbClient } from "./aws/dynamoDb";
import { awsSchedules } from "./aws/scheduler";
import { snsMail } from "./aws/sns";
import { sqsFailureQueue, sqsWorkQueue } from "./aws/sqs";
import type { SequenceCaller, TriggerDeps } from "./ports";

/** The first message needs only one secret, so reading more than this many ahead costs more time than it saves. */
const MOST_PREFETCHED = 5;

/** The real ports, from the function's environment. Starts to connect and to read secrets. Throws if a variable is missing. */
export function connectTriggers(config: TriggerFunctionConfig, env: NodeJS.ProcessEnv, logger: Logger): TriggerDeps {
  const names = triggerEnvironment;
  const topicArn = env[names.topicArn];
  const triggers = Object.values(config.triggers);
  const takesEvents = triggers.some((spec) => !isScheduled(spec));
  const asks = triggers.some((spec) => spec.asks !== undefined);
  const region = env.AWS_REGION;
  const secrets = new SecretCache({ logger });
  const ledger = new DynamoDbLedger(required(env, names.ledgerTable));
  const deps: TriggerDeps = {
    config,
    ledger,
    ...(config.digest ? { ledgerReader: ledger } : {}),
    workQueue: sqsWorkQueue(required(env, names.workQueueUrl)),
    ...(takesEvents ? { eventQueue: sqsWorkQueue(required(env, names.eventQueueUrl)) } : {}),
    failureQueue: sqsFailureQueue(required(env, names.failureQueueUrl)),
    ...(topicArn ? { mail: snsMail(topicArn) } : {}),
    schedules: awsSchedules(required(env, names.scheduleGroup)),
    sequence: triggerClient(env, logger),
    ...(triggers.some(expectsQuestions) ? { amountLog: amountLog(required(env, names.amountLog)) } : {}),
    ...(asks ? { amounts: amountFunction(required(env, names.amountFunction)) } : {}),
    secrets,
    logger,
    ...(region ? { region } : {}),
    now: Date.now,
    random: Math.random,
    sleep: delay,
  };
  const arns = new Set(triggers.map(({ apiSecretArn }) => apiSecretArn));
  if (!config.dryRun && arns.size <= MOST_PREFETCHED) for (const arn of arns) secrets.prefetch(arn);
  // If this fails, the first use of the ledger reports it.
  dynamoDbClient().catch(() => {});
  return deps;
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`the environment variable ${name} of the trigger function is missing; deploy again`);
  return value;
}

/**
 * The client that triggers rules.
 *
 * Each request has its own connection. On a connection that was kept alive, the client would take a reset for a socket that had
 * closed while idle, and repeat the request at once while the first may still be at work.
 *
 * A request is waited for until the call's deadline, because giving it up early turns a success into an unknown outcome.
 */
export function triggerClient(env: NodeJS.ProcessEnv, logger: Logger): SequenceCaller {
  const baseUrl = env[triggerEnvironment.baseUrl];
  const transport = createNodeTransport({
    httpAgent: new http.Agent({ keepAlive: false }),
    httpsAgent: new https.Agent({ keepAlive: false, rejectUnauthorized: true }),
  });
  const clientOn = (triggerPath: string | undefined) =>
    new SequenceClient({
      ...(baseUrl ? { baseUrl } : {}),
      ...(triggerPath ? { triggerPath } : {}),
      timeoutMs: LONGEST_TIMEOUT_MS,
      transport,
      onAttempt: ({ requestId, ...report }) => {
        if (report.code) logger.warn("sequence.attempt", { ...report, sequenceRequestId: requestId });
      },
    });
  const usual = clientOn(env[triggerEnvironment.triggerPath]);
  return {
    triggerRule: (ruleId, { triggerPath, ...options }) =>
      (triggerPath === undefined ? usual : clientOn(triggerPath)).triggerRule(ruleId, options),
  };
}
