import { styled } from "../../format";
import type { Call, Result, StackCommand } from "../command";
import { alarmFindings } from "../doctor/alarms";
import { amountFindings } from "../doctor/amounts";
import { apiFindings } from "../doctor/api";
import { clockFindings } from "../doctor/clock";
import { costFindings } from "../doctor/costs";
import { type Finding, type Mark, marks } from "../doctor/finding";
import { functionFindings } from "../doctor/functions";
import { runFindings, urlFindings } from "../doctor/history";
import { ledgerFindings } from "../doctor/ledger";
import { ledgerKeepingFindings } from "../doctor/ledgerKeeping";
import { logGroupFindings } from "../doctor/logGroups";
import { mailFindings } from "../doctor/mail";
import { policyFindings } from "../doctor/policies";
import { queueSettingFindings } from "../doctor/queueSettings";
import { queueFindings } from "../doctor/queues";
import { recordFindings } from "../doctor/record";
import { scheduleFindings } from "../doctor/schedules";
import { secretFindings } from "../doctor/secrets";
import { StackError } from "../exit";
import type { LiveStack } from "../find/live";
import { waiting } from "../tell";

interface Options {
  readonly testMail: boolean;
}

/** Looks whether everything of a live stack is as it should be. It changes nothing, and sends nothing but the test mail. */
export const doctor: StackCommand = {
  name: "doctor",
  declare: (command) => command.option("--test-mail", "also send a mail to whoever is told of failures", false),
  examples: [
    ["doctor", "the stack of this folder's project"],
    ["doctor --stack prod --test-mail", "another stack, and whether mails arrive"],
    ["doctor --json", "for a program"],
  ],
  async run({ options, stack }: Call<Options>) {
    const found = await stack();
    const all = await waiting(`Looking at ${found.name}`, findings(found, options));
    refuseIfBlind(all);
    return report(found, all);
  },
};

async function findings(stack: LiveStack, { testMail }: Options): Promise<Finding[]> {
  const looks = [
    recordFindings(stack),
    secretFindings(stack),
    amountFindings(stack),
    urlFindings(stack),
    apiFindings(stack),
    scheduleFindings(stack),
    runFindings(stack),
    queueFindings(stack),
    queueSettingFindings(stack),
    ledgerFindings(stack),
    ledgerKeepingFindings(stack),
    functionFindings(stack),
    policyFindings(stack),
    mailFindings(stack, testMail),
    alarmFindings(stack),
    logGroupFindings(stack),
    clockFindings(stack),
    costFindings(stack),
  ];
  return (await Promise.all(looks)).flat();
}

/** Without credentials, say, each line would tell the same. Throws `StackError` then. */
function refuseIfBlind(all: readonly Finding[]): void {
  const [first, ...more] = all.filter(({ mark }) => mark !== "absent");
  if (!first || ![first, ...more].every(({ mark, says }) => mark === "unseen" && says === first.says)) return;
  throw new StackError("unseen", `${first.about} and everything else ${first.says}`);
}

const COLOURS = { fine: "green", note: "yellow", wrong: "red", unseen: "yellow", absent: "dim" } as const;

function report({ name, region, isSandbox, stack }: LiveStack, all: readonly Finding[]): Result {
  const count = (mark: Mark) => all.filter((finding) => finding.mark === mark).length;
  const [wrong, unseen] = [count("wrong"), count("unseen")];
  return {
    exit: wrong > 0 ? "problem" : unseen > 0 ? "unseen" : "fine",
    lines: [
      styled("bold", `${name} in ${isSandbox ? "the sandbox" : region}${stack === undefined ? "" : ` (${stack})`}`),
      ...all.flatMap(({ mark, about, says, todo }) => [
        `${styled(COLOURS[mark], marks[mark])} ${about}: ${says}`,
        ...(todo === undefined ? [] : [`    → ${todo}`]),
      ]),
      "",
      verdict(wrong, unseen, count("note")),
    ],
    json: { stack: name, region, findings: all, wrong, unseen },
  };
}

function verdict(wrong: number, unseen: number, notes: number): string {
  const parts = [
    wrong > 0
      ? styled("red", `${wrong} wrong (✗)`)
      : unseen > 0
        ? "Nothing wrong was seen"
        : styled("green", "Nothing is wrong"),
    ...(notes > 0 ? [`${notes} to know (!)`] : []),
    ...(unseen > 0 ? [`${unseen} not seen (?)`] : []),
  ];
  return `${parts.join(", ")}.`;
}
