import type { AmountFunctionConfig } from "../../lambda/agreements/amountConfig";
import type { Deployed } from "../deployed";
import { UserError } from "../engine";
import { objectIn } from "./triggersDeclared";

/**
 * Forgets the passwords that the amount URLs are made of, so that the next deployment makes new ones: those whose name ends with a
 * label of the function's configuration. The result puts them back. Throws `UserError` if the program has no amount URL.
 */
export function forgetUrlKeys(
  { deployment }: Pick<Deployed, "deployment">,
  passwords: Map<string, string>,
): () => void {
  const labels = deployment.resources.flatMap(({ archives }) => {
    const { urlTokens = [] } = objectIn(archives.code?.["config.json"]?.toString()) as Partial<AmountFunctionConfig>;
    return urlTokens.map(({ label }) => label);
  });
  const keys = [...passwords].filter(([made]) => labels.some((label) => made.includes(`-url-key-${label}",`)));
  if (keys.length === 0) throw new UserError("the program has no amount URL, so there is nothing to revoke.");
  for (const [made] of keys) passwords.delete(made);
  return () => {
    for (const [made, password] of keys) passwords.set(made, password);
  };
}
