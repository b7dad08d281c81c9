import { UserError } from "../engine";
import { askAmount } from "../sequence/askAmount";
import type { SimulatorModes } from "../sequence/modes";
import { didYouMean } from "../settings";
import { whyNoAmount } from "./amountReasons";
import { amountName } from "./amountUrls";
import type { AmountAnswer, AmountReport } from "./types";

/** Asks for an amount as Sequence does, by its name or by the path of its output. Rejects with `UserError` if there is none. */
export async function askForAmount(
  name: string,
  urls: Readonly<Record<string, string>>,
  sandbox: { readonly amountReports: readonly AmountReport[]; readonly modes: SimulatorModes; idle(): Promise<void> },
): Promise<AmountAnswer> {
  const url = urlOf(urls, name);
  const answer = await askAmount(url, sandbox.modes.amountRequest, new AbortController().signal);
  await sandbox.idle();
  const known = amountName(name);
  if ("amountInCents" in answer) return { name: known, amountInCents: answer.amountInCents };
  const reason = whyNoAmount(sandbox.amountReports, answer);
  return { name: known, reason, ...(answer.code === undefined ? {} : { code: answer.code }) };
}

function urlOf(urls: Readonly<Record<string, string>>, name: string): string {
  const exact = urls[name];
  if (exact !== undefined) return exact;
  const paths = Object.keys(urls);
  const [path, ...more] = paths.filter((each) => amountName(each) === name);
  if (path !== undefined && more.length === 0) return urls[path] as string;
  const names = paths.map(amountName);
  const known =
    path === undefined
      ? `The stack's outputs hold ${names.join(", ") || "none: export amountUrls of the component"}.${didYouMean(name, names)}`
      : `Several outputs hold one: ${[path, ...more].join(", ")}.`;
  throw new UserError(`there is no amount "${name}". ${known}`);
}
