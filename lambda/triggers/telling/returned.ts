import type { ReturnedFailure } from "../../agreements/failureMessage";
import { givenUpOf } from "../lifecycle/givenUp";
import type { LedgerItem } from "../lifecycle/ledgerItem";
import { OccurrenceLedger } from "../occurrenceLedger";
import type { MailText, TriggerDeps } from "../ports";
import { occurrenceFailure, titleOf } from "./failure";
import { mail } from "./mails";
import { sendMail } from "./tell";

/** What is known of a returned failure's occurrence now: an item of the ledger, none, or that the ledger couldn't be read. */
type Known = LedgerItem | "nothing" | "unreadable";

/**
 * Somebody moved a failure into the work queue, as "Start DLQ redrive" in AWS's console does. The failure goes back as it was, and
 * nothing is called. The mail says what the ledger knows now, because the occurrence may have been run since. Rejects if the failure
 * queue doesn't take it.
 */
export async function tellReturned(deps: TriggerDeps, failure: ReturnedFailure): Promise<void> {
  await deps.failureQueue.send(failure);
  const { trigger, idempotencyKey: key, executed } = failure;
  const known = typeof key === "string" ? await lookUp(deps, key) : "nothing";
  const state = typeof known === "string" ? known : known.state;
  deps.logger.warn("failure.returned", { trigger, key, executed, state });
  await sendMail(deps, returnedMail(deps, failure, known));
}

async function lookUp(deps: TriggerDeps, key: string): Promise<Known> {
  try {
    return (await new OccurrenceLedger(deps.ledger, deps.sleep).read(key)) ?? "nothing";
  } catch (error) {
    deps.logger.warn("ledger.unavailable", { key, error });
    return "unreadable";
  }
}

function returnedMail(deps: TriggerDeps, failure: ReturnedFailure, known: Known): MailText {
  const isRun = typeof known !== "string" && known.state === "executed";
  return mail(
    isRun ? "a failure was put back, its occurrence was executed since" : "a failure was put back, nothing was run",
    [
      'A message of the failure queue was moved into the work queue, as "Start DLQ redrive" in the console of AWS does. That runs nothing: the ' +
        "message lies in the failure queue again, as it was.",
      ...courseOf(deps, failure, known),
    ],
  );
}

const DISCARD = "npx sequence-remote-api failures lists it, and deletes it.";

/** What has happened and is to be done, as paragraphs. */
function courseOf(deps: TriggerDeps, failure: ReturnedFailure, known: Known): string[] {
  if (known === "nothing") return asItWas(failure);
  if (known === "unreadable")
    return [
      "The ledger could not be read just now. What follows was so when the message was written, and may not be so any more.",
      ...asItWas(failure),
    ];
  const what = `${titleOf(known)} (rule ${known.ruleId})`;
  const last = known.lastTriedAt ?? known.updatedAt;
  switch (known.state) {
    case "executed":
      return [
        `${what} was executed since, last tried at ${last}. There is nothing to do: delete the message in the failure queue. ${DISCARD}`,
      ];
    case "test-mode":
      return [
        `Sequence accepted ${what} since, last tried at ${last}, but its answer reads as if the rule were in test mode. Another mail said ` +
          `then what to do. Delete the message in the failure queue when it is dealt with. ${DISCARD}`,
      ];
    case "claimed":
    case "waiting":
      return [
        `The ledger says that ${what} is being tried, last at ${last}. If somebody has sent it by hand, wait: another mail says how that ends. ` +
          "If not, look in Sequence whether it ran before you run the command.",
        ...commandOf(failure.command),
      ];
    case "dry-run":
      return asItWas(failure);
    case "skipped":
    case "failed": {
      const { whatHappened, whatToDo, command } = occurrenceFailure(deps, known, known, givenUpOf(known));
      return asItWas({ whatHappened, whatToDo, command });
    }
  }
}

function asItWas({ whatHappened, whatToDo, command }: ReturnedFailure): string[] {
  return [`What happened: ${whatHappened}`, `What to do: ${whatToDo}`, ...commandOf(command)];
}

function commandOf(command: unknown): string[] {
  return typeof command === "string" ? [`The command:\n${command}`] : [];
}
