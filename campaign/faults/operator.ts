import { pass } from "../virtualTime";
import type { Boundary } from "./fault";

/** What people do around an occurrence, wisely or not. */
export interface Operator {
  /** Sequence takes a new API secret; the old one counts no more. */
  replaceSecretInSequence(): void;
  /** Secrets Manager holds the secret that Sequence takes. */
  replaceSecretInAws(): void;
  revokeSecret(): void;
  restoreSecret(): void;
  setRemote(remote: boolean): void;
  changePayload(): void;
  rename(): void;
  /** Its trigger leaves out days. */
  readonly hasSkipDates: boolean;
  /** Nothing is to happen on the occurrence's day, and the other way round. */
  leaveDayOut(): void;
  takeDayIn(): void;
  /** New processes take over; the old ones end what they do. */
  deployAgain(): void;
  /** A second message of this occurrence, by hand. */
  sendByHand(): void;
  /** "Start DLQ redrive" on the failure queue. */
  redriveFailures(): void;
}

const MINUTE_MS = 60_000;

export const peopleWork: Boundary<Operator> = {
  name: "people",
  share: 0.5,
  faults: [
    {
      name: "rotate the secret, in Sequence first",
      strike: async (operator, { random }) => {
        operator.replaceSecretInSequence();
        await pass(random.between(1, 600) * 1_000);
        operator.replaceSecretInAws();
      },
    },
    {
      name: "revoke the secret and restore it",
      strike: async (operator, { random }) => {
        operator.revokeSecret();
        await pass(random.between(1, 240) * MINUTE_MS);
        operator.restoreSecret();
      },
    },
    {
      name: "switch the rule off and on",
      weight: 0.3,
      strike: async (operator, { random }) => {
        operator.setRemote(false);
        await pass(random.between(1, 30) * MINUTE_MS);
        operator.setRemote(true);
      },
    },
    { name: "change the payload and deploy", strike: (operator) => operator.changePayload() },
    { name: "rename the trigger and deploy", strike: (operator) => operator.rename() },
    {
      name: "leave the day out and deploy",
      if: ({ hasSkipDates }) => hasSkipDates,
      strike: async (operator, { random }) => {
        await pass(random.between(0, 120) * MINUTE_MS);
        operator.leaveDayOut();
        if (random.chance(0.5)) return;
        await pass(random.between(1, 600) * MINUTE_MS);
        operator.takeDayIn();
      },
    },
    { name: "deploy again", strike: (operator) => operator.deployAgain() },
    {
      name: "send it by hand, too",
      strike: async (operator, { random }) => {
        await pass(random.between(0, 600) * MINUTE_MS);
        operator.sendByHand();
      },
    },
    {
      name: "redrive the failure queue",
      strike: async (operator, { random }) => {
        await pass(random.between(0, 60) * MINUTE_MS);
        operator.redriveFailures();
      },
    },
  ],
};
