import { InvokeCommand } from "@aws-sdk/client-lambda";
import { type CheckedAmounts, checkedAmounts } from "../../../lambda/agreements/amountCheck";
import { StackError } from "../exit";
import type { Clients } from "./clients";

/**
 * What the amounts of these names would be answered now, each for itself. It moves no metric and sets off no alarm. Throws `StackError`
 * if the function can't run.
 */
export async function checkAmounts(
  clients: Clients,
  FunctionName: string,
  names: readonly string[],
): Promise<CheckedAmounts> {
  const Payload = JSON.stringify({ check: names });
  const answer = await clients.lambda.send(new InvokeCommand({ FunctionName, Payload }));
  const text = Buffer.from(answer.Payload ?? []).toString("utf8");
  if (answer.FunctionError === undefined) return checkedAmounts(text, names);
  throw new StackError("problem", `the function ${FunctionName} fails before it computes anything: its log says why`);
}
