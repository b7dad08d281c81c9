import { useEffect, useState } from "preact/hooks";

const token = document.querySelector<HTMLMetaElement>('meta[name="page-token"]')?.content ?? "";

/** What the server says of a request that it can't do. */
export class ServerError extends Error {}

async function answered<T>(response: Response): Promise<T> {
  const isJson = response.headers.get("content-type")?.includes("json");
  const body = isJson ? await response.json() : { error: await response.text() };
  if (!response.ok) throw new ServerError(body.error ?? `The sandbox answered ${response.status}.`);
  return body as T;
}

async function get<T>(path: string): Promise<T> {
  return answered<T>(await fetch(path));
}

/** Does something. Rejects with `ServerError`, whose message is for people. */
export async function post<T = unknown>(action: string, given: object = {}): Promise<T> {
  const response = await fetch(`/api/do/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-page-token": token },
    body: JSON.stringify(given),
  });
  return (await answered<{ result: T }>(response)).result;
}

const listeners = new Set<() => void>();
let isConnected = true;

/** One stream for the whole page; the browser connects again by itself. */
export function listen(): void {
  const events = new EventSource("/api/events");
  const tell = (connected: boolean) => {
    isConnected = connected;
    for (const listener of [...listeners]) listener();
  };
  events.addEventListener("change", () => tell(true));
  events.addEventListener("error", () => tell(false));
}

export interface Live<T> {
  readonly value: T | undefined;
  readonly error: string | undefined;
  /** Whether the sandbox still runs. */
  readonly isConnected: boolean;
}

/** What the server has at this path, read again whenever something has changed. */
export function useLive<T>(path: string): Live<T> {
  const [state, setState] = useState<Live<T> & { path: string }>({
    value: undefined,
    error: undefined,
    isConnected: true,
    path,
  });
  useEffect(() => {
    let isGone = false;
    let isReading = false;
    let isStale = false;
    const read = async () => {
      if (isReading) {
        isStale = true;
        return;
      }
      isReading = true;
      do {
        isStale = false;
        try {
          const value = await get<T>(path);
          if (!isGone) setState({ value, error: undefined, isConnected: true, path });
        } catch (error) {
          const message = error instanceof ServerError ? error.message : undefined;
          if (!isGone)
            setState((before) => ({
              ...before,
              path,
              error: message,
              isConnected: message !== undefined && isConnected,
            }));
        }
      } while (isStale && !isGone);
      isReading = false;
    };
    void read();
    listeners.add(read);
    return () => {
      isGone = true;
      listeners.delete(read);
    };
  }, [path]);
  // What another path had isn't shown for this one.
  return state.path === path || state.value === undefined
    ? state
    : { ...state, value: keepsShape(state.path, path) ? state.value : undefined };
}

/** A list that is filtered otherwise stays on the screen until the new one is there. */
function keepsShape(before: string, now: string): boolean {
  return before.split("?")[0] === now.split("?")[0] && !now.startsWith("/api/occurrence?");
}
