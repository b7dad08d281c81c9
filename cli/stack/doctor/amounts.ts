import { formatCents } from "../../../lambda/agreements/dollars";
import { checkAmounts } from "../aws/checkAmounts";
import type { LiveStack } from "../find/live";
import { type Finding, fine, looked, note, wrong } from "./finding";

/** Each amount can be answered now. The function is asked directly, as the trigger function does it: that counts as nobody's question. */
export async function amountFindings(stack: LiveStack): Promise<Finding[]> {
  const { amounts } = stack;
  if (!amounts) return [];
  return looked("amounts", async () => {
    const names = Object.keys(amounts.config.amounts);
    const checked = await checkAmounts(stack.clients, amounts.name, names);
    return names.map((name) => {
      const about = `amount ${name}`;
      const answer = checked[name];
      if (answer === undefined) return wrong(about, "isn't answered");
      if ("cents" in answer) return fine(about, `is answered: ${formatCents(answer.cents)} at the moment`);
      if (amounts.config.amounts[name]?.paused)
        return note(about, "is paused in the program: every question gets an error");
      return wrong(about, `can't be answered (${answer.code}): ${answer.reason}`);
    });
  });
}
