import { useState } from "preact/hooks";
import type { FaultKind, Overview } from "../../shared/types";
import { Balance, Revocation, Rotation, StopSwitch, TestMode } from "../breakCards";
import { counted } from "../format";
import { Do } from "../parts";
import { useLive } from "../server";

/** Everything that can go wrong, each with what it does and what should happen. */
export function Break({ overview }: { readonly overview: Overview }) {
  const { value: kinds } = useLive<FaultKind[]>("/api/faults");
  const [extent, setExtent] = useState("next");
  const [minutes, setMinutes] = useState(60);
  const [percent, setPercent] = useState(50);
  const { faults } = overview;
  return (
    <>
      <h1>Break things</h1>
      <p>
        Break something, press <b>Next occurrence</b>, and see in <b>Occurrences</b> how it is survived. All money is
        simulated.
      </p>
      <fieldset class="inline">
        <legend>How long</legend>
        <label>
          <input type="radio" name="extent" checked={extent === "next"} onChange={() => setExtent("next")} /> the next
          call
        </label>
        <label>
          <input type="radio" name="extent" checked={extent === "while"} onChange={() => setExtent("while")} /> for a
          while:
        </label>
        <label>
          <input
            type="number"
            min={1}
            max={100000}
            value={minutes}
            onInput={(event) => setMinutes(Number(event.currentTarget.value))}
          />{" "}
          minutes
        </label>
        <label>
          <input type="radio" name="extent" checked={extent === "chance"} onChange={() => setExtent("chance")} /> by
          chance:
        </label>
        <label>
          <input
            type="number"
            min={1}
            max={100}
            value={percent}
            onInput={(event) => setPercent(Number(event.currentTarget.value))}
          />{" "}
          % of the calls
        </label>
      </fieldset>
      {faults.length > 0 && (
        <section aria-labelledby="broken">
          <h2 id="broken">Broken now</h2>
          <ul class="rows">
            {faults.map(({ sentence, struck }, index) => (
              <li key={index}>
                {sentence} <span class="quiet">Struck {counted(struck, "call")} so far.</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <ul class="cards wide">
        {kinds?.map(({ id, title, does, expect }) => (
          <li key={id}>
            <h2>{title}</h2>
            <p>{does}</p>
            <p class="quiet">Then: {expect}</p>
            <Do
              action="break"
              given={{ kind: id, extent, minutes, percent }}
              done={`Broken: ${title}.`}
              label={`Break it: ${title}`}
            >
              Break it
            </Do>
          </li>
        ))}
        <li>
          <Balance overview={overview} />
        </li>
        <li>
          <Rotation overview={overview} />
        </li>
        <li>
          <TestMode overview={overview} />
        </li>
        <li>
          <StopSwitch overview={overview} />
        </li>
        <li>
          <Revocation overview={overview} />
        </li>
      </ul>
    </>
  );
}
