import { mail } from "./mails";
import { MissedOccurrences, type MissedReport } from "./missed";
import { type Delivery, type DeployedSchedule, DONE, retryIn, type TriggerDeps, type Verdict } from "./ports";
import { bareRuleId } from "./ruleId";
import { scheduleProblems } from "./scheduleProblems";
import { sendMail } from "./tell";

/** A check that can't be made for this long is left to the next day's; the alarm on a missing heartbeat tells of it. */
const GIVE_UP_AFTER_MS = 60 * 60_000;
/** How soon a check goes on that ran out of time. */
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
    return deps.now() - delivery.sentAt < GIVE_UP_AFTER_MS ? retryIn(RETRY_MS) : DONE;
  }
}

async function check(deps: TriggerDeps, delivery: Delivery): Promise<Verdict> {
  const deployed = await readSchedules(deps);
  const problems = [...(await secretProblems(deps)), ...allScheduleProblems(deps, deployed)];
  const report = await new MissedOccurrences(deps, delivery).find((trigger) => {
    const schedule = deployed.get(trigger);
    return schedule instanceof Error ? undefined : schedule?.changedAt;
  });
  problems.push(...report.problems);
  deps.logger.metric("OccurrenceMissed", report.missed.length);
  deps.logger.metric("HeartbeatProblem", problems.length);
  if (problems.length + report.missed.length > 0) {
    deps.logger.error("heartbeat.problems", { problems, missed: report.missed.map(({ title }) => title) });
    await sendMail(deps, heartbeatMail(problems, report));
  }
  if (!report.complete) return retryIn(CONTINUE_MS);
  deps.logger.info("heartbeat.done", { triggers: Object.keys(deps.config.triggers).length, checked: report.checked });
  deps.logger.metric("Heartbeat", 1);
  return DONE;
}

async function secretProblems({ config, secrets }: TriggerDeps): Promise<string[]> {
  const checks = Object.entries(config.triggers).map(async ([trigger, spec]) => {
    try {
      await secrets.credential(spec.apiSecretArn, bareRuleId(spec.ruleId)).get();
      return [];
    } catch (error) {
      return [`The API secret of trigger "${trigger}" can't be used. ${messageOf(error)}`];
    }
  });
  return (await Promise.all(checks)).flat();
}

type Deployed = ReadonlyMap<string, DeployedSchedule | Error | undefined>;

/** By trigger; the heartbeat's own under the empty name. One after another: Scheduler allows few reads a second. */
async function readSchedules({ config, schedules }: TriggerDeps): Promise<Deployed> {
  const names = Object.entries(config.triggers).map(([trigger, spec]) => [trigger, spec.schedule.name] as const);
  const all = config.heartbeatScheduleName ? [...names, ["", config.heartbeatScheduleName] as const] : names;
  const found = new Map<string, DeployedSchedule | Error | undefined>();
  for (const [trigger, name] of all)
    found.set(
      trigger,
      await schedules.get(name).catch((error) => (error instanceof Error ? error : new Error(String(error)))),
    );
  return found;
}

function allScheduleProblems({ config }: TriggerDeps, deployed: Deployed): string[] {
  const problems = Object.entries(config.triggers).flatMap(([trigger, spec]) =>
    scheduleProblems(trigger, spec, deployed.get(trigger)),
  );
  if (!config.heartbeatScheduleName) return problems;
  const own = deployed.get("");
  if (own === undefined) problems.push(`The daily check's schedule "${config.heartbeatScheduleName}" doesn't exist.`);
  else if (!(own instanceof Error) && !own.enabled)
    problems.push(`The daily check's schedule "${config.heartbeatScheduleName}" is disabled.`);
  return problems;
}

const MOST_IN_MAIL = 20;

function heartbeatMail(problems: readonly string[], { missed }: MissedReport) {
  const found = missed.length > 0 ? "missed occurrences" : "problems with secrets or schedules";
  return mail(`the daily check found ${found}`, [
    ...(missed.length > 0
      ? [
          `These occurrences were due and have not run. They are not run late by themselves: whether they still should is for you to say.`,
        ]
      : []),
    ...missed
      .slice(0, MOST_IN_MAIL)
      .map(({ failure }) => [failure.whatHappened, failure.whatToDo, failure.command].filter(Boolean).join("\n")),
    ...(missed.length > MOST_IN_MAIL
      ? [`And ${missed.length - MOST_IN_MAIL} more; each is in the failure queue.`]
      : []),
    ...problems.slice(0, MOST_IN_MAIL),
    ...(problems.length > MOST_IN_MAIL
      ? [`And ${problems.length - MOST_IN_MAIL} more problems; see the function's log.`]
      : []),
  ]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
