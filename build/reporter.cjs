// mocha's spec reporter, which also leaves its counts where build/test.mjs finds them.
const { writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { reporters } = require("mocha");

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const { passes, failures, pending } = this.stats;
      const folder = process.env.TEST_COUNTS;
      if (folder) writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify({ passes, failures, pending }));
    });
  }
};
