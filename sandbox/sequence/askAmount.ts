import { request } from "node:http";
import type { AmountRequest } from "./modes";

/** Why there is no amount. The reason never holds the URL or the answer's text: the URL is the credential. */
export interface NoAmount {
  readonly reason: string;
  /** Of an answer that is an error of this package's functions: its code, and the id under which its function's log says more. */
  readonly code?: string;
  readonly awsRequestId?: string;
}

/** What came of a question. `apiRequestId` is the HTTP API's id of the request, of any answer that an HTTP API gave. */
export type AskedAmount = ({ readonly amountInCents: number } | NoAmount) & { readonly apiRequestId?: string };

const LARGEST_ANSWER_BYTES = 65_536;

/** Asks `url` for an amount as Sequence does (contract section 2). Never rejects. */
export async function askAmount(url: string, how: AmountRequest, stopped: AbortSignal): Promise<AskedAmount> {
  const target = loopbackUrl(url);
  if (!target) return { reason: "its URL is not http: on this machine; the sandbox calls nothing else" };
  const timeout = AbortSignal.timeout(how.timeoutMs);
  try {
    const answer = await post(target, how, AbortSignal.any([timeout, stopped]));
    const { apiRequestId } = answer;
    return { ...amountIn(answer), ...(apiRequestId === undefined ? {} : { apiRequestId }) };
  } catch (error) {
    if (stopped.aborted) return { reason: "the sandbox was stopped" };
    if (timeout.aborted) return { reason: `no answer within ${how.timeoutMs} ms` };
    if (error instanceof AnswerTooLarge) return { reason: `the answer has more than ${LARGEST_ANSWER_BYTES} bytes` };
    return { reason: `no answer: ${(error as NodeJS.ErrnoException).code ?? "the connection failed"}` };
  }
}

function loopbackUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const loopback = url.hostname === "localhost" || url.hostname === "[::1]" || /^127(\.\d+){3}$/.test(url.hostname);
  return loopback && url.protocol === "http:" ? url : undefined;
}

class AnswerTooLarge extends Error {}

interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly apiRequestId: string | undefined;
}

function post(url: URL, { body, contentType }: AmountRequest, signal: AbortSignal): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-length": Buffer.byteLength(body ?? ""),
      ...(contentType === null ? {} : { "content-type": contentType }),
    };
    // No keep-alive: a connection that the other side closed meanwhile must not cost an amount.
    const call = request(url, { method: "POST", agent: false, headers, signal }, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > LARGEST_ANSWER_BYTES) answer.destroy(new AnswerTooLarge());
      });
      answer.on("error", reject);
      answer.on("end", () =>
        resolve({
          status: answer.statusCode ?? 0,
          contentType: answer.headers["content-type"] ?? "",
          body: Buffer.concat(chunks).toString("utf8"),
          apiRequestId: idIn(answer.headers["apigw-requestid"]),
        }),
      );
    });
    call.on("error", reject);
    call.end(body ?? "");
  });
}

function idIn(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" && /^[\w=-]{1,50}$/.test(header) ? header : undefined;
}

function amountIn({ status, contentType, body }: RawAnswer): { readonly amountInCents: number } | NoAmount {
  if (status !== 200) return { reason: `answered ${status}`, ...errorIn(body) };
  if (contentType.split(";")[0]?.trim().toLowerCase() !== "application/json")
    return { reason: "answered 200 with a Content-Type other than application/json" };
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return { reason: "answered 200 with a body that is not JSON" };
  }
  const amountInCents = (answer as { amountInCents?: unknown } | null)?.amountInCents;
  if (!Number.isSafeInteger(amountInCents) || (amountInCents as number) < 0 || Object.is(amountInCents, -0))
    return { reason: "answered 200 without an amountInCents that is a non-negative integer" };
  return { amountInCents: amountInCents as number };
}

/** What the body of an error says (docs/amounts.md): never more than a code and an id. */
function errorIn(body: string): Pick<NoAmount, "code" | "awsRequestId"> {
  try {
    const { code, requestId } = (JSON.parse(body) as { error?: { code?: unknown; requestId?: unknown } }).error ?? {};
    if (typeof code !== "string" || !/^[A-Z_]{1,50}$/.test(code)) return {};
    return typeof requestId === "string" && /^[\w-]{1,50}$/.test(requestId)
      ? { code, awsRequestId: requestId }
      : { code };
  } catch {
    return {};
  }
}
