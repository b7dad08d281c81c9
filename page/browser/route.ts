import { useLayoutEffect, useState } from "preact/hooks";

/** Where in the page one is: the part of the address after `#/`. */
export interface Route {
  /** `money`, `occurrences`, `occurrence`, `amounts`, `break`, `outbox` or `log`. */
  readonly screen: string;
  /** Such as an occurrence's id. */
  readonly subject: string;
  readonly query: URLSearchParams;
}

export function link(screen: string, subject = "", query: Record<string, string> = {}): string {
  const text = new URLSearchParams(query).toString();
  return `#/${screen}${subject === "" ? "" : `/${encodeURIComponent(subject)}`}${text === "" ? "" : `?${text}`}`;
}

function current(): Route {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [screen = "", subject = ""] = path.split("/");
  return { screen: screen || "money", subject: decoded(subject), query: new URLSearchParams(query) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

export function useRoute(): Route {
  const [route, setRoute] = useState(current);
  // At once: an effect comes later, and would miss a change of the address until then.
  useLayoutEffect(() => {
    const onChange = () => setRoute(current());
    addEventListener("hashchange", onChange);
    return () => removeEventListener("hashchange", onChange);
  }, []);
  return route;
}

/** Changes the address in place, so that a filter can be shared. */
export function replaceRoute(hash: string): void {
  history.replaceState(undefined, "", hash);
}
