import { accountsAreRead } from "./accounts";
import { eventIsSent } from "./events";
import type { Boundary } from "./fault";
import { titleOf } from "./fault";
import { lambdaRuns } from "./lambda";
import { sequenceIsCalled } from "./network";
import { paceIsKept, skippedIsNoted } from "./notes";
import { peopleWork } from "./operator";
import { amountsAreChecked } from "./preflight";
import { amountLogIsRead, rulesAsk } from "./questions";
import { queueDelivers } from "./queue";
import { schedulerFires } from "./scheduler";
import { SERVICES } from "./services";
import { switchIsRead, switchIsUsed } from "./stopSwitch";

/** Every boundary with its faults. A new one is a file beside this one and a line here. */
// biome-ignore lint/suspicious/noExplicitAny: each boundary names what crosses it
const BOUNDARIES: readonly Boundary<any>[] = [
  schedulerFires,
  eventIsSent,
  queueDelivers,
  lambdaRuns,
  sequenceIsCalled,
  ...Object.values(SERVICES),
  peopleWork,
  switchIsUsed,
  switchIsRead,
  paceIsKept,
  skippedIsNoted,
  amountsAreChecked,
  rulesAsk,
  amountLogIsRead,
];

/** The names of the faults of the amount endpoint's own boundary. */
export const FAULT_TITLES_OF_AMOUNTS: readonly string[] = accountsAreRead.faults.map((fault) =>
  titleOf(accountsAreRead, fault),
);

/** The names of all faults, as they are counted. */
export const FAULT_TITLES: readonly string[] = BOUNDARIES.flatMap((boundary) =>
  boundary.faults.map((fault) => titleOf(boundary, fault)),
);
