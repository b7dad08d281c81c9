import { add, type Counts, FORBIDDEN, noCounts } from "./count/counts";
import { FAULT_TITLES, FAULT_TITLES_OF_AMOUNTS } from "./faults";
import { promisesOf, titleOfSetting } from "./modes";
import type { Options } from "./options";
import { type Outcome, runsOf, runWorld, type WorldRun } from "./run";
import { shortest } from "./shrink";
import { runJobs } from "./workers";

/** Stops where fault `step` of a seed strikes, and prints what had happened to its occurrence and how everything is at that moment. */
export async function replay(options: Options, seed: number, step: number): Promise<void> {
  let stepsBefore = 0;
  for (const run of runsOf(seed, options.occurrences, options.rate)) {
    const { story, stop } = await runWorld({ ...run, stepsBefore, kept: true, stopAt: step });
    if (stop) {
      console.log(`${stop.fault.subject}; Sequence ${titleOfSetting(run.setting)}`);
      for (const line of stop.story) console.log(line);
      console.log("At this moment:");
      for (const line of stop.state) console.log(`  ${line}`);
      return;
    }
    stepsBefore += story.strikes.length;
  }
  throw new Error(`seed ${seed} has ${stepsBefore} faults, and none with the number ${step}`);
}

/** In so many occurrences each kind of fault must have occurred. */
const MANY = 10_000;
const ALL_FAULTS = [...FAULT_TITLES, ...FAULT_TITLES_OF_AMOUNTS];

/** Runs the seeds and prints what came of them. Says whether everything that is promised held. */
export async function runSeeds(options: Options): Promise<boolean> {
  const total = noCounts();
  const faults: Record<string, number> = {};
  let holds = true;
  for (const seed of options.seeds) {
    const began = process.hrtime.bigint();
    const runs = runsOf(seed, options.occurrences, options.rate);
    const amounts = { seed, asked: options.occurrences, faults: { rate: options.rate } };
    const outcomes = await runJobs([...runs.map((world) => ({ world })), { amounts }]);
    const counts = noCounts();
    let stepsBefore = 0;
    for (const [index, outcome] of outcomes.entries()) {
      const run = runs[index];
      const isCounted = !run || (run.setting.promised && !run.setting.secondStack);
      if (isCounted) add(counts, outcome.counts);
      const promises = run ? promisesOf(run.setting) : FORBIDDEN;
      holds &&= promises.every((name) => outcome.counts[name] === 0);
      for (const [title, count] of outcome.faults) faults[title] = (faults[title] ?? 0) + count;
      if (run) {
        await printWorld(options, seed, { ...run, stepsBefore }, outcome);
        for (const count of outcome.faults.values()) stepsBefore += count;
      }
    }
    add(total, counts);
    const { amountsAsked, amountErrors, wrongAmounts } = counts;
    console.log(`  amounts: ${amountsAsked} asked, ${amountErrors} answered with an error, ${wrongAmounts} wrong`);
    console.log(`seed ${seed}: ${textOf(counts)}; ${((Number(process.hrtime.bigint() - began) / 1e9) | 0) + 1} s`);
  }
  const never = options.rate > 0 && total.occurrences >= MANY ? ALL_FAULTS.filter((title) => !faults[title]) : [];
  if (never.length > 0) console.log(`never occurred, so that nothing is shown of them: ${never.join("; ")}`);
  if (options.json) console.log(JSON.stringify({ ...total, faults }));
  return holds && never.length === 0;
}

async function printWorld(options: Options, seed: number, run: WorldRun, outcome: Outcome): Promise<void> {
  const promised = run.setting.promised ? "" : " (nothing is promised here)";
  console.log(
    `  Sequence ${titleOfSetting(run.setting)}${promised}: ${textOf(outcome.counts)} [${outcome.fingerprint}]`,
  );
  const promises: readonly string[] = promisesOf(run.setting);
  const failed = outcome.broken.find(({ what }) => promises.includes(what));
  if (!failed) return;
  const { subject, what, story, faults, step } = await shortest(run, failed);
  console.log(`\n${what}: ${subject}. The shortest story, with ${faults.length} faults:`);
  for (const line of story) console.log(`  ${line}`);
  const again = `--occurrences ${options.occurrences} --fault-rate ${options.rate} --replay ${seed}:${step}`;
  console.log(`The whole story: npm run campaign -- ${again}\n`);
}

function textOf(counts: Counts): string {
  const { occurrences, events, executedOnce, executedTwice, queued, skipped, leftOutLater } = counts;
  const { lost, late, toldNoYetExecuted, toldUnknown } = counts;
  return (
    `${occurrences} occurrences (${events} events), ${executedOnce} once, ${executedTwice} twice, ${queued} queued, ${skipped} skipped, ` +
    `${leftOutLater} left out later, ${lost} lost, ${late} late, ` +
    `${toldNoYetExecuted} told "no" and executed, ${toldUnknown} told "unknown"`
  );
}
