import http from "node:http";
import https from "node:https";
import { triggerEnvironment } from "../agreements/triggerConfig";
import { createNodeTransport, SequenceClient } from "../client";
import { LONGEST_TIMEOUT_MS } from "../client/waiting";
import type { Logger } from "../log";
import type { SequenceCaller } from "./ports";

/**
 * The client that triggers rules. Every request has a connection of its own: on one that was kept alive, the client takes a
 * reset for one that came while it was idle and repeats the request at once, which could meet the first still at work. A request
 * is waited for until the call's deadline: each one that is given up early turns a success into an unknown outcome.
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
