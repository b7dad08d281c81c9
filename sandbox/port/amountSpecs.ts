import type { AmountFunctionConfig } from "../../lambda/agreements/amountConfig";
import type { AmountSpec } from "../../lambda/agreements/amountKinds";
import type { Deployed } from "../deployed";
import { objectIn } from "./triggersDeclared";

/** An amount as its function is deployed with it. */
export interface DeclaredAmount {
  readonly name: string;
  readonly spec: AmountSpec;
  /** The log group of its function. */
  readonly logGroup: string;
}

/** The amounts of the program: what the `config.json` of its functions says (lambda/agreements/amountConfig.ts). */
export function amountsOf({ cloud, deployment }: Pick<Deployed, "cloud" | "deployment">): DeclaredAmount[] {
  return deployment.resources.flatMap(({ type, state }) => {
    if (type !== "aws:lambda/function:Function") return [];
    const name = String(state.name);
    const { amounts = {} } = objectIn(cloud.functions.fileOf(name, "config.json")) as Partial<AmountFunctionConfig>;
    const logGroup = cloud.functions.logGroupOf(name);
    return Object.entries(amounts).map(([amount, spec]) => ({ name: amount, spec, logGroup }));
  });
}
