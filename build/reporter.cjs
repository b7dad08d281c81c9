// mocha's spec reporter, which also leaves its counts where build/test.mjs finds them.
const { writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { reporters } = require("mocha");

/** How long after the last test the process may go on. */
const LONGEST_END_MS = 60_000;

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const { passes, failures, pending } = this.stats;
      const folder = process.env.TEST_COUNTS;
      if (folder) writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify({ passes, failures, pending }));
      // A listener or a process that a test forgot would keep mocha, and CI, waiting for ever.
      setTimeout(() => {
        console.error(
          `All tests are over, but these keep the process alive: ${process.getActiveResourcesInfo().join(", ")}`,
        );
        process.exit(1);
      }, LONGEST_END_MS).unref();
    });
  }
};
