import { join } from "node:path";
import { ACCESS_TOKEN_FIELD, type AmountFunctionConfig, amountEnvironment } from "../agreements/amountConfig";
import { rulesOf } from "../agreements/amountKinds";
import { given } from "../agreements/given";
import { SequenceClient } from "../client";
import { createLogger, translatePlaces } from "../log";
import { SecretCache } from "../secrets";
import { customModule, sourcePlaces } from "./amountsModule";
import { keepLeftBehindFromRuntime, watchedFor } from "./leftBehind";
import { startAmounts } from "./start";

const logger = createLogger();
const amountsFile = join(__dirname, "amounts.js");
const customAmount = customModule(() =>
  watchedFor(
    (error) => logger.error("amount.leftBehind", { module: "amounts.js", error }),
    () => require(amountsFile),
  ),
);
const secrets = new SecretCache({ logger });
const accessTokenArn = process.env[amountEnvironment.accessTokenSecretArn];

const client = sequenceClient();

/** What AWS Lambda calls: bundled to `index.js`, beside `config.json` and, if there are custom amounts, `amounts.js`. */
export const handler = startAmounts({ client, customAmount, logger }, (config) => {
  if (Object.values(config.amounts).some(({ kind }) => kind === "Custom")) watchCustomAmounts();
  warmUp(config);
});

/** Called before the amounts module is loaded, because loading it can fail too. */
function watchCustomAmounts(): void {
  translatePlaces(sourcePlaces(amountsFile));
  keepLeftBehindFromRuntime();
}

function sequenceClient(): SequenceClient {
  return new SequenceClient({
    ...given({
      accessToken: accessTokenArn ? secrets.credential(accessTokenArn, ACCESS_TOKEN_FIELD) : undefined,
      baseUrl: process.env[amountEnvironment.baseUrl],
      accountsPath: process.env[amountEnvironment.accountsPath],
    }),
    onAttempt: ({ requestId, ...report }) => {
      if (report.code) logger.warn("sequence.attempt", { ...report, sequenceRequestId: requestId });
    },
  });
}

/** Does in the init phase what the first request would wait for. */
function warmUp(config: AmountFunctionConfig): void {
  const specs = Object.entries(config.amounts);
  if (accessTokenArn && specs.some(([, spec]) => rulesOf(spec).readsAccounts)) {
    secrets.prefetch(accessTokenArn);
    client.preconnect();
  }
  for (const [name, spec] of specs) {
    if (spec.kind !== "Custom") continue;
    try {
      customAmount(spec.export ?? name);
    } catch (error) {
      // Requests for the other amounts can still be answered.
      logger.error("amount.defective", { amount: name, error });
    }
  }
}
