import type { ActiveFault, RunningSandbox } from "../../../sandbox";
import type { AccountView, Overview, Result } from "../../shared/types";
import { faultKinds } from "../faultKinds";
import type { BalanceHistory } from "../history";
import { lookupIn } from "../lookup";
import { comingOf } from "./coming";
import { failuresOf } from "./outbox";

const LATEST_TRANSFERS = 100;
const LATEST_OCCURRENCES = 8;
const COMING = 8;

/** What the page knows beside the sandbox. */
export interface PageState {
  readonly title: string;
  readonly history: BalanceHistory;
  /** What is being done now. */
  readonly busy: string | undefined;
}

export function overview(sandbox: RunningSandbox, { title, history, busy }: PageState): Overview {
  const lookup = lookupIn(sandbox);
  const counts: Record<Result, number> = {
    ...{ done: 0, "moved-nothing": 0, incomplete: 0, waiting: 0, failed: 0, skipped: 0 },
  };
  for (const { result } of lookup.reports) counts[result]++;
  const coming = comingOf(sandbox).slice(0, COMING);
  return {
    ...{ title, now: sandbox.clock.now(), isPaused: sandbox.clock.isPaused, counts },
    timezone: coming[0]?.timezone ?? "UTC",
    stopSwitchIsOn: sandbox.stopSwitchIsOn,
    ...(busy === undefined ? {} : { busy }),
    accounts: accountsOf(sandbox, history),
    transfers: sandbox.transfers
      .slice(-LATEST_TRANSFERS)
      .reverse()
      .map((transfer) => lookup.transfer(transfer)),
    transferCount: sandbox.transfers.length,
    coming,
    occurrences: lookup.reports
      .slice(-LATEST_OCCURRENCES)
      .reverse()
      .map((report) => lookup.occurrence(report)),
    triggers: sandbox.triggerNames(),
    eventTriggers: sandbox.eventTriggerNames(),
    rulesHaveRevokedUrls: sandbox.rulesHaveRevokedUrls,
    rules: sandbox.rules().map(({ id, name, testMode }) => ({ id, name, testMode })),
    faults: sandbox.activeFaults().map((active) => ({ sentence: sentenceOf(active), struck: active.struck })),
    mailCount: sandbox.mails().length,
    failureCount: failuresOf(sandbox).length,
    alarmCount: sandbox.alarms().filter(({ state }) => state === "ALARM").length,
  };
}

function accountsOf(sandbox: RunningSandbox, { start }: BalanceHistory): AccountView[] {
  return sandbox.accounts().map(({ id, name, type, balance }) => {
    if (!balance.known) return { id, name, type, reason: balance.reason };
    const before = start[name];
    const { cents } = balance;
    return { id, name, type, cents, ...(typeof before === "number" ? { changeCents: cents - before } : {}) };
  });
}

function sentenceOf({ fault, outage }: ActiveFault): string {
  const limits = fault ?? outage;
  const known = faultKinds.find((kind) =>
    outage ? kind.outage?.service === outage.service : isSame(kind.fault, fault),
  );
  const what = known?.does ?? (outage ? `${outage.service} is down.` : "A fault of sandbox.yaml.");
  if (limits?.forSeconds !== undefined) return `${what} For ${limits.forSeconds / 60} minutes of the sandbox's time.`;
  if (limits?.chance !== undefined) return `${what} With ${limits.chance * 100} % of the calls.`;
  return what;
}

/** Whether a fault is of this kind, whenever it strikes. */
function isSame(kind: object | undefined, fault: ActiveFault["fault"]): boolean {
  if (!kind || !fault) return false;
  const { times, nth, forSeconds, chance, ...what } = fault;
  return JSON.stringify(what) === JSON.stringify(kind);
}
