import "uplot/dist/uPlot.min.css";
import "./page.css";
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Overview } from "../shared/types";
import { WithActions } from "./actions";
import { Header } from "./header";
import { type Route, useRoute } from "./route";
import { Amounts } from "./screens/amounts";
import { Break } from "./screens/break";
import { Log } from "./screens/log";
import { Money } from "./screens/money";
import { Occurrences } from "./screens/occurrences";
import { Outbox } from "./screens/outbox";
import { Trace } from "./screens/trace";
import { listen, useLive } from "./server";

function Page() {
  const route = useRoute();
  const { value: overview, isConnected } = useLive<Overview>("/api/overview");
  const main = useRef<HTMLElement>(null);
  const seen = useRef(route);
  useEffect(() => {
    // A screen reader goes on at the new screen, and the keyboard, too.
    if (seen.current !== route) main.current?.focus();
    seen.current = route;
  }, [route]);
  if (!overview)
    return (
      <p class="loading">
        {isConnected
          ? "Loading the sandbox …"
          : "The sandbox doesn't answer. Start it again: npx sequence-remote-api dev"}
      </p>
    );
  return (
    <WithActions>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Header overview={overview} screen={route.screen} isConnected={isConnected} />
      <main id="main" tabIndex={-1} ref={main}>
        <Screen route={route} overview={overview} />
      </main>
    </WithActions>
  );
}

function Screen({ route, overview }: { readonly route: Route; readonly overview: Overview }) {
  switch (route.screen) {
    case "occurrences":
      return <Occurrences query={route.query} overview={overview} />;
    case "occurrence":
      return <Trace id={route.subject} />;
    case "amounts":
      return <Amounts overview={overview} />;
    case "break":
      return <Break overview={overview} />;
    case "outbox":
      return <Outbox overview={overview} />;
    case "log":
      return <Log key={route.query.get("q")} query={route.query} overview={overview} />;
    default:
      return <Money overview={overview} />;
  }
}

listen();
const root = document.getElementById("page");
if (root) {
  root.replaceChildren();
  render(<Page />, root);
}
