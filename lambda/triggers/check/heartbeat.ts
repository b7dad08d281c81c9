import { triggerMetrics } from "../../agreements/metrics";
import { ruleIdOf } from "../../agreements/ruleId";
import { forgetSkipped, isPaused, readSkipped, type SkippedNote } from "../pause";
import { type Delivery, DONE, type Ledger, retryIn, type TriggerDeps, type Verdict } from "../ports";
import { checkMail, skippedMail } from "../telling/checkMails";
import { sendMail } from "../telling/tell";
import { tellUnasked } from "./asked";
import { tellDigest } from "./digest";
import { MissedOccurrences } from "./missed";
import { readSchedules, scheduleProblems } from "./schedules";

/** A check that takes longer ends here, and the next day's goes on. The alarm on a missing heartbeat tells of it. */
const GIVE_UP_AFTER_MS = 60 * 60_000;
/** How soon a check that ran out of time goes on. */
const CONTINUE_MS = 1_000;
const RETRY_MS = 5 * 60_000;

/**
 * The daily check: every secret is filled, every schedule is as deployed, and every occurrence that was due is accounted for.
 * What it finds goes into one mail; each missed occurrence goes into the failure queue too.
 */
export async function runHeartbeat(deps: TriggerDeps, delivery: Delivery): Promise<Verdict> {
  try {
    return await check(deps, delivery);
  } catch (error) {
    deps.logger.error("heartbeat.failed", { error });
    return isLate(deps, delivery) ? DONE : retryIn(RETRY_MS);
  }
}

function isLate(deps: TriggerDeps, delivery: Delivery): boolean {
  return deps.now() - delivery.sentAt >= GIVE_UP_AFTER_MS;
}

async function check(deps: TriggerDeps, delivery: Delivery): Promise<Verdict> {
  const lookedAt = deps.now();
  const [secrets, deployed] = await Promise.all([secretProblems(deps), readSchedules(deps, delivery)]);
  const search = new MissedOccurrences(deps, delivery);
  const report = await search.find(deployed, lookedAt);
  const ends = report.complete || isLate(deps, delivery);
  // If another run follows, it finds the same problems and mails them. One mail is enough.
  const problems = ends ? [...secrets, ...scheduleProblems(deps, deployed), ...report.problems] : [];
  if (ends && !report.complete)
    problems.push(`The daily check was not completed within an hour. ${whyOf(report.error)}`);
  deps.logger.metric(triggerMetrics.missed, report.missed.length);
  if (ends) deps.logger.metric(triggerMetrics.heartbeatProblem, problems.length);
  let mailed = true;
  if (problems.length + report.missed.length + report.unclear.length > 0) {
    const titles = report.missed.map(({ title }) => title);
    deps.logger.error("heartbeat.problems", { problems, missed: titles, unclear: report.unclear });
    const failures = report.missed.map(({ failure }) => failure);
    mailed = await sendMail(deps, checkMail(deps, problems, failures, report.unclear));
  }
  const settled = mailed || report.unclear.length === 0;
  await search.settle(settled);
  await tellPause(deps);
  if (ends) await tellUnasked(deps, delivery);
  if (report.error !== undefined) throw report.error;
  if (!settled) throw new Error("the mail that tells of occurrences which may have been missed could not be sent");
  if (!report.complete) return ends ? DONE : retryIn(CONTINUE_MS);
  await tellDigest(deps, delivery);
  deps.logger.info("heartbeat.done", { triggers: Object.keys(deps.config.triggers).length, checked: report.checked });
  deps.logger.metric(triggerMetrics.heartbeat, 1);
  return DONE;
}

/** Tells once a day what the stop switch has left out. */
async function tellPause(deps: TriggerDeps): Promise<void> {
  const [paused, skipped] = await Promise.all([isPaused(deps.ledger), readSkipped(deps.ledger)]);
  if (paused) deps.logger.metric(triggerMetrics.paused, 1);
  if (Object.keys(skipped.occurrences).length === 0) return;
  const left = await stillSkipped(deps.ledger, skipped);
  const isEmpty = Object.keys(left.occurrences).length + left.more === 0;
  if (isEmpty || (await sendMail(deps, skippedMail(deps, left, paused)))) await forgetSkipped(deps.ledger, skipped);
}

/** Without those that a person has run since: the mail would say that they were not executed. */
async function stillSkipped(ledger: Ledger, { occurrences, ...rest }: SkippedNote): Promise<SkippedNote> {
  const left = await Promise.all(
    Object.entries(occurrences).map(async (entry) => {
      const item = await ledger.read(entry[0]);
      const isLeft =
        !item || (item.outcome === "not-executed" && (item.state === "skipped" || item.state === "failed"));
      return isLeft ? [entry] : [];
    }),
  );
  return { ...rest, occurrences: Object.fromEntries(left.flat()) };
}

function whyOf(error: unknown): string {
  return error === undefined ? "It ran out of time, and goes on with the next one." : messageOf(error);
}

async function secretProblems({ config, secrets }: TriggerDeps): Promise<string[]> {
  const checks = Object.entries(config.triggers).map(async ([trigger, spec]) => {
    try {
      await secrets.credential(spec.apiSecretArn, ruleIdOf(spec.ruleId)).get();
      return [];
    } catch (error) {
      return [`The API secret of trigger "${trigger}" can't be used. ${messageOf(error)}`];
    }
  });
  return (await Promise.all(checks)).flat();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
