import { createHash } from "node:crypto";
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Context } from "aws-lambda";
import { accepted, type Peer, type PeerDeps, type PeerEvent } from "./peer";

/**
 * Powertools for AWS Lambda's idempotency utility as a careful user writes it:
 * - records are keyed by rule and scheduled time, not by the whole event, whose execution id differs at each of Scheduler's tries;
 * - Sequence gets a key made of the same two, so that every try has it;
 * - a record stands for a day, as long as Sequence's newer API remembers a key;
 * - the Lambda context is registered, so that an invocation that died doesn't block its occurrence for ever.
 *
 * What fails is left to Lambda's two retries, with no dead-letter queue, as in the other peers.
 */
export const powertools: Peer = {
  name: "Powertools' idempotency utility with DynamoDB",
  handler: (deps) => {
    const persistenceStore = new DynamoDBPersistenceLayer({ tableName: "idempotency", awsSdkV3Client: clientOf(deps) });
    const config = new IdempotencyConfig({ eventKeyJmesPath: "[ruleId, scheduledTime]", expiresAfterSeconds: 86_400 });
    const once = makeIdempotent(
      async (event: PeerEvent) => ({
        answer: JSON.stringify(accepted(await deps.trigger(event.ruleId, keyOf(event)))),
      }),
      { persistenceStore, config },
    );
    return (event, context) => {
      config.registerLambdaContext(context as unknown as Context);
      return once(event);
    };
  },
};

/** 36 characters, as Sequence's newer API allows. */
function keyOf({ ruleId, scheduledTime }: PeerEvent): string {
  return createHash("sha256").update(`${ruleId} ${scheduledTime}`).digest("hex").slice(0, 36);
}

/** A real client whose commands go where the campaign wants them. */
function clientOf({ dynamoDb }: PeerDeps): DynamoDBClient {
  const credentials = { accessKeyId: "none", secretAccessKey: "none" };
  const client = new DynamoDBClient({ region: "us-east-1", credentials });
  const send = (command: { readonly constructor: { readonly name: string }; readonly input: object }) =>
    dynamoDb(command.constructor.name.replace(/Command\d*$/, ""), command.input);
  return Object.assign(client, { send });
}
