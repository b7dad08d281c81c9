import type { AmountReport, RunningSandbox } from "../../../sandbox";
import type { AmountView, AnswerView } from "../../shared/types";

const LATEST_ANSWERS = 5;

export function amounts(sandbox: RunningSandbox): AmountView[] {
  const answers = (amount: string) => sandbox.amountReports.filter(({ name }) => name === amount);
  const withUrl = new Set(Object.keys(sandbox.amountUrls).map((path) => path.split(".").at(-1)));
  return sandbox.amounts().map(({ name, kind, sentence, account }) => ({
    ...{ name, kind, sentence },
    ...(account === undefined ? {} : { account }),
    hasUrl: withUrl.has(name),
    answers: answers(name).slice(-LATEST_ANSWERS).reverse().map(answerView),
  }));
}

function answerView({ at, awsRequestId, amountInCents, working = [], code, reason }: AmountReport): AnswerView {
  return {
    ...{ at, awsRequestId, working },
    ...(amountInCents === undefined ? {} : { cents: amountInCents }),
    ...(code === undefined ? {} : { code }),
    ...(reason === undefined ? {} : { reason }),
  };
}
