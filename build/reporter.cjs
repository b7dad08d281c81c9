// mocha's spec reporter, which also leaves its counts where build/test.mjs finds them.
const { writeFileSync } = require("node:fs");
const { reporters } = require("mocha");

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const { passes, failures, pending } = this.stats;
      if (process.env.TEST_COUNTS)
        writeFileSync(process.env.TEST_COUNTS, JSON.stringify({ passes, failures, pending }));
    });
  }
};
