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
  if (answer.FunctionError === undefined) return read(FunctionName, text, names);
  throw new StackError("problem", `the function ${FunctionName} fails before it computes anything: its log says why`);
}

/** A function of an earlier version takes the question for a request without a token, and somebody else's may answer anything. */
function read(FunctionName: string, text: string, names: readonly string[]): CheckedAmounts {
  try {
    return checkedAmounts(text, names);
  } catch (error) {
    throw new StackError(
      "problem",
      `${(error as Error).message}: ${FunctionName} can't say what it would answer, as a function of an earlier version can't. Deploy again with "pulumi up"`,
    );
  }
}
