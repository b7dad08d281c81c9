import { type RunningSandbox, UserError } from "../../sandbox";
import { type Extent, faultKinds, strikesOf } from "./faultKinds";
import { lookupIn, occurrenceId } from "./lookup";
import { comingOf } from "./views/coming";
import { eventsSent } from "./views/events";

/** What a POST brings along. */
export type Given = Readonly<Record<string, unknown>>;

interface Action {
  /** What the page shows while it is being done. */
  readonly busy: string;
  /** The answer is for the browser. Throws `UserError` for what a person can put right. */
  run(sandbox: RunningSandbox, given: Given): unknown;
}

/** Everything that the page can do, each by one call of the sandbox's port. */
export const actions: Readonly<Record<string, Action>> = {
  next: {
    busy: "Moving to the next occurrence",
    run: (sandbox) => sandbox.clock.advanceToNext(comingOf(sandbox)[0]?.trigger),
  },
  travel: {
    busy: "Travelling",
    run: (sandbox, given) =>
      sandbox.clock.advanceBy({ days: count(given, "days", 366), hours: count(given, "hours", 8784) }),
  },
  travelTo: { busy: "Travelling", run: (sandbox, given) => sandbox.clock.advanceTo(text(given, "to")) },
  pauseClock: { busy: "Pausing", run: ({ clock }) => clock.pause() },
  resumeClock: { busy: "Going on", run: ({ clock }) => clock.resume() },
  fire: { busy: "Letting it run", run: (sandbox, given) => sandbox.fire(text(given, "trigger")) },
  sendEvent: { busy: "Sending the event", run: sendEvent },
  deliverTwice: { busy: "Delivering twice", run: deliverTwice },
  runAgain: { busy: "Running it again", run: runAgain },
  ask: { busy: "Asking", run: (sandbox, given) => sandbox.ask(text(given, "amount")) },
  suppose: {
    busy: "Asking",
    run: (sandbox, given) =>
      sandbox.ask(text(given, "amount"), { balances: { [text(given, "account")]: cents(given) } }),
  },
  revealUrl: { busy: "Looking it up", run: revealUrl },
  break: { busy: "Breaking it", run: breakIt },
  repair: { busy: "Repairing", run: (sandbox) => sandbox.clearFaults() },
  setBalance: {
    busy: "Moving money",
    run: (sandbox, given) => sandbox.setBalance(text(given, "account"), cents(given)),
  },
  nullBalance: {
    busy: "Hiding the balance",
    run: (sandbox, given) => sandbox.setBalance(text(given, "account"), { unknown: "the bank does not answer" }),
  },
  testMode: {
    busy: "Changing the rule",
    run: (sandbox, given) => sandbox.configureRule(text(given, "ruleId"), { testMode: given.on === true }),
  },
  rotate: {
    busy: "Rotating",
    run: (sandbox, { ruleId }) => sandbox.rotate(typeof ruleId === "string" ? { ruleId } : "accessToken"),
  },
  stopSwitch: { busy: "Setting the stop switch", run: (sandbox, { on }) => sandbox.setStopSwitch(on === true) },
  revokeUrls: { busy: "Revoking the URLs", run: (sandbox) => sandbox.revokeAmountUrls() },
  pasteUrls: { busy: "Pasting the URLs", run: (sandbox) => sandbox.pasteAmountUrls() },
};

async function deliverTwice(sandbox: RunningSandbox, given: Given): Promise<void> {
  const { trigger, scheduledTime, event } = occurrenceOf(sandbox, given);
  if (event !== undefined) {
    const payload = eventsSent(sandbox, { trigger, event })[0]?.payload;
    for (let time = 0; time < 2; time++) await sandbox.sendEvent(trigger, event, payload);
    return;
  }
  if (scheduledTime === undefined)
    throw new UserError(
      "an extra occurrence has no scheduled time, so Scheduler can't deliver it twice: run it again instead.",
    );
  await sandbox.fire(trigger, { scheduledTime, times: 2 });
}

async function runAgain(sandbox: RunningSandbox, given: Given): Promise<void> {
  const { trigger, scheduledTime, occurrence, event } = occurrenceOf(sandbox, given);
  const which =
    event !== undefined
      ? { event }
      : scheduledTime === undefined
        ? { occurrence: occurrence ?? "" }
        : { scheduledTime };
  const confirmed = given.confirmed === true ? { confirmedNotExecutedUntil: sandbox.clock.now() } : {};
  await sandbox.runAgain(trigger, { ...which, ...confirmed });
}

async function sendEvent(sandbox: RunningSandbox, given: Given): Promise<void> {
  const payload = given.payload === undefined || given.payload === "" ? undefined : objectIn(text(given, "payload"));
  await sandbox.sendEvent(text(given, "trigger"), text(given, "event"), payload);
}

function objectIn(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw new UserError('the payload is no JSON object; it must be one, such as {"cents":50000}.');
}

function occurrenceOf(sandbox: RunningSandbox, given: Given) {
  const id = text(given, "occurrence");
  const report = lookupIn(sandbox).reports.find((each) => occurrenceId(each) === id);
  if (!report) throw new UserError(`there is no occurrence "${id}".`);
  return report;
}

function revealUrl(sandbox: RunningSandbox, given: Given): { url: string } {
  const name = text(given, "amount");
  const url = Object.entries(sandbox.amountUrls).find(([path]) => path.split(".").at(-1) === name)?.[1];
  if (url === undefined)
    throw new UserError(`no stack output holds the URL of "${name}": export amountUrls of its component.`);
  return { url };
}

function breakIt(sandbox: RunningSandbox, given: Given): void {
  const kind = faultKinds.find(({ id }) => id === given.kind);
  if (!kind) throw new UserError(`there is no fault "${String(given.kind)}".`);
  const extent = (["while", "chance"] as const).find((each) => each === given.extent) ?? ("next" satisfies Extent);
  const limits = strikesOf(
    kind,
    extent,
    number(given, "minutes", 1, 100_000, 60),
    number(given, "percent", 1, 100, 50),
  );
  if (kind.outage) sandbox.outage({ ...kind.outage, ...limits });
  else sandbox.fault({ ...kind.fault, ...limits });
}

function text(given: Given, field: string): string {
  const value = given[field];
  if (typeof value !== "string" || value === "") throw new UserError(`"${field}" is missing; it must be text.`);
  return value;
}

function cents(given: Given): number {
  const value = given.cents;
  if (!Number.isSafeInteger(value)) throw new UserError(`"cents" must be a whole number of cents.`);
  return value as number;
}

function count(given: Given, field: string, most: number): number {
  return given[field] === undefined ? 0 : number(given, field, 0, most, 0);
}

function number(given: Given, field: string, least: number, most: number, otherwise: number): number {
  const value = given[field] ?? otherwise;
  if (typeof value !== "number" || !(value >= least && value <= most))
    throw new UserError(`"${field}" must be a number from ${least} to ${most}.`);
  return value;
}
