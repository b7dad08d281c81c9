import { GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import type { LiveStack } from "../find/live";
import { absent, type Finding, fine, looked, note, wrong } from "./finding";

const ABOUT = "clock";
/** From five minutes on, AWS refuses signatures. */
const REFUSED_MS = 5 * 60_000;
const WORTH_TELLING_MS = 60_000;

/** This machine's clock against the time that AWS answers with. */
export function clockFindings(stack: LiveStack): Promise<Finding[]> {
  return looked(ABOUT, async () => {
    if (stack.isSandbox) return [absent(ABOUT, "not checked there: the sandbox has a clock of its own")];
    const askedAt = Date.now();
    const date = await dateOf(stack);
    if (date === undefined) return [absent(ABOUT, "not checked there: the answer has no date")];
    // The header has whole seconds, and was written somewhere between question and answer.
    const offMs = (askedAt + Date.now()) / 2 - (date + 500);
    const seconds = Math.round(Math.abs(offMs) / 1000);
    const says = `this machine is ${seconds} ${seconds === 1 ? "second" : "seconds"} ${offMs > 0 ? "ahead of" : "behind"} AWS`;
    if (Math.abs(offMs) < WORTH_TELLING_MS) return [fine(ABOUT, says)];
    return [(Math.abs(offMs) < REFUSED_MS ? note : wrong)(ABOUT, says, "let the system set the clock by the network")];
  });
}

type Answer = { readonly headers?: Readonly<Record<string, string>> } | undefined;

async function dateOf({ clients, amounts, triggers }: LiveStack): Promise<number | undefined> {
  const FunctionName = (amounts ?? triggers)?.name ?? "";
  let answer: Answer;
  const { lambda } = clients;
  const name = "dateOfAws";
  lambda.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      answer = result.response as Answer;
      return result;
    },
    { step: "deserialize", name, override: true },
  );
  try {
    await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  } finally {
    lambda.middlewareStack.remove(name);
  }
  const date = Date.parse(answer?.headers?.date ?? "");
  return Number.isNaN(date) ? undefined : date;
}
