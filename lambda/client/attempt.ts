import { type Call, WrongAnswer } from "./call";
import { type Failure, failureOfStatus, isRefusal, isSuccess, malformedAnswer, parsed } from "./failure";
import { type Transport, TransportError, type TransportResponse } from "./transport";
import { orAborted, TimeLimit } from "./waiting";

/** What a try needs beside the call. */
export interface AttemptSettings {
  readonly transport: Transport;
  readonly maxAnswerBytes: number;
  readonly now: () => number;
}

export type AttemptResult<T> =
  | { readonly ok: true; readonly status: number; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

/** One try. Rejects only because of a bug; everything that the network and Sequence can do is in the result. */
export async function attempt<T>(
  call: Call<T>,
  credential: string,
  timeoutMs: number,
  settings: AttemptSettings,
): Promise<AttemptResult<T>> {
  const limit = new TimeLimit(timeoutMs, call.signal);
  try {
    const response = await send(call, credential, limit.signal, settings);
    return resultOf(call, response, settings);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return { ok: false, failure: failureOfTransport(call, error, limit, timeoutMs, settings) };
  } finally {
    limit.dispose();
  }
}

async function send(
  call: Call<unknown>,
  credential: string,
  signal: AbortSignal,
  { transport, maxAnswerBytes }: AttemptSettings,
): Promise<TransportResponse> {
  const headers: Record<string, string> = {
    accept: "application/json",
    // A compressed answer would have to be unpacked before its size is known.
    "accept-encoding": "identity",
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(call.body)),
    "user-agent": "sequence-remote-api",
    [call.credentialHeader]: `Bearer ${credential}`,
  };
  if (call.idempotencyKey !== undefined) headers["idempotency-key"] = call.idempotencyKey;
  const request = { method: "POST", url: call.url, headers, body: call.body, maxAnswerBytes, signal } as const;
  try {
    return checked(await orAborted(transport(request), signal), maxAnswerBytes);
  } catch (error) {
    // A transport may heed the signal in its own words, or not at all.
    if (signal.aborted && !(error instanceof TransportError))
      throw new TransportError("the request was ended before the answer was whole", { cause: error });
    throw error;
  }
}

/** A transport of the user's own is held to what the default one promises. */
function checked(response: TransportResponse, maxAnswerBytes: number): TransportResponse {
  const { status, headers, body } = response;
  if (!Number.isInteger(status) || typeof headers !== "object" || headers === null || typeof body !== "string")
    throw new TypeError(
      "the transport's answer is incomplete; it must be { status, headers, body } with an integer, an object and text",
    );
  if (body.length > maxAnswerBytes)
    throw new TransportError(`the answer is larger than ${maxAnswerBytes} bytes`, { tooLarge: true, head: response });
  return response;
}

function resultOf<T>(call: Call<T>, response: TransportResponse, { now }: AttemptSettings): AttemptResult<T> {
  const { status, headers, body } = response;
  const encoding = headers["content-encoding"] ?? "identity";
  const text = encoding.toLowerCase() === "identity" ? body : undefined;
  if (!isSuccess(status)) return { ok: false, failure: failureOfStatus(call, response, text, now()) };
  if (text === undefined)
    return { ok: false, failure: malformedAnswer(call, status, "it is encoded although that was not asked for") };
  const json = parsed(text);
  if (json === undefined) return { ok: false, failure: malformedAnswer(call, status, "it is not JSON", text) };
  try {
    return { ok: true, status, value: call.read(json) };
  } catch (error) {
    if (!(error instanceof WrongAnswer)) throw error;
    return { ok: false, failure: malformedAnswer(call, status, error.message, text) };
  }
}

function failureOfTransport(
  call: Call<unknown>,
  error: TransportError,
  limit: TimeLimit,
  timeoutMs: number,
  { now, maxAnswerBytes }: AttemptSettings,
): Failure {
  const { head, sent, staleSocket } = error;
  const status = head?.status ?? 0;
  const lost = { status, retryable: true, mayHaveExecuted: sent && !isRefusal(status), cause: error.cause };
  if (limit.signal.aborted && !limit.timedOut)
    return { ...lost, code: "ABORTED", problem: "the call was ended by its signal", retryable: false };
  // The status says what became of the request, even if the rest of the answer is missing.
  if (head && !isSuccess(status)) return failureOfStatus(call, head, undefined, now());
  if (limit.timedOut)
    return { ...lost, code: "TIMEOUT", problem: `no whole answer came within ${Math.round(timeoutMs)} ms` };
  if (error.tooLarge)
    return { ...malformedAnswer(call, status, `it is larger than ${maxAnswerBytes} bytes`), retryable: false };
  if (head) return { ...malformedAnswer(call, status, "it was cut off"), cause: error.cause };
  return { ...lost, code: "NO_RESPONSE", problem: withReason(error), staleSocket };
}

/** The message with the system's word for the reason, such as ECONNREFUSED. */
function withReason(error: TransportError): string {
  const cause = error.cause as { code?: unknown; message?: unknown } | undefined;
  const reason = cause?.code ?? cause?.message;
  return typeof reason === "string" && reason !== "" ? `${error.message} (${reason})` : error.message;
}
