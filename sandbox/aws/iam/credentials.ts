import { randomBytes } from "node:crypto";

/** Keys as a process gets them in its environment. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Random keys in the form of AWS's temporary credentials: they open nothing but this sandbox. */
export function newCredentials(): Credentials {
  return {
    accessKeyId: `ASIA${randomText("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)}`,
    secretAccessKey: randomBytes(30).toString("base64"),
    sessionToken: randomBytes(240).toString("base64"),
  };
}

/** `length` random characters of an alphabet whose size divides 256. */
function randomText(alphabet: string, length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join("");
}
