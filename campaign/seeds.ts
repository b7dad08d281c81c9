import { runAmounts } from "./amounts/run";
import { add, FORBIDDEN, noCounts } from "./count";
import { titleOfSetting } from "./modes";
import type { Options } from "./options";
import { runsOf, runWorld, type WorldRun } from "./run";
import { type Shortest, shortest } from "./shrink";
import { runWorlds } from "./workers";

function printShortest({ subject, what, faults, story }: Shortest): void {
  console.log(`\n${what}: ${subject}. The shortest story, with ${faults.length} faults:`);
  for (const line of story) console.log(`  ${line}`);
  console.log("");
}

/** Prints the story of the occurrence that fault `step` of a seed struck. */
export async function replay(options: Options, seed: number, step: number): Promise<void> {
  let before = 0;
  for (const run of runsOf(seed, options.occurrences, options.rate)) {
    const { story } = await runWorld({ ...run, kept: true });
    const strike = story.strikes[step - before - 1];
    if (strike) {
      console.log(`${strike.subject}; ${titleOfSetting(run.setting)}`);
      for (const line of story.of(strike.subject)) console.log(line);
      return;
    }
    before += story.strikes.length;
  }
  throw new Error(`seed ${seed} has ${before} faults, and none with the number ${step}`);
}

/** Runs the seeds and prints what came of them. Says whether everything that is promised held. */
export async function runSeeds(options: Options): Promise<boolean> {
  const promised = noCounts();
  const faults = new Map<string, number>();
  let holds = true;
  for (const seed of options.seeds) {
    const began = process.hrtime.bigint();
    const runs = runsOf(seed, options.occurrences, options.rate);
    for (const [index, result] of (await runWorlds(runs)).entries()) {
      const run = runs[index] as WorldRun;
      const { counts } = result;
      const bad = FORBIDDEN.filter((name) => counts[name] > 0);
      if (run.setting.promised) {
        add(promised, counts);
        holds &&= bad.length === 0;
      }
      for (const [title, count] of result.faults) faults.set(title, (faults.get(title) ?? 0) + count);
      console.log(
        `seed ${seed}, ${titleOfSetting(run.setting)}: ${counts.executedOnce} once, ${counts.executedTwice} twice, ${counts.queued} queued, ` +
          `${counts.lost} lost, ${counts.late} late, ${counts.toldNoYetExecuted} told no yet executed, ${counts.toldUnknown} told unknown, ${counts.withoutMail} without mail, ` +
          `${counts.changedBodies} changed bodies (${result.fingerprint})`,
      );
      const [failed] = run.setting.promised ? result.broken : [];
      if (failed) printShortest(await shortest(run, failed));
    }
    const amounts = await runAmounts({ seed, asked: options.occurrences, faults: { rate: options.rate } });
    add(promised, amounts.counts);
    holds &&= amounts.counts.wrongAmounts === 0;
    for (const [title, count] of amounts.faults) faults.set(title, (faults.get(title) ?? 0) + count);
    const { amountsAsked, amountErrors, wrongAmounts } = amounts.counts;
    console.log(
      `seed ${seed}, amounts: ${amountsAsked} asked, ${amountErrors} answered with an error, ${wrongAmounts} wrong (${amounts.fingerprint})`,
    );
    console.log(`seed ${seed} took ${Number(process.hrtime.bigint() - began) / 1e9} s`);
  }
  if (options.json) console.log(JSON.stringify({ ...promised, faults: Object.fromEntries([...faults].sort()) }));
  return holds;
}
