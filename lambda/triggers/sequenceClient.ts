import http from "node:http";
import https from "node:https";
import { createNodeTransport, SequenceClient } from "../client";
import { LONGEST_TIMEOUT_MS } from "../client/waiting";
import type { Logger } from "../log";
import { triggerEnvironment } from "./config";

/**
 * The client that triggers rules. Every request has a connection of its own: on one that was kept alive, the client takes a
 * reset for one that came while it was idle and repeats the request at once, which could meet the first still at work. A request
 * is waited for until the call's deadline: each one that is given up early turns a success into an unknown outcome.
 */
export function triggerClient(env: NodeJS.ProcessEnv, logger: Logger): SequenceClient {
  const baseUrl = env[triggerEnvironment.baseUrl];
  const triggerPath = env[triggerEnvironment.triggerPath];
  return new SequenceClient({
    ...(baseUrl ? { baseUrl } : {}),
    ...(triggerPath ? { triggerPath } : {}),
    timeoutMs: LONGEST_TIMEOUT_MS,
    transport: createNodeTransport({
      httpAgent: new http.Agent({ keepAlive: false }),
      httpsAgent: new https.Agent({ keepAlive: false, rejectUnauthorized: true }),
    }),
    onAttempt: ({ requestId, ...report }) => {
      if (report.code) logger.warn("sequence.attempt", { ...report, sequenceRequestId: requestId });
    },
  });
}
