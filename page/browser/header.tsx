import type { Overview } from "../shared/types";
import { Banners } from "./banners";
import { time } from "./format";
import { Do } from "./parts";
import { link } from "./route";

const screens = [
  ["money", "Money"],
  ["occurrences", "Occurrences"],
  ["amounts", "Amounts"],
  ["break", "Break things"],
  ["outbox", "Outbox"],
  ["log", "Log"],
] as const;

interface HeaderProps {
  readonly overview: Overview;
  readonly screen: string;
  readonly isConnected: boolean;
}

/** The sandbox's time, how to move it, and the way to every screen. */
export function Header({ overview, screen, isConnected }: HeaderProps) {
  const { title, now, timezone, isPaused, coming, busy } = overview;
  const [next] = coming;
  return (
    <header>
      <div class="bar">
        <p class="title">
          <b>{title}</b> <span class="mark quiet">all money is simulated</span>
        </p>
        <div class="clock">
          <span class="unseen">The sandbox's time: </span>
          <time>{time(now, timezone)}</time>
          {isPaused && <span class="mark quiet">stands still</span>}
        </div>
        <div class="travel">
          <Do action="next" look="main" isOff={!next} label="Go to the next occurrence">
            Next occurrence
          </Do>
          <Do action="travel" given={{ days: 1 }} label="Go on by a day">
            A day
          </Do>
          <Do action="travel" given={{ days: 30 }} label="Go on by a month, 30 days">
            A month
          </Do>
          <Do action={isPaused ? "resumeClock" : "pauseClock"} label={isPaused ? "Run the clock" : "Pause the clock"}>
            {isPaused ? "Run" : "Pause"}
          </Do>
        </div>
      </div>
      <nav aria-label="Screens">
        {screens.map(([name, text]) => (
          <a key={name} href={link(name)} aria-current={isCurrent(name, screen) ? "page" : undefined}>
            {text}
            <Count overview={overview} screen={name} />
          </a>
        ))}
      </nav>
      <div class="busy" role="status">
        {busy && isConnected && <p>{busy} …</p>}
      </div>
      <div role="alert">
        {!isConnected && (
          <p class="banner bad">The sandbox doesn't answer. Start it again: npx sequence-remote-api dev</p>
        )}
      </div>
      <Banners overview={overview} />
    </header>
  );
}

function isCurrent(name: string, screen: string): boolean {
  return name === screen || (name === "occurrences" && screen === "occurrence");
}

function Count({ overview, screen }: { readonly overview: Overview; readonly screen: string }) {
  const { failureCount, alarmCount, counts } = overview;
  const [count, what] =
    screen === "outbox"
      ? [failureCount + alarmCount, "need a person"]
      : screen === "occurrences"
        ? [counts.waiting, "waiting"]
        : [0, ""];
  if (count === 0) return null;
  return (
    <span class="count">
      {count}
      <span class="unseen"> {what}</span>
    </span>
  );
}
