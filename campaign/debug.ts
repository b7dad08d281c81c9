import { runsOf, runWorld } from "./run";

const [seed, occ, rate, index, subject] = process.argv.slice(2);
(async () => {
  const run = runsOf(Number(seed), Number(occ), Number(rate))[Number(index)]!;
  const result = await runWorld({ ...run, kept: true });
  const who = subject ?? result.broken[0]?.subject ?? "";
  console.log(new Date(run.plan.to).toISOString(), result.counts, result.broken.slice(0, 5), who, run.plan.triggers);
  console.log(result.story.of(who).join("\n"));
})();
