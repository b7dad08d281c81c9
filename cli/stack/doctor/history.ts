import { scheduledTriggers } from "../../../lambda/agreements/triggerConfig";
import { awsSchedules } from "../../../lambda/triggers/aws/scheduler";
import { timeIn } from "../../format";
import { type LogLine, logLines } from "../aws/logLines";
import type { LiveStack, LiveTriggers } from "../find/live";
import { type Finding, fine, looked, note, unseen, wrong } from "./finding";

const DAY_MS = 24 * 3600_000;
/** Longer than a month, so that a monthly trigger has run in it. */
const LOOK_BACK_DAYS = 40;
/** As the alarm on a missing daily check. */
const CHECK_AT_LEAST_EVERY_MS = 30 * 3600_000;
/** Sequence asks often enough for a revoked URL to show within a week, if its rule runs weekly. */
const QUESTIONS_BACK_DAYS = 35;

const TOO_MUCH = "has more lines than could be read in 20 seconds: look in CloudWatch Logs Insights";

/** What became of the last runs and of the daily check, as the trigger function logged it. */
export async function runFindings(stack: LiveStack): Promise<Finding[]> {
  const { triggers } = stack;
  if (!triggers) return [];
  return looked("last runs", async () => {
    const { lines, isWhole } = await logLines(stack.clients, {
      group: triggers.logGroup,
      events: ["heartbeat.done", ...Object.keys(outcomes)],
      since: stack.now() - LOOK_BACK_DAYS * DAY_MS,
    });
    // The oldest come first: the last one read could be weeks old.
    if (!isWhole) return [unseen("last runs", `${triggers.logGroup} ${TOO_MUCH}`)];
    return [await checkFinding(stack, triggers, lines), ...lastRuns(triggers, lines)];
  });
}

async function checkFinding(stack: LiveStack, triggers: LiveTriggers, lines: readonly LogLine[]): Promise<Finding> {
  const about = "daily check";
  const last = lines.filter(({ event }) => event === "heartbeat.done").at(-1);
  const since = last?.at ?? (await beganAt(stack, triggers));
  if (stack.now() - since > CHECK_AT_LEAST_EVERY_MS)
    return wrong(
      about,
      last ? `was completed last on ${timeIn(last.at, "UTC")}, more than 30 hours ago` : "was never completed",
      "look at its schedule, the work queue and the trigger function's log (heartbeat.failed)",
    );
  if (!last) return note(about, "hasn't run yet; it runs at 07:17 UTC, once a day");
  return fine(about, `was completed last on ${timeIn(last.at, "UTC")}`);
}

/** Since when the daily check's schedule is as it is. */
async function beganAt({ clients, now }: LiveStack, { scheduleGroup, config }: LiveTriggers): Promise<number> {
  const schedules = awsSchedules(scheduleGroup, async () => clients.scheduler);
  const own = await schedules.get(config.heartbeatScheduleName ?? "").catch(() => undefined);
  return own?.changedAt ?? now();
}

/** What the last line about a trigger says of it. */
const outcomes: Readonly<Record<string, (about: string, when: string, line: LogLine) => Finding>> = {
  "occurrence.executed": (about, when) => fine(about, `ran last on ${when}, and Sequence accepted it`),
  "occurrence.testMode": (about, when) =>
    wrong(about, `ran last on ${when}, and its rule is in test mode: no money moved`, "set the rule live in Sequence"),
  "occurrence.dryRun": (about, when) => note(about, `was due last on ${when}, in a dry run: nothing was called`),
  "occurrence.skipped": (about, when) => note(about, `was skipped on ${when}, because the stop switch was on`),
  "occurrence.failed": (about, when, { reason }) =>
    wrong(about, `failed on ${when}: ${reason}`, "npx sequence-remote-api failures shows it, and runs it again"),
};

function lastRuns({ config }: LiveTriggers, lines: readonly LogLine[]): Finding[] {
  const zones = new Map(scheduledTriggers(config).map(([name, { schedule }]) => [name, schedule.timezone]));
  return Object.keys(config.triggers).map((trigger) => {
    const about = `trigger ${trigger}`;
    const last = lines.filter((line) => line.trigger === trigger && line.event in outcomes).at(-1);
    const finding = last && outcomes[last.event]?.(about, timeIn(last.at, zones.get(trigger) ?? "UTC"), last);
    return finding ?? note(about, `hasn't run in the last ${LOOK_BACK_DAYS} days`);
  });
}

/** Whether a rule in Sequence holds a URL that is revoked or old, as the amount function logged it. */
export async function urlFindings(stack: LiveStack): Promise<Finding[]> {
  const { amounts } = stack;
  if (!amounts) return [];
  const about = "amount URLs";
  return looked(about, async () => {
    const { lines, isWhole } = await logLines(stack.clients, {
      group: amounts.logGroup,
      events: ["amount.refused", "amount.oldUrl"],
      since: stack.now() - QUESTIONS_BACK_DAYS * DAY_MS,
    });
    const told = new Map<string, Finding>();
    for (const line of lines) {
      const finding = urlFinding(about, line);
      if (finding) told.set(`${line.event} ${line.amount}`, finding);
    }
    if (!isWhole) return [...told.values(), unseen(about, `${amounts.logGroup} ${TOO_MUCH}`)];
    if (told.size > 0) return [...told.values()];
    return [fine(about, `no rule asked by a revoked or old URL in the last ${QUESTIONS_BACK_DAYS} days`)];
  });
}

const PASTE = 'paste the URL of "pulumi stack output amountUrls --show-secrets" into the rule in Sequence';

function urlFinding(about: string, { event, amount, wellFormed, urlLabel, at }: LogLine): Finding | undefined {
  const when = timeIn(at, "UTC");
  if (event === "amount.oldUrl")
    return note(about, `a rule asked for ${amount} by the URL of an older key (${urlLabel}), last on ${when}`, PASTE);
  if (amount === undefined && wellFormed !== true) return undefined;
  const what = amount === undefined ? "an amount that isn't there any more" : String(amount);
  return wrong(about, `${what} was asked for by a URL that is revoked or mistyped, last on ${when}`, PASTE);
}
