import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createJournal } from "../../../../sandbox/aws/journal";
import {
  type Authorizer,
  type AwsApi,
  AwsError,
  type CloudContext,
  type CreateRequest,
} from "../../../../sandbox/aws/types";
import { SandboxClock } from "../../../../sandbox/clock";

export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";

/** A cloud whose clock stands at `start` until it is advanced (tests take far less than a minute of real time). */
export function cloudContext(start: string): CloudContext {
  const clock = new SandboxClock(Date.parse(start));
  return { clock, accountId: ACCOUNT, region: REGION, directory: "", journal: createJournal(clock) };
}

export function request(type: string, name: string, inputs: Record<string, unknown>): CreateRequest {
  return { type, name, inputs, archives: {} };
}

/** An authorizer that allows the listed `action resource` pairs, and lets the listed services assume any role. */
export function authorizerAllowing(allowed: readonly string[], services: readonly string[] = []): Authorizer {
  return {
    authorize: ({ action, resource }) => ({ allowed: allowed.includes(`${action} ${resource}`), reason: "test" }),
    canAssume: ({ service }) => ({ allowed: services.includes(service), reason: "test" }),
    credentialsOf: () => ({ accessKeyId: "", secretAccessKey: "", sessionToken: "" }),
    roleOf: () => undefined,
  };
}

/** What the sandbox's endpoint does, without signatures: enough for a real SDK client to talk to one service. */
export async function serve(api: AwsApi): Promise<{ url: string; calls: string[]; close(): Promise<void> }> {
  const calls: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString() || "{}";
    const url = new URL(incoming.url ?? "/", "http://localhost");
    const route = api.route?.(incoming.method ?? "", url.pathname, url.searchParams, {});
    const name = route?.operation ?? String(incoming.headers["x-amz-target"]).split(".")[1] ?? "";
    const input = { ...JSON.parse(body), ...route?.input };
    try {
      const operation = api.operations[name];
      if (!operation) throw new AwsError("UnknownOperationException", `${incoming.method} ${incoming.url}`);
      const { action, resource } = operation.authorize(input);
      calls.push(`${action} ${resource}`);
      outgoing.setHeader("content-type", "application/json");
      outgoing.end(JSON.stringify(await operation.run(input)));
    } catch (error) {
      const { code, message, status } =
        error instanceof AwsError ? error : new AwsError("InternalError", `${error}`, 500);
      outgoing.statusCode = status;
      outgoing.setHeader("x-amzn-errortype", code);
      outgoing.end(JSON.stringify({ __type: code, message }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
