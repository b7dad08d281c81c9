import { createServer as createPlainServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { certificate } from "../test/lambda/client/certificate";

/** Stands for AWS and for Sequence: gives every call that a function makes the shortest right answer. */
export interface Loopback {
  readonly url: string;
  /** The operations that were asked since the last call of this, in order. */
  takeOperations(): string[];
  close(): Promise<void>;
}

export const SECRET_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:bench-AbCdEf";
const SECRET = JSON.stringify({ accessToken: "access-token-0123456789", ru_1: "api-secret-0123456789" });

const ACCOUNTS = Array.from({ length: 20 }, (_, index) => ({
  id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
  name: index === 0 ? "Bills Pod" : `Pod ${index}`,
  type: "Pod",
  balance: { amountInDollars: 100 * index, error: null },
}));

/** What Sequence answers the accounts call. */
export const ACCOUNTS_ANSWER = { message: "OK", requestId: "req_1", data: { accounts: ACCOUNTS } };

const ANSWERS: Record<string, object> = {
  GetSecretValue: { ARN: SECRET_ARN, Name: "bench", VersionId: "v", SecretString: SECRET },
  accounts: ACCOUNTS_ANSWER,
  trigger: { code: "OK", message: "Rule with id ru_1 has been triggered", data: { requestId: "req_2" } },
};

export async function startLoopback(secure = false): Promise<Loopback> {
  let operations: string[] = [];
  const answer: RequestListener = async (request, response) => {
    for await (const _ of request);
    const operation = operationOf(request);
    operations.push(operation);
    // DynamoDB, SQS and SNS are content with an empty object.
    const body = JSON.stringify(ANSWERS[operation] ?? {});
    const type =
      operation in ANSWERS && operation !== "GetSecretValue" ? "application/json" : "application/x-amz-json-1.1";
    response.writeHead(200, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
  };
  const server: Server = secure ? createTlsServer(certificate, answer) : createPlainServer(answer);
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `${secure ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeOperations: () => {
      const taken = operations;
      operations = [];
      return taken;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function operationOf(request: IncomingMessage): string {
  const target = request.headers["x-amz-target"];
  return String(target ?? request.url).replace(/^.*[./]/, "");
}
