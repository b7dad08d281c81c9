import type { OutboxView } from "../../shared/outbox";
import type { Overview } from "../../shared/types";
import { time } from "../format";
import { Copy, Do, Empty } from "../parts";
import { link } from "../route";
import { useLive } from "../server";

/** What a person would get: mails, alarms, and what waits in the failure queue. */
export function Outbox({ overview }: { readonly overview: Overview }) {
  const { value } = useLive<OutboxView>("/api/outbox");
  const { timezone } = overview;
  if (!value) return <p class="loading">Loading …</p>;
  const { mails, alarms, fired, failures } = value;
  const high = alarms.filter(({ state }) => state === "ALARM");
  return (
    <>
      <h1>Outbox</h1>
      <section aria-labelledby="failures">
        <h2 id="failures">Failure queue</h2>
        {failures.length === 0 && (
          <Empty>
            Empty: nothing was given up. To see one, make DynamoDB's or Sequence's answers fail at{" "}
            <a href={link("break")}>Break things</a> for two days, and travel.
          </Empty>
        )}
        <ul class="cards wide">
          {failures.map(({ title, reason, whatToDo, executed, occurrenceId, body }, index) => (
            <li key={index}>
              <h3>{occurrenceId ? <a href={link("occurrence", occurrenceId)}>{title}</a> : title}</h3>
              <p class="reason">{reason}</p>
              {executed && (
                <p>
                  <span class="quiet">Executed:</span> {executed}
                </p>
              )}
              {whatToDo && <p>{whatToDo}</p>}
              <div class="inline">
                {occurrenceId && (
                  <Do
                    action="runAgain"
                    given={{ occurrence: occurrenceId, confirmed: executed === "unknown" }}
                    label={`Run again: ${title}`}
                    done="It was sent again, as a person would."
                  >
                    Run again
                  </Do>
                )}
                <Copy text={() => body} />
              </div>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="mails">
        <h2 id="mails">Mails</h2>
        {mails.length === 0 && <Empty>No mail: nothing needed a person so far.</Empty>}
        <ul class="mails">
          {mails.map(({ at, to, subject, message }, index) => (
            <li key={index}>
              <details open={index === 0}>
                <summary>
                  <b>{subject}</b>{" "}
                  <span class="quiet">
                    {time(at, timezone)}, to {to}
                  </span>
                </summary>
                <pre>{message}</pre>
              </details>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="alarms">
        <h2 id="alarms">Alarms</h2>
        {alarms.length === 0 ? (
          <Empty>The program declares no alarm.</Empty>
        ) : (
          <p>
            {high.length === 0
              ? `None of ${alarms.length} is in alarm.`
              : `${high.length} of ${alarms.length} in alarm:`}
          </p>
        )}
        <ul class="rows">
          {high.map(({ name, reason, since }) => (
            <li key={name}>
              <span class="mark bad">alarm</span> <b>{name}</b> <span class="quiet">since {time(since, timezone)}</span>{" "}
              <span class="reason">{reason}</span>
            </li>
          ))}
        </ul>
        {fired.length > 0 && <h3>What has fired</h3>}
        <ul class="rows">
          {fired.map(({ at, alarm, to, reason }, index) => (
            <li key={index}>
              <span>{time(at, timezone)}</span>{" "}
              <span class={`mark ${to === "ALARM" ? "bad" : "good"}`}>{to === "ALARM" ? "alarm" : "ok again"}</span>{" "}
              <b>{alarm}</b> <span class="reason">{reason}</span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
