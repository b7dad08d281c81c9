import { useState } from "preact/hooks";
import type { OccurrencesView, Overview } from "../../shared/types";
import { money, time } from "../format";
import { Do, Empty, ResultMark } from "../parts";
import { link, replaceRoute } from "../route";
import { useLive } from "../server";

/** Every occurrence, filtered by words and by what came of it. */
export function Occurrences({ query, overview }: { readonly query: URLSearchParams; readonly overview: Overview }) {
  const [words, setWords] = useState(query.get("q") ?? "");
  const [result, setResult] = useState(query.get("result") ?? "");
  const filter = new URLSearchParams({ ...(words ? { q: words } : {}), ...(result ? { result } : {}) });
  const { value } = useLive<OccurrencesView>(`/api/occurrences?${filter}`);
  const change = (q: string, r: string) => {
    setWords(q);
    setResult(r);
    replaceRoute(link("occurrences", "", { ...(q ? { q } : {}), ...(r ? { result: r } : {}) }));
  };
  return (
    <>
      <h1>Occurrences</h1>
      <Fire triggers={overview.triggers} />
      <form class="filter" onSubmit={(event) => event.preventDefault()}>
        <label>
          Filter{" "}
          <input
            type="search"
            value={words}
            placeholder="trigger, rule, time or reason"
            onInput={(event) => change(event.currentTarget.value, result)}
          />
        </label>
        <label>
          Result{" "}
          <select value={result} onChange={(event) => change(words, event.currentTarget.value)}>
            <option value="">any</option>
            {Object.entries(overview.counts).map(([name, count]) => (
              <option key={name} value={name}>
                {name.replace("-", " ")} ({count})
              </option>
            ))}
          </select>
        </label>
      </form>
      {value && <List view={value} />}
    </>
  );
}

function List({ view: { items, matching, total } }: { readonly view: OccurrencesView }) {
  if (total === 0)
    return (
      <Empty>
        No trigger has come due yet. Press <b>Next occurrence</b> above.
      </Empty>
    );
  if (matching === 0) return <Empty>None of {total} occurrences has all these words. Take one out.</Empty>;
  return (
    <>
      <p class="quiet" role="status">
        {matching === total ? `${total} occurrences` : `${matching} of ${total} occurrences`}
        {items.length < matching && `, the latest ${items.length} are shown`}
      </p>
      <ul class="rows big">
        {items.map((each) => (
          <li key={each.id}>
            <span>{time(each.at, each.timezone)}</span>
            <a href={link("occurrence", each.id)}>
              {each.trigger}
              {each.scheduledTime === undefined && " (extra)"}
            </a>
            <ResultMark result={each.result} />
            {each.movedCents > 0 && <b class="money">{money(each.movedCents)}</b>}
            {each.reasons.map((reason) => (
              <span key={reason} class="reason">
                {reason}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}

function Fire({ triggers }: { readonly triggers: readonly string[] }) {
  const [trigger, setTrigger] = useState(triggers[0] ?? "");
  if (triggers.length === 0) return <Empty>The program declares no trigger. Add one under triggers.</Empty>;
  return (
    <div class="inline">
      <label>
        Trigger{" "}
        <select value={trigger} onChange={(event) => setTrigger(event.currentTarget.value)}>
          {triggers.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <Do action="fire" given={{ trigger }} done={`${trigger} ran once more, as an extra occurrence.`}>
        Let it run now
      </Do>
    </div>
  );
}
