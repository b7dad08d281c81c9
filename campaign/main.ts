import { readOptions } from "./options";
import { runSeeds } from "./seeds";

runSeeds(readOptions(process.argv.slice(2))).then(
  (holds) => {
    process.exitCode = holds ? 0 : 1;
  },
  (error) => {
    console.error(error);
    process.exitCode = 2;
  },
);
