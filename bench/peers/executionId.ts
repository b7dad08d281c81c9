import { accepted, type Peer } from "./peer";

/** Scheduler's execution id looks like a key. It is another one for each of Scheduler's own tries and deliveries. */
export const executionId: Peer = {
  name: "Scheduler's execution id as the key",
  handler:
    ({ trigger }) =>
    async ({ ruleId, executionId }) =>
      accepted(await trigger(ruleId, executionId)),
};
