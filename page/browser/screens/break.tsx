import { useState } from "preact/hooks";
import type { FaultKind, Overview } from "../../shared/types";
import { centsOf, counted, money } from "../format";
import { Do, Empty } from "../parts";
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
          <NullBalance overview={overview} />
        </li>
        <li>
          <Rotation overview={overview} />
        </li>
        <li>
          <TestMode overview={overview} />
        </li>
        <li>
          <h2>Stop switch</h2>
          <p>
            Puts the item <code>pause</code> into the ledger: from now on no rule is triggered.
          </p>
          <p class="quiet">
            Then: what comes due is held, and runs once you turn the switch off again, if it isn't too old.
          </p>
          <Do action="stopSwitch" given={{ on: !overview.stopSwitchIsOn }}>
            {overview.stopSwitchIsOn ? "Turn it off" : "Stop everything"}
          </Do>
        </li>
        <li>
          <h2>Revoke leaked URLs</h2>
          <p>
            Deploys your program with new URL keys, as other labels in <code>urlKeys</code> do: every amount URL that
            was handed out is refused.
          </p>
          <p class="quiet">
            Then: a rule with an old URL gets no amount and skips its transfer, and an alarm says so, until you paste
            the new URL into it.
          </p>
          <div class="inline">
            <Do action="revokeUrls" done="All amount URLs were revoked. The rules still have them.">
              Revoke all amount URLs
            </Do>
            <Do action="pasteUrls" isOff={!overview.rulesHaveRevokedUrls} done="The rules have the new URLs.">
              Paste the new ones into the rules
            </Do>
          </div>
        </li>
      </ul>
    </>
  );
}

function NullBalance({ overview: { accounts } }: { readonly overview: Overview }) {
  const [chosen, setAccount] = useState("");
  const [text, setText] = useState("");
  const account = chosen || (accounts[0]?.name ?? "");
  const cents = centsOf(text);
  if (!account) return <Empty>There is no account.</Empty>;
  return (
    <>
      <h2>A balance</h2>
      <p>Sequence can't tell the balance of an account, or money comes in or goes out.</p>
      <p class="quiet">Then: an amount that needs an unknown balance is an error, never a guess.</p>
      <label>
        Account{" "}
        <select value={account} onChange={(event) => setAccount(event.currentTarget.value)}>
          {accounts.map(({ id, name }) => (
            <option key={id}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        New balance in ${" "}
        <input
          inputMode="decimal"
          size={10}
          value={text}
          placeholder="1,250.00"
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <div class="inline">
        <Do action="nullBalance" given={{ account }} done={`The balance of ${account} is unknown now.`}>
          Make it unknown
        </Do>
        <Do
          action="setBalance"
          given={{ account, cents }}
          isOff={cents === undefined}
          done={cents === undefined ? "" : `${account} has ${money(cents)} now.`}
        >
          Set it
        </Do>
      </div>
    </>
  );
}

function Rotation({ overview: { rules } }: { readonly overview: Overview }) {
  return (
    <>
      <h2>Rotate a secret</h2>
      <p>Sequence makes a new one, it is stored in Secrets Manager, and the old one is revoked.</p>
      <p class="quiet">
        Then: the first call that is refused reads the secret again, and the call is repeated with the same key.
      </p>
      <div class="inline">
        <Do action="rotate" done="The access token was rotated.">
          Access token
        </Do>
        {rules.map(({ id, name }) => (
          <Do key={id} action="rotate" given={{ ruleId: id }} done={`The API secret of ${name} was rotated.`}>
            API secret of {name}
          </Do>
        ))}
      </div>
    </>
  );
}

function TestMode({ overview: { rules } }: { readonly overview: Overview }) {
  return (
    <>
      <h2>Test mode</h2>
      <p>Sequence answers 200 for a rule in test mode, and moves nothing.</p>
      <p class="quiet">Then: the occurrence is told by mail and never counts as executed.</p>
      <div class="inline">
        {rules.length === 0 && <Empty>sandbox.yaml has no rules: add them under sequence.rules.</Empty>}
        {rules.map(({ id, name, testMode }) => (
          <Do key={id} action="testMode" given={{ ruleId: id, on: !testMode }}>
            {testMode ? `End test mode of ${name}` : `Test mode for ${name}`}
          </Do>
        ))}
      </div>
    </>
  );
}
