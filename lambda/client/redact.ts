import { SHORTEST_CREDENTIAL } from "../agreements/credentialLength";

const REPLACEMENT = "[redacted]";

/**
 * Replaces credentials in text, in the forms in which a server, a proxy or a library echoes them. Linear in the text: the
 * pattern is one alternation of literals.
 */
export class Redactor {
  private readonly credentials: string[] = [];
  private pattern: RegExp | undefined;
  private longest = 0;

  /** From now on `credential` is replaced too, unless it is too short to be one: it would be found in ordinary words. */
  add(credential: string): void {
    if (credential.trim().length < SHORTEST_CREDENTIAL || this.credentials.includes(credential)) return;
    this.credentials.push(credential);
    ({ pattern: this.pattern, longest: this.longest } = searchFor(this.credentials));
  }

  redact = (text: string): string => (this.pattern ? text.replace(this.pattern, REPLACEMENT) : text);

  /** The first `length` characters of the redacted text, on one line; never half a credential at the cut. */
  excerpt(text: string, length: number): string {
    const window = 2 * (length + this.longest);
    let redacted = this.redact(text.slice(0, window));
    if (text.length > window) redacted = redacted.slice(0, Math.max(0, redacted.length - this.longest));
    const line = redacted.replace(/[\s\p{Cc}]+/gu, " ").trim();
    return line.length > length ? `${line.slice(0, length)}…` : line;
  }
}

interface Search {
  readonly pattern: RegExp;
  /** Length of the longest form. */
  readonly longest: number;
}

/** The last search: a process calls with the same credential again and again, and making this takes longer than a whole request. */
let lastSearch: (Search & { readonly credentials: string }) | undefined;

function searchFor(credentials: readonly string[]): Search {
  const key = JSON.stringify(credentials);
  if (lastSearch?.credentials === key) return lastSearch;
  // Longest first: of two credentials, one may begin with the other.
  const forms = [...new Set(credentials.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  // Case is ignored because percent-encoding, hex and some proxies change it.
  const pattern = new RegExp(forms.map(escapeForPattern).join("|"), "gi");
  lastSearch = { credentials: key, pattern, longest: forms[0]?.length ?? 0 };
  return lastSearch;
}

function formsOf(credential: string): string[] {
  const json = inJson(credential);
  return [
    credential,
    encodeURIComponent(credential),
    encodeURIComponent(encodeURIComponent(credential)),
    percentEncoded(credential, /[^A-Za-z0-9._~-]/g),
    // As in form fields.
    percentEncoded(credential, /[^A-Za-z0-9*._-]/g),
    percentEncoded(credential, /[\s\S]/g),
    json,
    json.replaceAll("/", "\\/"),
    inJson(json),
    // As Go, Rails and PHP write these characters, so that JSON is safe inside HTML.
    json.replace(/[<>&]/g, asUnicodeEscape),
    json.replace(/[<>&']/g, asUnicodeEscape),
    inHtml(credential, "&#39;", "&#34;"),
    inHtml(credential, "&#x27;", "&quot;"),
    Buffer.from(credential).toString("hex"),
    ...base64Forms(credential),
  ];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function inHtml(text: string, apostrophe: string, quote: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("'", apostrophe)
    .replaceAll('"', quote);
}

function asUnicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function percentEncoded(text: string, characters: RegExp): string {
  return [...text]
    .map((character) =>
      character.replace(characters, () => [...Buffer.from(character)].map((byte) => `%${byte.toString(16)}`).join("")),
    )
    .join("");
}

/**
 * What base64 of any text that contains the credential shows of it: one form for each of the three places within a group of
 * three bytes at which it can begin.
 */
function base64Forms(credential: string): string[] {
  const bytes = Buffer.from(credential);
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const own = whole.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    const forUrls = own.replaceAll("+", "-").replaceAll("/", "_");
    return [own, forUrls, encodeURIComponent(own), own.replaceAll("/", "\\/")];
  });
}

function escapeForPattern(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
