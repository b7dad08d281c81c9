// What people would write by hand to answer an amount or to trigger a rule once: each does the same calls as our function.
import { SECRET_ARN } from "./loopback";

const secretWithSdk = `
const { GetSecretValueCommand, SecretsManagerClient } = require("@aws-sdk/client-secrets-manager");
const secretsManager = new SecretsManagerClient({});
const readSecret = async (arn) => (await secretsManager.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString;`;

const secretWithPowertools = `
const { getSecret } = require("@aws-lambda-powertools/parameters/secrets");
const readSecret = (arn) => getSecret(arn, { maxAge: 300 });`;

const amounts = (readSecret: string) => `
const axios = require("axios");
const { timingSafeEqual } = require("node:crypto");
${readSecret}
const secret = readSecret("${SECRET_ARN}");
const token = Buffer.from(process.env.URL_TOKEN);
exports.handler = async (event) => {
  const given = Buffer.from(event.pathParameters.token);
  if (given.length !== token.length || !timingSafeEqual(given, token)) return { statusCode: 404, body: "" };
  const { accessToken } = JSON.parse(await secret);
  const { data } = await axios.post(process.env.SEQUENCE_BASE_URL + "/accounts", {}, {
    headers: { "x-sequence-access-token": "Bearer " + accessToken },
    timeout: 10000,
  });
  const balance = data.data.accounts.find(({ name }) => name === "Bills Pod").balance.amountInDollars;
  const amountInCents = Math.max(0, 50000 - Math.round(balance * 100));
  return { statusCode: 200, headers: { "content-type": "application/json" }, body: JSON.stringify({ amountInCents }) };
};`;

const triggers = (readSecret: string) => `
const axios = require("axios");
const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, PutCommand, UpdateCommand } = require("@aws-sdk/lib-dynamodb");
${readSecret}
const secret = readSecret("${SECRET_ARN}");
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.LEDGER_TABLE;
${postRule()}
exports.handler = async ({ Records: [record] }) => {
  const { trigger, ruleId, scheduledTime } = JSON.parse(record.body);
  const pk = trigger + "#" + scheduledTime;
  await table.send(new PutCommand({ TableName, Item: { pk, status: "started" }, ConditionExpression: "attribute_not_exists(pk)" }));
  await postRule(ruleId, pk);
  await table.send(new UpdateCommand({
    TableName, Key: { pk }, UpdateExpression: "SET #s = :s",
    ExpressionAttributeNames: { "#s": "status" }, ExpressionAttributeValues: { ":s": "executed" },
  }));
  return { batchItemFailures: [] };
};`;

const triggersWithPowertools = `
const axios = require("axios");
const { IdempotencyConfig, makeIdempotent } = require("@aws-lambda-powertools/idempotency");
const { DynamoDBPersistenceLayer } = require("@aws-lambda-powertools/idempotency/dynamodb");
${secretWithPowertools}
const secret = readSecret("${SECRET_ARN}");
const persistenceStore = new DynamoDBPersistenceLayer({ tableName: process.env.LEDGER_TABLE });
const config = new IdempotencyConfig({ eventKeyJmesPath: "[trigger, scheduledTime]" });
${postRule()}
const once = makeIdempotent(({ trigger, ruleId, scheduledTime }) => postRule(ruleId, trigger + "#" + scheduledTime), { persistenceStore, config });
exports.handler = async ({ Records: [record] }, context) => {
  config.registerLambdaContext(context);
  await once(JSON.parse(record.body));
  return { batchItemFailures: [] };
};`;

function postRule(): string {
  return `
async function postRule(ruleId, key) {
  const apiSecret = JSON.parse(await secret)[ruleId];
  const { data } = await axios.post(process.env.SEQUENCE_BASE_URL + "/remote-api/rules/" + ruleId + "/trigger", {}, {
    headers: { "x-sequence-signature": "Bearer " + apiSecret, "idempotency-key": key },
    timeout: 10000,
  });
  if (data.code !== "OK") throw new Error("not accepted");
  return { accepted: true };
}`;
}

/** The packages of the peers, with the versions that the project tests with where it has them. */
export const PEER_PACKAGES = [
  "axios@1",
  "@aws-lambda-powertools/parameters@2",
  "@aws-lambda-powertools/idempotency@2",
  "@aws-sdk/client-secrets-manager@3",
  "@aws-sdk/client-dynamodb@3",
  "@aws-sdk/lib-dynamodb@3",
];

/** CommonJS sources. `usual` is measured as it is and bundled; Powertools only bundled, which is faster. */
export const peerSources = {
  amounts: { usual: amounts(secretWithSdk), powertools: amounts(secretWithPowertools) },
  triggers: { usual: triggers(secretWithSdk), powertools: triggersWithPowertools },
};

/** Does nothing at all: what a process, a file and a call cost. */
export const FLOOR = `exports.handler = async () => ({ statusCode: 200, batchItemFailures: [] });`;
