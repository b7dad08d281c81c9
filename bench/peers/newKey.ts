import { accepted, type Peer } from "./peer";

/** The first thing that works: a POST with a new key, in a function that Lambda repeats twice if it throws. */
export const newKey: Peer = {
  name: "a new key at each try, Lambda's two retries",
  handler:
    ({ trigger, newId }) =>
    async ({ ruleId }) =>
      accepted(await trigger(ruleId, newId())),
};
