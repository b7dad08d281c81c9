import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { LogLineView, Result, Step } from "../shared/types";
import { useActions } from "./actions";
import { exactTime, money } from "./format";

const RESULTS: Readonly<Record<Result, { readonly text: string; readonly look: string }>> = {
  done: { text: "done", look: "good" },
  "moved-nothing": { text: "moved nothing", look: "quiet" },
  incomplete: { text: "incomplete", look: "warn" },
  waiting: { text: "waiting", look: "warn" },
  failed: { text: "failed", look: "bad" },
  skipped: { text: "skipped", look: "quiet" },
};

export function ResultMark({ result }: { readonly result: Result }) {
  const { text, look } = RESULTS[result];
  return <span class={`mark ${look}`}>{text}</span>;
}

/** How an amount came about: each step with what the amount is after it. */
export function Working({ steps }: { readonly steps: readonly Step[] }) {
  if (steps.length === 0) return null;
  return (
    <ol class="working">
      {steps.map(({ text, cents }, index) => (
        <li key={index}>
          <span>{text}</span> <b class="money">{money(cents)}</b>
        </li>
      ))}
    </ol>
  );
}

interface DoProps {
  readonly action: string;
  readonly given?: object;
  /** What is said when it is done. */
  readonly done?: string;
  readonly children: ComponentChildren;
  readonly look?: "main" | "plain";
  readonly label?: string;
  readonly isOff?: boolean;
  readonly onDone?: (result: unknown) => void;
}

/** A button that does something in the sandbox. */
export function Do({ action, given, done, children, look = "plain", label, isOff = false, onDone }: DoProps) {
  const { run, isBusy } = useActions();
  return (
    <button
      type="button"
      class={look}
      aria-label={label}
      // Not `disabled`, which would take the keyboard's focus away.
      aria-disabled={isBusy || isOff}
      onClick={() => {
        if (!isBusy && !isOff) void run(action, given, done).then((result) => result && onDone?.(result.value));
      }}
    >
      {children}
    </button>
  );
}

export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

export function Copy({
  text,
  children = "Copy as JSON",
}: {
  readonly text: () => string;
  readonly children?: ComponentChildren;
}) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text());
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button type="button" class="plain" onClick={() => void copy()}>
      {isCopied ? "Copied" : children}
    </button>
  );
}

interface FilterProps {
  readonly words: string;
  /** What words may be of. */
  readonly placeholder: string;
  /** What else there is to choose. */
  readonly children: ComponentChildren;
  onWords(words: string): void;
}

/** Lets a list show only what has these words, as they are typed. */
export function Filter({ words, placeholder, children, onWords }: FilterProps) {
  return (
    <form class="filter" onSubmit={(event) => event.preventDefault()}>
      <label>
        Filter{" "}
        <input
          type="search"
          value={words}
          placeholder={placeholder}
          onInput={(event) => onWords(event.currentTarget.value)}
        />
      </label>
      {children}
    </form>
  );
}

/** What a list of names shows as chosen: a changed program may no longer have what was chosen. */
export function chosenOf(names: readonly string[], chosen: string): string {
  return names.includes(chosen) ? chosen : (names[0] ?? "");
}

interface DollarsProps {
  /** What stands before the input, without the dollar sign. */
  readonly label: string;
  readonly value: string;
  onInput(text: string): void;
}

/** Where a person types dollars; `centsOf` reads them. */
export function Dollars({ label, value, onInput }: DollarsProps) {
  return (
    <label>
      {label} ${" "}
      <input
        inputMode="decimal"
        size={10}
        value={value}
        placeholder="1,250.00"
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}

export function Lines({ lines, timezone }: { readonly lines: readonly LogLineView[]; readonly timezone: string }) {
  return (
    <ul class="lines">
      {lines.map((line, index) => (
        <Line key={index} line={line} timezone={timezone} />
      ))}
    </ul>
  );
}

function Line({ line, timezone }: { readonly line: LogLineView; readonly timezone: string }) {
  const { at, level, event, message, source } = line;
  return (
    <li>
      <details>
        <summary>
          <time>{exactTime(at, timezone)}</time> <span class={`level ${level}`}>{level}</span>{" "}
          <b class="event">{event}</b> <span class="quiet">{source}</span>
        </summary>
        <pre>{pretty(message)}</pre>
      </details>
    </li>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
