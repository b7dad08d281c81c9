import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { unreadable } from "../../lambda/secrets/error";
import { credentialIn } from "../../lambda/secrets/value";
import { openAsk } from "../askHidden";
import type { Clients } from "./aws/clients";
import { StackError } from "./exit";
import { waiting } from "./tell";

/** A secret of the stack, and the field of the value in it. */
interface StackSecret {
  readonly clients: Clients;
  readonly arn: string;
  readonly field: string;
}

/** Where a credential of Sequence's comes from: never from an argument, which a shell's history and every process list have. */
export interface CredentialSources {
  /** What it is, for messages and the question. */
  readonly what: string;
  /** With `--stdin`: a line of standard input, which a terminal doesn't show. */
  readonly stdin: boolean;
  /** Else this environment variable, if it is set. */
  readonly variable: string | undefined;
  /** Else the stack's own. */
  secret(): Promise<StackSecret>;
}

/** The first of the sources that is there. Throws `StackError`; nothing of the value is ever printed. */
export async function credential({ what, stdin, variable, secret }: CredentialSources): Promise<string> {
  if (stdin) return usable(await line(what), "standard input", what);
  const given = variable === undefined ? undefined : process.env[variable];
  if (variable !== undefined && given !== undefined) return usable(given, variable, what);
  return waiting("Reading the secret", storedCredential(await secret()));
}

/** The value of a secret's field, read with the caller's own rights. Throws `StackError`. */
export async function storedCredential({ clients, arn, field }: StackSecret): Promise<string> {
  const { SecretString = "" } = await clients
    .secretsOf(arn)
    .send(new GetSecretValueCommand({ SecretId: arn }))
    .catch((error: Error) => {
      throw error.name === "ResourceNotFoundException" ? unreadable(error, arn, field) : error;
    });
  return credentialIn(SecretString.trim(), arn, field);
}

async function line(what: string): Promise<string> {
  const ask = openAsk();
  try {
    return await ask.hidden(`${what}: paste it, which isn't shown, and press Enter: `);
  } catch {
    throw new StackError("usage", `standard input is empty; it must have the ${what} on its first line`);
  } finally {
    ask.close();
  }
}

function usable(text: string, where: string, what: string): string {
  const value = text.trim().replace(/^Bearer\s+/i, "");
  if (/^[\x21-\x7e]{8,}$/.test(value)) return value;
  throw new StackError("usage", `${where} has no ${what}; it must be 8 characters or more of ASCII, without spaces`);
}
