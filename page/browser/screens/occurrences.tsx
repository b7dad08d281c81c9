import { useState } from "preact/hooks";
import type { OccurrencesView, OccurrenceView, Overview } from "../../shared/types";
import { counted, money, time } from "../format";
import { chosenOf, Do, Empty, Filter, ResultMark } from "../parts";
import { link, replaceRoute } from "../route";
import { SendEvent } from "../sendEvent";
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
      <Fire overview={overview} />
      <Filter words={words} placeholder="trigger, rule, time or reason" onWords={(to) => change(to, result)}>
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
      </Filter>
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
        {matching === total ? counted(total, "occurrence") : `${matching} of ${counted(total, "occurrence")}`}
        {items.length < matching && `, the latest ${items.length} are shown`}
      </p>
      <ul class="rows sheet">
        {items.map((each) => (
          <li key={each.id}>
            <span>{time(each.at, each.timezone)}</span>
            <a href={link("occurrence", each.id)}>
              {each.trigger}
              {whichOf(each)}
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

function whichOf({ scheduledTime, event }: OccurrenceView): string {
  if (event !== undefined) return ` (event ${event})`;
  return scheduledTime === undefined ? " (extra)" : "";
}

function Fire({ overview: { triggers, eventTriggers } }: { readonly overview: Overview }) {
  const [chosen, setTrigger] = useState("");
  const trigger = chosenOf(triggers, chosen);
  if (triggers.length + eventTriggers.length === 0)
    return <Empty>The program declares no trigger. Add one under triggers.</Empty>;
  if (triggers.length === 0) return <SendEvent triggers={eventTriggers} />;
  return (
    <>
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
      {eventTriggers.length > 0 && <SendEvent triggers={eventTriggers} />}
    </>
  );
}
