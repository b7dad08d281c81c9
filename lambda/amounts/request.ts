import type { AmountRequest } from "./context";

/**
 * What the handler reads of an event of API Gateway's HTTP API, payload format 2.0. Any part may be missing: nothing in it
 * is to be relied on.
 */
export interface AmountEvent {
  readonly pathParameters?: { readonly name?: string; readonly token?: string };
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** The part of an event that a custom amount may see: not its path, which holds the URL's token. */
export function requestOf(event: AmountEvent, awsRequestId: string): AmountRequest {
  const text = () => {
    if (typeof event.body !== "string") return undefined;
    return event.isBase64Encoded === true ? Buffer.from(event.body, "base64").toString("utf8") : event.body;
  };
  const json = (): unknown => {
    try {
      return JSON.parse(text() ?? "");
    } catch {
      return undefined;
    }
  };
  return { awsRequestId, headers: { ...event.headers }, text, json };
}
