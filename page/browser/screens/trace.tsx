import type { TraceStep, TraceView } from "../../shared/types";
import { counted, exactTime, money, span, time } from "../format";
import { Copy, Do, Empty, Lines, ResultMark, Working } from "../parts";
import { link } from "../route";
import { useLive } from "../server";

/** A wait that is told between two steps. */
const LONG_MS = 1000;

/** One occurrence: every step with its time, ids and log lines, and the ledger's item beside it. */
export function Trace({ id }: { readonly id: string }) {
  const { value, error } = useLive<TraceView>(`/api/occurrence?id=${encodeURIComponent(id)}`);
  if (error)
    return (
      <Empty>
        {error} See all of them at <a href={link("occurrences")}>Occurrences</a>.
      </Empty>
    );
  if (!value) return <p class="loading">Loading …</p>;
  const { occurrence, steps, ledger, executions } = value;
  const { timezone, trigger, result, reasons, movedCents, scheduledTime, event } = occurrence;
  return (
    <>
      <h1>
        {trigger}, {event !== undefined ? `${event}, ` : scheduledTime === undefined ? "an extra one, " : ""}
        {time(occurrence.at, timezone)}
      </h1>
      <p>
        <ResultMark result={result} />{" "}
        {executions === 0
          ? "Sequence has not executed it."
          : `Sequence executed it ${executions === 1 ? "once" : `${executions} times`}.`}
        {movedCents > 0 && (
          <>
            {" "}
            <b class="money">{money(movedCents)}</b> moved.
          </>
        )}
      </p>
      {reasons.map((reason) => (
        <p key={reason} class="reason">
          {reason}
        </p>
      ))}
      <p class="inline">
        {(scheduledTime !== undefined || event !== undefined) && (
          <Do
            action="deliverTwice"
            given={{ occurrence: id }}
            done={event === undefined ? "Scheduler delivered it twice more." : "The event was sent twice more."}
          >
            {event === undefined ? "Deliver twice" : "Send it twice"}
          </Do>
        )}
        <Do action="runAgain" given={{ occurrence: id }} done="It was sent again, as a person would.">
          Run again
        </Do>
        <a href={link("log", "", { q: value.key ?? id })}>Its log</a>
        <Copy text={() => JSON.stringify(value, undefined, 2)} />
      </p>
      <Scale steps={steps} timezone={timezone} />
      <div class="trace">
        <section aria-labelledby="steps">
          <h2 id="steps">Step by step</h2>
          <ol class="steps">
            {steps.map((step, index) => (
              <StepView key={index} step={step} before={steps[index - 1]} timezone={timezone} />
            ))}
          </ol>
        </section>
        <section aria-labelledby="ledger">
          <h2 id="ledger">Ledger</h2>
          {ledger ? (
            <Ledger item={ledger} />
          ) : (
            <Empty>The ledger has nothing of it yet: no function has taken it.</Empty>
          )}
        </section>
      </div>
    </>
  );
}

/** The tries and the waits between them, to scale. */
function Scale({ steps, timezone }: { readonly steps: readonly TraceStep[]; readonly timezone: string }) {
  const tries = steps.filter(({ stage }) => stage === "Sequence");
  const [from, to] = [steps[0]?.at ?? 0, steps.at(-1)?.at ?? 0];
  if (to - from < LONG_MS || tries.length < 2) return null;
  return (
    <div class="scale" role="img" aria-label={`${tries.length} calls to Sequence within ${span(to - from)}`}>
      <div class="track">
        {tries.map(({ at, status }, index) => (
          <span key={index} class={`tick ${status}`} style={{ left: `${(100 * (at - from)) / (to - from)}%` }} />
        ))}
      </div>
      <p class="ends">
        <span>{exactTime(from, timezone)}</span> <span>{span(to - from)}</span> <span>{exactTime(to, timezone)}</span>
      </p>
    </div>
  );
}

function StepView({
  step,
  before,
  timezone,
}: {
  readonly step: TraceStep;
  readonly before: TraceStep | undefined;
  readonly timezone: string;
}) {
  const { stage, at, ms, status, title, details, ids, working, lines } = step;
  const waited = before ? at - before.at : 0;
  return (
    <>
      {waited >= LONG_MS && <li class="wait">{span(waited)} later</li>}
      <li class={status}>
        <p class="head">
          <b class="stage">{stage}</b> <span class="what">{title}</span>{" "}
          <span class="quiet when">
            {exactTime(at, timezone)}
            {ms !== undefined && `, took ${span(ms)}`}
          </span>
        </p>
        {details.map((detail) => (
          <p key={detail} class="reason">
            {detail}
          </p>
        ))}
        <Working steps={working} />
        {(Object.keys(ids).length > 0 || lines.length > 0) && (
          <details>
            <summary>
              Ids{lines.length > 0 && ` and ${counted(lines.length, "log line")}`}
              <span class="unseen">
                {" "}
                of {stage}, {title}
              </span>
            </summary>
            <dl>
              {Object.entries(ids).map(([name, id]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>
                    <code>{id}</code>
                  </dd>
                </div>
              ))}
            </dl>
            {lines.length > 0 && <Lines lines={lines} timezone={timezone} />}
          </details>
        )}
      </li>
    </>
  );
}

function Ledger({ item }: { readonly item: Readonly<Record<string, unknown>> }) {
  return (
    <dl class="ledger">
      {Object.entries(item).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === "object" ? JSON.stringify(value) : String(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
