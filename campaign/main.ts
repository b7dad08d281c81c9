import { readOptions } from "./options";
import { comparePeers, peerTable } from "./peers/compare";
import { protectionTable, runProtections } from "./protections/run";
import { replay, runSeeds } from "./seeds";
import { serveJobs } from "./workers";

const isThread = serveJobs();
if (!isThread)
  main(process.argv.slice(2)).then(
    (holds) => {
      process.exitCode = holds ? 0 : 1;
    },
    (error) => {
      console.error(error);
      process.exitCode = 2;
    },
  );

async function main(args: readonly string[]): Promise<boolean> {
  const options = readOptions(args);
  if (options.replay) {
    await replay(options, options.replay.seed, options.replay.step);
    return true;
  }
  if (options.protections) {
    const shown = await runProtections(300);
    console.log(protectionTable(shown));
    return shown.every(({ protection: { shownBy }, withIt, withoutIt }) => withoutIt[shownBy] > withIt[shownBy]);
  }
  if (options.peers) {
    const [seed = 1] = options.seeds;
    console.log(peerTable(await comparePeers(seed, Math.min(options.occurrences, 1_000), options.rate)));
    return true;
  }
  return runSeeds(options);
}
