import { RandomValues } from "../../../sandbox/aws/random";
import type { Kind, Service } from "./service";

const TYPE = "random:index/randomPassword:RandomPassword";

/** No cloud makes these: Pulumi's provider makes them up, and so does the sandbox. */
const password: Kind<Record<string, unknown>> = {
  async create({ name, inputs }) {
    const made = await new RandomValues().resources[TYPE]?.({ type: TYPE, name, inputs: { ...inputs }, archives: {} });
    if (!made) throw new Error(`the sandbox makes no ${TYPE}`);
    return { id: made.id, outputs: { result: made.state.result } };
  },
  remove: async () => {},
};

export const random: Service = { kinds: { [TYPE]: password }, list: async () => [] };
