import { LONGEST_CREDENTIAL, SHORTEST_CREDENTIAL, tooShort } from "../agreements/credentialLength";
import { beingSecret } from "../agreements/shown";
import { invalidArgument } from "./arguments";
import type { Credential, CredentialSource } from "./types";

/**
 * The credential as it is sent, without the word Bearer in front of it that a user may have copied along. Throws an error
 * without the value if it can't be one.
 */
export function usableCredential(name: string, value: unknown): string {
  if (typeof value !== "string") throw new Error(`the ${name} ${beingSecret(value)}; it must be text`);
  const credential = value.replace(/^Bearer(?: +|$)/i, "");
  if (credential === "") throw new Error(`the ${name} is empty; it must be the value that Sequence shows`);
  if (credential.length > LONGEST_CREDENTIAL)
    throw new Error(`the ${name} has ${credential.length} characters; it must have at most ${LONGEST_CREDENTIAL}`);
  if (/[\r\n]/.test(credential))
    throw new Error(
      `the ${name} contains a line break; it must have none: store it without one (\`printf '%s'\` instead of \`echo\`)`,
    );
  if (!/^[\x21-\x7e]+$/.test(credential))
    throw new Error(
      `the ${name} contains a space or a character that no HTTP header may carry; it must be the value that Sequence shows: copy it again`,
    );
  if (credential.length < SHORTEST_CREDENTIAL) throw new Error(`the ${name} ${tooShort(credential)}`);
  return credential;
}

/** A credential given as an argument: text that can be used, or a source. */
export function checkCredential(name: string, credential: unknown): Credential {
  if (typeof credential === "object" && credential !== null) {
    const source = credential as Partial<Record<keyof CredentialSource, unknown>>;
    if (typeof source.get === "function" && (source.refresh === undefined || typeof source.refresh === "function"))
      return credential as CredentialSource;
  }
  if (typeof credential !== "string")
    throw invalidArgument(
      `the ${name} ${beingSecret(credential)}; it must be text or an object with get() and, optionally, refresh()`,
    );
  return credential;
}

/** Reads one credential for one call. */
export class CredentialReader {
  /** As the source gave it: that is how it knows the value again. */
  private raw = "";
  private refreshed = false;

  constructor(
    private readonly name: string,
    private readonly credential: Credential,
    /** Told of every value that is read, before anything can go wrong with it. */
    private readonly onRead: (value: string) => void,
  ) {}

  async read(): Promise<string> {
    return this.accept(typeof this.credential === "string" ? this.credential : await this.credential.get());
  }

  /** The value to use after `rejected` was answered with 401, or undefined if there is no other one. Asks the source once. */
  async readAnother(rejected: string): Promise<string | undefined> {
    if (typeof this.credential === "string" || !this.credential.refresh || this.refreshed) return undefined;
    this.refreshed = true;
    const value = this.accept(await this.credential.refresh(this.raw));
    return value === rejected ? undefined : value;
  }

  private accept(raw: string): string {
    if (typeof raw === "string") {
      this.onRead(raw);
      this.onRead(raw.trim().replace(/^Bearer +/i, ""));
    }
    const value = usableCredential(this.name, raw);
    this.raw = raw;
    return value;
  }
}
