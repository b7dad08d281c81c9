import type { AccountView, BalancesView, Overview, TransferView } from "../../shared/types";
import { change, money, time } from "../format";
import { Empty, ResultMark, Working } from "../parts";
import { Plot } from "../plot";
import { link } from "../route";
import { useLive } from "../server";

/** The accounts, what moved last and why, and what comes. */
export function Money({ overview }: { readonly overview: Overview }) {
  const { accounts, transfers, timezone, transferCount } = overview;
  const [last] = transfers;
  return (
    <>
      <h1 class="unseen">Money</h1>
      <div class="first">
        <section aria-labelledby="accounts">
          <h2 id="accounts">Accounts</h2>
          <Accounts accounts={accounts} />
        </section>
        <section aria-labelledby="last" class="last">
          <h2 id="last">Last transfer</h2>
          {last ? (
            <Transfer transfer={last} timezone={timezone} />
          ) : (
            <Empty>
              Nothing has moved yet. Press <b>Next occurrence</b>, and the rule runs.
            </Empty>
          )}
        </section>
      </div>
      <Balances overview={overview} />
      <div class="two">
        <Coming overview={overview} />
        <section aria-labelledby="lately">
          <h2 id="lately">What happened</h2>
          <Lately overview={overview} />
        </section>
      </div>
      <section aria-labelledby="transfers">
        <h2 id="transfers">Transfers</h2>
        {transfers.length === 0 && <Empty>None yet. Each one will stand here with its rule and its reason.</Empty>}
        {transfers.length < transferCount && (
          <p class="quiet">
            The latest {transfers.length} of {transferCount}.
          </p>
        )}
        <ul class="cards">
          {transfers.map((transfer) => (
            <li key={transfer.id}>
              <Transfer transfer={transfer} timezone={timezone} />
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

function Accounts({ accounts }: { readonly accounts: readonly AccountView[] }) {
  if (accounts.length === 0) return <Empty>sandbox.yaml has no accounts: add them under sequence.accounts.</Empty>;
  return (
    <table class="accounts">
      <thead>
        <tr>
          <th scope="col">Account</th>
          <th scope="col" class="money">
            Balance
          </th>
          <th scope="col" class="money">
            Change
          </th>
        </tr>
      </thead>
      <tbody>
        {accounts.map(({ id, name, cents, reason, changeCents }) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            <td class="money">{cents === undefined ? <span title={reason}>unknown</span> : money(cents)}</td>
            <td class={`money ${look(changeCents)}`}>
              {changeCents === undefined ? "unknown" : changeCents === 0 ? "–" : change(changeCents)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function look(changeCents: number | undefined): string {
  if (!changeCents) return "quiet";
  return changeCents > 0 ? "up" : "down";
}

function Transfer({ transfer, timezone }: { readonly transfer: TransferView; readonly timezone: string }) {
  const { cents, from, to, ruleName, trigger, at, occurrenceId, amount, working } = transfer;
  return (
    <div class="transfer">
      <p class="moved">
        <b class="money">{money(cents)}</b>{" "}
        <span>
          {from} <span class="quiet">→</span> {to}
        </span>
      </p>
      <p>
        <span class="quiet">Rule</span> {ruleName}
        {trigger === undefined ? ", triggered by somebody else" : ", triggered by "}
        {occurrenceId && (
          <a href={link("occurrence", occurrenceId)}>
            {trigger}, {time(at, timezone)}
          </a>
        )}
      </p>
      {working.length > 0 && (
        <div class="because">
          <span class="quiet">
            Because{" "}
            {amount && (
              <>
                of the amount <a href={link("amounts")}>{amount}</a>
              </>
            )}
          </span>
          <Working steps={working} />
        </div>
      )}
    </div>
  );
}

function Balances({ overview }: { readonly overview: Overview }) {
  const { value } = useLive<BalancesView>("/api/balances");
  return (
    <section aria-labelledby="balances">
      <h2 id="balances">Balances over the sandbox's time</h2>
      {overview.transferCount === 0 ? (
        <Empty>The plot begins with the first transfer.</Empty>
      ) : (
        value && <Plot balances={value} timezone={overview.timezone} />
      )}
    </section>
  );
}

function Coming({ overview: { coming } }: { readonly overview: Overview }) {
  return (
    <section aria-labelledby="coming">
      <h2 id="coming">What comes</h2>
      {coming.length === 0 && (
        <Empty>No trigger has an occurrence to come. Add one under triggers in your program.</Empty>
      )}
      <ul class="rows">
        {coming.map(({ trigger, at, timezone, expression }) => (
          <li key={trigger}>
            <span>{time(at, timezone)}</span> <b>{trigger}</b> <code class="quiet">{expression}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Lately({ overview: { occurrences } }: { readonly overview: Overview }) {
  if (occurrences.length === 0)
    return (
      <Empty>
        Nothing yet. Press <b>Next occurrence</b>, or let a trigger run at <a href={link("occurrences")}>Occurrences</a>
        .
      </Empty>
    );
  return (
    <ul class="rows">
      {occurrences.map((each) => (
        <li key={each.id}>
          <span>{time(each.at, each.timezone)}</span> <a href={link("occurrence", each.id)}>{each.trigger}</a>{" "}
          <ResultMark result={each.result} />
          {each.movedCents > 0 && <b class="money">{money(each.movedCents)}</b>}
        </li>
      ))}
    </ul>
  );
}
