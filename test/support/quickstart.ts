import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeProgram } from "./program";

const folder = join(__dirname, "..", "..", "examples", "quickstart");

/** The folder of the quickstart with one text in place of another, as `String.replace` does it. */
export function changedQuickstart(text: string, replacement: string): string {
  const program = readFileSync(join(folder, "index.ts"), "utf8");
  if (!program.includes(text)) throw new Error(`the quickstart has no ${text}`);
  return writeProgram({
    "Pulumi.yaml": "name: sequence-quickstart\nruntime: nodejs\n",
    "index.ts": program.replace(text, replacement),
    "sandbox.yaml": readFileSync(join(folder, "sandbox.yaml"), "utf8"),
  });
}

/** Another trigger of the quickstart's rule, which events set off: the first in its `triggers`. */
export const INVOICE = 'invoice: { ruleId: "ru_12345", apiSecret: config.requireSecret("paydaySecret") },';
