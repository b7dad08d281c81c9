import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  arnOf,
  awsClientOptions,
  failures,
  ledgerTable,
  logged,
  mails,
  pass,
  root,
  startQuickstart,
  stopSwitch,
  urlsOf,
  workQueue,
} from "../support";
import { occurrencesIn, type World } from "./world";

const PROJECT = "sequence-quickstart";

/** Long enough for a burst as large as the quickstart's. */
const REFILL_MS = 5_000;

export async function startSandboxWorld(directory = root): Promise<World> {
  const sandbox = await startQuickstart({ directory });
  const { cloud, deployment, sequence, clock } = sandbox;
  return {
    sequence,
    config: (key) => String(sandbox.config.get(`${PROJECT}:${key}`)),
    amountUrls: urlsOf(sandbox),
    now: () => clock.now(),
    async putSecret(nameEnd, value) {
      const secret = deployment.resources.find(
        ({ type, name }) => type === "aws:secretsmanager/secret:Secret" && name.endsWith(nameEnd),
      );
      cloud.secrets.put(String(secret?.id), value);
    },
    stopSwitch: (on) => stopSwitch(sandbox, on),
    async send(body) {
      cloud.queues.send(workQueue(sandbox), body);
    },
    async sendEvent(body) {
      cloud.queues.send(arnOf(sandbox, "aws:sqs/queue:Queue", "-events"), body);
    },
    async ledger() {
      const client = new DynamoDBClient(awsClientOptions(sandbox));
      const items = await occurrencesIn(client, ledgerTable(sandbox));
      client.destroy();
      return items;
    },
    failures: async () => failures(sandbox),
    mails: async () => mails(sandbox),
    logged: async (event) => logged(sandbox, event),
    async until(condition, what) {
      await sandbox.idle();
      if (!(await condition())) throw new Error(`it never came to this: ${what}`);
    },
    refillThrottle: () => pass(sandbox, REFILL_MS),
    stop: () => sandbox.stop(),
  };
}
