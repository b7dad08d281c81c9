import { setTimeout as pause } from "node:timers/promises";
import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { SubscribeCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import type { Deployment } from "../../sandbox";
import { createJournal } from "../../sandbox/aws/journal";
import { SandboxClock } from "../../sandbox/clock";
import { readProject } from "../../sandbox/engine";
import { SequenceSimulator } from "../../sandbox/sequence";
import { readSettings, resolveCredentials } from "../../sandbox/settings";
import { occurrencesIn, type TopicMail, type World } from "../endToEnd/onBothClouds/world";
import { ask, root } from "../endToEnd/support";
import type { Changes, EmulatorCloud } from "./cloud";
import { CONFIG, deployProgram, emulatorCloud, resource } from "./deployment";

const TRIES = 600;
const TRY_EVERY_MS = 50;
const FLUSH_EVERY_TRIES = 30;

/** The quickstart on the emulator, with what only its own tests look at. */
export interface EmulatorWorld extends World {
  readonly cloud: EmulatorCloud;
  /** The latest deployment. */
  deployment(): Deployment;
  /** Deploys another program, or the same one changed, over what is there. */
  deployAgain(directory: string): Promise<Changes>;
  /** Deletes everything. What is left over in the account is an error. */
  stop(): Promise<void>;
}

/** Runs the quickstart, or another program with its sandbox.yaml, on the emulator. */
export async function startEmulatorWorld(directory = root): Promise<EmulatorWorld> {
  const clock = new SandboxClock();
  const settings = readSettings(`${readProject(directory).programDirectory}/sandbox.yaml`);
  let deployment: Deployment | undefined;
  const amountUrls = () => deployment?.outputs.amountUrls as Record<string, string>;
  const sequence = new SequenceSimulator({
    clock,
    journal: createJournal(clock),
    settings: resolveCredentials(settings, (key) => CONFIG[key as keyof typeof CONFIG]).sequence,
    resolveAmountUrl: (path) => amountUrls()[path.split(".").at(-1) as string] as string,
  });
  const cloud = emulatorCloud(await sequence.start());
  const { clients } = cloud.place;
  const outputOf = (type: string, nameEnd: string, output: string) =>
    String(resource(deployment as Deployment, type, nameEnd).state[output]);
  const queueUrl = (nameEnd: string) => outputOf("aws:sqs/queue:Queue", nameEnd, "url");
  let inbox: Inbox;
  try {
    deployment = (await deployProgram(cloud, { directory })).result;
    inbox = await openInbox(cloud, outputOf("aws:sns/topic:Topic", "-topic", "arn"));
  } catch (error) {
    await cloud.destroy();
    await sequence.stop();
    clock.stop();
    throw error;
  }
  // MiniStack 1.5.33 takes a function's last lines now and then only with its next invocation. These do nothing.
  const flushLogs = async () => {
    const FunctionName = outputOf("aws:lambda/function:Function", "-triggers-function", "name");
    await clients.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify({ Records: [] }) }));
    await ask(String(Object.values(amountUrls())[0]));
  };

  return {
    cloud,
    sequence,
    config: (key) => CONFIG[key as keyof typeof CONFIG],
    get amountUrls() {
      return amountUrls();
    },
    deployment: () => deployment as Deployment,
    async deployAgain(changed) {
      const { result, changes } = await deployProgram(cloud, { directory: changed });
      deployment = result;
      return changes;
    },
    now: Date.now,
    async putSecret(nameEnd, SecretString) {
      const SecretId = outputOf("aws:secretsmanager/secret:Secret", nameEnd, "arn");
      await clients.secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
    },
    async stopSwitch(on) {
      const TableName = outputOf("aws:dynamodb/table:Table", "-ledger", "name");
      const key = { key: { S: "pause" } };
      if (on) await clients.dynamoDb.send(new PutItemCommand({ TableName, Item: key }));
      else await clients.dynamoDb.send(new DeleteItemCommand({ TableName, Key: key }));
    },
    async send(MessageBody) {
      await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl("-work"), MessageBody }));
    },
    async sendEvent(MessageBody) {
      await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl("-events"), MessageBody }));
    },
    ledger: () => occurrencesIn(clients.dynamoDb, outputOf("aws:dynamodb/table:Table", "-ledger", "name")),
    failures: async () => (await peek(cloud, queueUrl("-failures"))).map((body) => JSON.parse(body)),
    mails: inbox.mails,
    logged: (event) => logged(cloud, deployment as Deployment, event),
    async until(condition, what) {
      for (let tries = 0; tries < TRIES; tries++) {
        if (await condition()) return;
        await pause(TRY_EVERY_MS);
        if (tries % FLUSH_EVERY_TRIES === FLUSH_EVERY_TRIES - 1) await flushLogs();
      }
      throw new Error(`it never came to this: ${what}`);
    },
    // MiniStack 1.5.33 has no throttles.
    refillThrottle: async () => {},
    async stop() {
      await inbox.close();
      await cloud.destroy();
      await sequence.stop();
      clock.stop();
      const left = await cloud.list();
      if (left.length > 0) throw new Error(`the deletion has left over ${left.join(", ")}`);
    },
  };
}

interface Inbox {
  mails(): Promise<TopicMail[]>;
  close(): Promise<void>;
}

/** MiniStack sends no mails, so a queue of the test's own is subscribed to the topic beside the address. */
async function openInbox({ place: { clients } }: EmulatorCloud, TopicArn: string): Promise<Inbox> {
  const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: "inbox-of-the-tests" }));
  const { Attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  const QueueArn = String(Attributes?.QueueArn);
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Principal: { Service: "sns.amazonaws.com" },
        Resource: QueueArn,
        Condition: { ArnEquals: { "aws:SourceArn": TopicArn } },
      },
    ],
  });
  await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const { SubscriptionArn } = await clients.sns.send(
    new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: QueueArn, ReturnSubscriptionArn: true }),
  );
  const received: TopicMail[] = [];
  let closed = false;
  return {
    async mails() {
      for (let more = true; more; ) {
        const { Messages = [] } = await clients.sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
        );
        for (const { Body = "" } of Messages) {
          const { Subject, Message } = JSON.parse(Body);
          received.push({ subject: Subject, message: Message });
        }
        more = Messages.length > 0;
      }
      return received;
    },
    async close() {
      if (closed) return;
      closed = true;
      await clients.sns.send(new UnsubscribeCommand({ SubscriptionArn }));
      await clients.sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
}

/** The bodies of the queue's messages, which stay in it. */
async function peek({ place: { clients } }: EmulatorCloud, QueueUrl: string): Promise<string[]> {
  const { Messages = [] } = await clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
  );
  return Messages.map(({ Body = "" }) => Body);
}

async function logged(cloud: EmulatorCloud, deployment: Deployment, event: string) {
  const groups = deployment.resources.filter(
    ({ type, name }) => type === "aws:cloudwatch/logGroup:LogGroup" && name.endsWith("s-logs"),
  );
  const lines: Record<string, unknown>[] = [];
  for (const { id: logGroupName } of groups) {
    const { events = [] } = await cloud.place.clients.logs.send(new FilterLogEventsCommand({ logGroupName }));
    for (const { message = "" } of events) if (message.startsWith("{")) lines.push(JSON.parse(message));
  }
  return lines.filter((line) => line.event === event);
}
