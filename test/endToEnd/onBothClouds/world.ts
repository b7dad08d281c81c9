import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { Sandbox } from "../../../sandbox";

/** A mail as the topic got it. */
export interface TopicMail {
  readonly subject: string;
  readonly message: string;
}

/**
 * The quickstart, deployed: by the sandbox on its own cloud, or by the sandbox's engine on an emulator by other authors. Times are the
 * cloud's; nothing here moves a clock.
 */
export interface World {
  readonly sequence: Sandbox["sequence"];
  /** The configuration's values by key, without the project's name. */
  config(key: string): string;
  /** The amount URLs by amount. */
  readonly amountUrls: Readonly<Record<string, string>>;
  /** The cloud's time, milliseconds since the epoch. */
  now(): number;
  /** Stores another value in the one secret whose logical name ends so. */
  putSecret(nameEnd: string, value: string): Promise<void>;
  /** Puts the item into the ledger's table that stops every trigger, or deletes it. */
  stopSwitch(on: boolean): Promise<void>;
  /** Puts a message into the work queue. */
  send(body: string): Promise<void>;
  /** Puts a message into the event queue, if the program has one. */
  sendEvent(body: string): Promise<void>;
  /** The occurrences in the ledger's table, as they are stored. */
  ledger(): Promise<Record<string, unknown>[]>;
  /** What lies in the failure queue. */
  failures(): Promise<Record<string, unknown>[]>;
  /** What the functions sent to the topic. */
  mails(): Promise<TopicMail[]>;
  /** The functions' own log lines with this event. */
  logged(event: string): Promise<Record<string, unknown>[]>;
  /** Waits until `condition` holds. */
  until(condition: () => boolean | Promise<boolean>, what: string): Promise<void>;
  /** Lets the stage's throttle take as many requests at once as it was declared with. */
  refillThrottle(): Promise<void>;
  stop(): Promise<void>;
}

/** The occurrences in the table, without what else the function notes there. */
export async function occurrencesIn(client: DynamoDBClient, TableName: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await DynamoDBDocumentClient.from(client).send(new ScanCommand({ TableName }));
  return Items.filter(({ state }) => state !== undefined);
}

/** What the schedule would put into the work queue for an occurrence that is due now. */
export function dueMessage(world: World, ageSeconds = 1): { body: string; scheduledTime: string } {
  const seconds = Math.floor(world.now() / 1000) - ageSeconds;
  const scheduledTime = new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
  return { body: JSON.stringify({ trigger: "payday", ruleId: "ru_12345", scheduledTime }), scheduledTime };
}

export function triggerCalls({ sequence }: World) {
  return sequence.calls.filter(({ endpoint }) => endpoint === "trigger");
}
