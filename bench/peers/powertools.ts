import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Context } from "aws-lambda";
import { accepted, type Peer, type PeerDeps, type PeerEvent } from "./peer";

/** Powertools for AWS Lambda's idempotency utility, keyed by rule and scheduled time; Sequence gets a new key at each try. */
export const powertools: Peer = {
  name: "Powertools' idempotency utility with DynamoDB",
  handler: (deps) => {
    const persistenceStore = new DynamoDBPersistenceLayer({ tableName: "idempotency", awsSdkV3Client: clientOf(deps) });
    const config = new IdempotencyConfig({ eventKeyJmesPath: "[ruleId, scheduledTime]", expiresAfterSeconds: 86_400 });
    const once = makeIdempotent(
      async (event: PeerEvent) => ({
        answer: JSON.stringify(accepted(await deps.trigger(event.ruleId, deps.newId()))),
      }),
      { persistenceStore, config },
    );
    return (event, context) => {
      config.registerLambdaContext(context as unknown as Context);
      return once(event);
    };
  },
};

/** A real client whose commands go where the campaign wants them. */
function clientOf({ dynamoDb }: PeerDeps): DynamoDBClient {
  const credentials = { accessKeyId: "none", secretAccessKey: "none" };
  const client = new DynamoDBClient({ region: "us-east-1", credentials });
  const send = (command: { readonly constructor: { readonly name: string }; readonly input: object }) =>
    dynamoDb(command.constructor.name.replace(/Command\d*$/, ""), command.input);
  return Object.assign(client, { send });
}
