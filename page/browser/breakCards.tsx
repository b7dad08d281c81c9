// What a person changes at Sequence or in AWS, each as a card of the screen "Break things".
import { useState } from "preact/hooks";
import type { Overview } from "../shared/types";
import { centsOf, money } from "./format";
import { chosenOf, Do, Dollars, Empty } from "./parts";

interface Card {
  readonly overview: Overview;
}

export function Balance({ overview: { accounts } }: Card) {
  const [chosen, setAccount] = useState("");
  const [text, setText] = useState("");
  const account = chosenOf(
    accounts.map(({ name }) => name),
    chosen,
  );
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
      <Dollars label="New balance in" value={text} onInput={setText} />
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

export function Rotation({ overview: { rules } }: Card) {
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

export function TestMode({ overview: { rules } }: Card) {
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

export function StopSwitch({ overview }: Card) {
  return (
    <>
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
    </>
  );
}

export function Revocation({ overview }: Card) {
  return (
    <>
      <h2>Revoke leaked URLs</h2>
      <p>
        Deploys your program with new URL keys, as other labels in <code>urlKeys</code> do: every amount URL that was
        handed out is refused.
      </p>
      <p class="quiet">
        Then: a rule with an old URL gets no amount and skips its transfer, and an alarm says so, until you paste the
        new URL into it.
      </p>
      <div class="inline">
        <Do action="revokeUrls" done="All amount URLs were revoked. The rules still have them.">
          Revoke all amount URLs
        </Do>
        <Do action="pasteUrls" isOff={!overview.rulesHaveRevokedUrls} done="The rules have the new URLs.">
          Paste the new ones into the rules
        </Do>
      </div>
    </>
  );
}
