import { useState } from "preact/hooks";
import type { AmountView, AnswerView, Overview } from "../../shared/types";
import { useActions } from "../actions";
import { centsOf, money, time } from "../format";
import { Copy, Do, Dollars, Empty, Working } from "../parts";
import { link } from "../route";
import { useLive } from "../server";

/** Every amount: what it is, what it answered and why, and what it would answer. */
export function Amounts({ overview }: { readonly overview: Overview }) {
  const { value } = useLive<AmountView[]>("/api/amounts");
  return (
    <>
      <h1>Amounts</h1>
      {value?.length === 0 && <Empty>The program declares no amount. Add one under amounts.</Empty>}
      <ul class="cards wide">
        {value?.map((amount) => (
          <li key={amount.name}>
            <Amount amount={amount} overview={overview} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Amount({ amount, overview }: { readonly amount: AmountView; readonly overview: Overview }) {
  const { name, kind, sentence, account, answers } = amount;
  return (
    <section aria-labelledby={`amount-${name}`}>
      <h2 id={`amount-${name}`}>
        {name} <span class="mark quiet">{kind}</span>
      </h2>
      <p class="sentence">{sentence}</p>
      <div class="inline">
        <Do action="ask" given={{ amount: name }} label={`Ask now: ${name}`}>
          Ask now
        </Do>
        <Url amount={amount} />
        <a href={link("log", "", { q: `"amount":"${name}"` })} aria-label={`Its log: of ${name}`}>
          Its log
        </a>
      </div>
      {account !== undefined && <Suppose amount={name} account={account} overview={overview} />}
      <h3>Last answers</h3>
      {answers.length === 0 && (
        <Empty>
          Nobody has asked yet. Press <b>Ask now</b>.
        </Empty>
      )}
      <ul class="answers">
        {answers.map((answer) => (
          <li key={answer.awsRequestId}>
            <Answer answer={answer} timezone={overview.timezone} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Answer({ answer, timezone }: { readonly answer: AnswerView; readonly timezone: string }) {
  const { at, cents, working, code, reason } = answer;
  return (
    <>
      <p>
        {cents === undefined ? <span class="mark bad">{code}</span> : <b class="money">{money(cents)}</b>}{" "}
        <span class="quiet">{time(at, timezone)}</span>
      </p>
      {reason && <p class="reason">{reason}</p>}
      <Working steps={working} />
    </>
  );
}

/** The URL is a credential, so it is only shown to who asks for it. */
function Url({ amount: { name, hasUrl } }: { readonly amount: AmountView }) {
  const [url, setUrl] = useState<string>();
  if (!hasUrl) return <span class="quiet">Its URL is no stack output: export amountUrls.</span>;
  if (url === undefined)
    return (
      <Do
        action="revealUrl"
        given={{ amount: name }}
        label={`Show URL of ${name}`}
        onDone={(result) => setUrl((result as { url: string }).url)}
      >
        Show URL
      </Do>
    );
  return (
    <>
      <code class="url">{url}</code> <Copy text={() => url}>Copy URL</Copy>
      <button type="button" class="plain" onClick={() => setUrl(undefined)}>
        Hide
      </button>
    </>
  );
}

function Suppose({
  amount,
  account,
  overview,
}: {
  readonly amount: string;
  readonly account: string;
  readonly overview: Overview;
}) {
  const { run, isBusy } = useActions();
  const [text, setText] = useState("");
  const [answer, setAnswer] = useState<string>();
  const known = overview.accounts.find(({ id, name }) => id === account || name === account)?.name ?? account;
  const suppose = async () => {
    const cents = centsOf(text);
    if (cents === undefined) return setAnswer("Type an amount in dollars, such as 1,250.00.");
    const result = (await run("suppose", { amount, account, cents }))?.value as
      | { amountInCents?: number; reason?: string }
      | undefined;
    if (result)
      setAnswer(
        result.amountInCents === undefined
          ? `No amount: ${result.reason}`
          : `It would answer ${money(result.amountInCents)}.`,
      );
  };
  return (
    <form
      class="inline"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void suppose();
      }}
    >
      <Dollars label={`If ${known} had`} value={text} onInput={setText} />
      <button type="submit" class="plain">
        What would it answer?
      </button>
      <output>{answer}</output>
    </form>
  );
}
