import {
  GetSecretValueCommand,
  type GetSecretValueCommandOutput,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { credentialIn } from "../../lambda/secrets/value";
import { type Ask, openAsk } from "../askHidden";
import { callOf } from "./aws/calls";
import { clientsFor } from "./aws/clients";
import { isCertainlyRefused, isMissing, reasonOf } from "./aws/explain";
import { StackError } from "./exit";
import { waiting } from "./tell";

export interface FillOptions {
  /** Defaults to one for the region of the ARN, which ends with the command. */
  readonly client?: SecretsManagerClient;
  /** Throws if a value must not be stored. */
  readonly tried?: (value: string) => Promise<void>;
}

/**
 * Asks for the fields' values and stores them beside what the secret holds: one secret serves several rules, and a value that replaced
 * the whole would stop the others. Returns the fields that were stored. Throws `StackError`, also if a field has no value at the end.
 */
export async function fillSecret(
  arn: string,
  fields: readonly string[],
  { client: own, tried }: FillOptions = {},
): Promise<readonly string[]> {
  const region = /^arn:[\w-]+:secretsmanager:([\w-]+):\d{12}:secret:\S+$/.exec(arn)?.[1];
  if (region === undefined) throw new StackError("usage", `${arn} is not the ARN of a secret`);
  const client = own ?? clientsFor(region).secretsOf(arn);
  const ask = openAsk();
  try {
    const before = fieldsIn(await read(client, arn), fields);
    const given = await askFor(fields, before, arn, ask);
    for (const value of Object.values(given)) await tried?.(value);
    if (Object.keys(given).length > 0) {
      // Read again: somebody may have stored something while this one was asked.
      const latest = fieldsIn(await read(client, arn), fields);
      await store(client, arn, JSON.stringify({ ...latest, ...given }));
      const kept = Object.keys(latest).filter((field) => !(field in given));
      tell(`Stored ${list(Object.keys(given))}${kept.length > 0 ? `, kept ${list(kept)}` : ""}.`);
      if (Object.keys(latest).length > 0) tell("Secrets Manager keeps what was there before as AWSPREVIOUS.");
    } else tell("Nothing was stored.");
    const missing = fields.filter((field) => !(field in before) && !(field in given));
    if (missing.length > 0) throw new StackError("problem", `${list(missing)} still has no value`);
    return Object.keys(given);
  } catch (error) {
    // Of AWS's errors the command makes words.
    if (error instanceof StackError || callOf(error)) throw error;
    throw new StackError("problem", (error as Error).message);
  } finally {
    ask.close();
    client.destroy();
  }
}

async function store(client: SecretsManagerClient, SecretId: string, SecretString: string): Promise<void> {
  try {
    await waiting("Storing it", client.send(new PutSecretValueCommand({ SecretId, SecretString })));
  } catch (error) {
    if (isCertainlyRefused(error)) throw new StackError("unseen", `nothing was stored: ${reasonOf(error)}`);
    throw new StackError(
      "problem",
      `it is not known whether it was stored: ${reasonOf(error)}. Type the same again: that changes nothing if it was`,
    );
  }
}

/** The secret's current version; undefined if it has none yet. */
async function read(client: SecretsManagerClient, arn: string): Promise<GetSecretValueCommandOutput | undefined> {
  try {
    return await waiting("Reading the secret", client.send(new GetSecretValueCommand({ SecretId: arn })));
  } catch (error) {
    const { name, message } = error as Error;
    // A missing secret and one without a value give the same error. Only its text differs.
    if (name === "ResourceNotFoundException" && /staging label/i.test(message)) return undefined;
    if (!isMissing(error)) throw error;
    throw new StackError(
      "unseen",
      `there is no secret ${arn}: look at the ARN, and at the account ("aws sts get-caller-identity")`,
    );
  }
}

/** @throws Error if the secret doesn't hold one value a field, because storing one would lose the others. */
function fieldsIn(stored: GetSecretValueCommandOutput | undefined, fields: readonly string[]): Record<string, unknown> {
  const text = stored?.SecretString?.trim() ?? "";
  if (text === "" && !stored?.SecretBinary) return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {}
  // The access token has a secret to itself, so whatever is there may be replaced.
  if (fields.join() === "accessToken") return {};
  throw new Error(
    "the secret holds something else than a JSON object with a field for each rule, so that storing one field would lose it for the others. " +
      'Store the whole, such as {"ru_12345":"<its API secret>"}, with "aws secretsmanager put-secret-value"; then this command can change a field of it',
  );
}

async function askFor(
  fields: readonly string[],
  before: Record<string, unknown>,
  arn: string,
  ask: Ask,
): Promise<Record<string, string>> {
  const given: Record<string, string> = {};
  for (const field of fields) {
    const state = field in before ? "Enter alone keeps the value that is there" : "it has none yet";
    const text = (
      await ask.hidden(`${field}: paste the value, which isn't shown, and press Enter (${state}): `)
    ).trim();
    if (text !== "") given[field] = credentialIn(text, arn, field);
  }
  return given;
}

function list(fields: readonly string[]): string {
  return fields.join(", ");
}

/** Standard error, so that a person sees the lines even if the output is redirected. */
function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
