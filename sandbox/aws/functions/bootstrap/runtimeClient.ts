import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { type ReportedError, reported } from "./errors";

export interface Invocation {
  readonly requestId: string;
  readonly event: string;
  readonly headers: IncomingHttpHeaders;
}

const agent = new Agent({ keepAlive: true });

/** The child's side of the Lambda Runtime API. Every call rejects when the sandbox is gone. */
export class RuntimeClient {
  constructor(private readonly authority: string) {}

  /** Waits, however long, for the next invocation. */
  async next(): Promise<Invocation> {
    const { headers, body } = await this.send("GET", "invocation/next");
    return { requestId: String(headers["lambda-runtime-aws-request-id"]), event: body, headers };
  }

  async respond(requestId: string, json: string): Promise<void> {
    await this.send("POST", `invocation/${requestId}/response`, json);
  }

  async fail(requestId: string | undefined, thrown: unknown): Promise<void> {
    const error = reported(thrown);
    const path = requestId === undefined ? "init/error" : `invocation/${requestId}/error`;
    await this.send("POST", path, JSON.stringify(error satisfies ReportedError), {
      "lambda-runtime-function-error-type": encodeURIComponent(error.errorType),
    });
  }

  private send(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
    return new Promise<{ headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
      const call = request(
        `http://${this.authority}/2018-06-01/runtime/${path}`,
        { method, agent, headers },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("error", reject);
          answer.on("end", () => resolve({ headers: answer.headers, body: Buffer.concat(chunks).toString() }));
        },
      );
      call.on("error", reject);
      call.end(body);
    });
  }
}
