import fc from "fast-check";

/**
 * The same cases at every run, so that a failure is one of the change at hand. `FC_SEED=random npm test` looks for new ones;
 * `FC_SEED=<number>` repeats what a failure printed.
 */
const { FC_SEED = "20261122" } = process.env;
if (FC_SEED !== "random") fc.configureGlobal({ seed: Number(FC_SEED) });

// Only this process is covered, which Node.js has seen to by now: in those that tests start it would only take time.
delete process.env.NODE_V8_COVERAGE;
