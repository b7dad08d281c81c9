import { useState } from "preact/hooks";
import type { LogView, Overview } from "../../shared/types";
import { counted } from "../format";
import { Copy, Empty, Filter, Lines } from "../parts";
import { link, replaceRoute } from "../route";
import { useLive } from "../server";

/** What the functions wrote, as it comes. */
export function Log({ query, overview }: { readonly query: URLSearchParams; readonly overview: Overview }) {
  const [words, setWords] = useState(query.get("q") ?? "");
  const [all, setAll] = useState(false);
  const { value } = useLive<LogView>(
    `/api/log?${new URLSearchParams({ ...(words ? { q: words } : {}), ...(all ? { all: "true" } : {}) })}`,
  );
  const change = (q: string) => {
    setWords(q);
    replaceRoute(link("log", "", q ? { q } : {}));
  };
  return (
    <>
      <h1>Log</h1>
      <Filter words={words} placeholder="trigger, key, amount, event or id" onWords={change}>
        <label>
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} /> metrics and
          Lambda's own lines, too
        </label>
      </Filter>
      {value && value.lines.length === 0 && (
        <Empty>
          {words ? (
            "No line has all these words. Take one out."
          ) : (
            <>
              No line yet: no function ran. Press <b>Next occurrence</b> above.
            </>
          )}
        </Empty>
      )}
      {value && value.lines.length > 0 && (
        <>
          <p class="inline">
            <span class="quiet" role="status">
              {value.lines.length < value.matching
                ? `The latest ${value.lines.length} of ${value.matching} lines`
                : counted(value.matching, "line")}
            </span>
            <Copy
              text={() =>
                `[${value.lines.map(({ message }) => (message.startsWith("{") ? message : JSON.stringify(message))).join(",\n")}]`
              }
            />
          </p>
          <div class="sheet">
            <Lines lines={[...value.lines].reverse()} timezone={overview.timezone} />
          </div>
        </>
      )}
    </>
  );
}
