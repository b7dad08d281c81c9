import type { CredentialSource } from "../client/types";
import type { Logger } from "../log";
import { EmptySecret, unreadable } from "./error";
import { type FetchSecret, fetchFromSecretsManager } from "./secretsManager";
import { credentialIn, valueIn } from "./value";

export interface SecretCacheOptions {
  /** Defaults to Secrets Manager's `GetSecretValue`. */
  readonly fetch?: FetchSecret;
  /** How long a value is used before it is read again. Defaults to 300. */
  readonly ttlSeconds?: number;
  /** The least time between two reads after a refused value or a failed read. Defaults to 10. */
  readonly minRefetchSeconds?: number;
  /** Milliseconds since the epoch. Defaults to `Date.now`. */
  readonly now?: () => number;
  readonly logger?: Logger;
}

interface Entry {
  /** The last text that was read, and when. */
  text?: string;
  readAt: number;
  /** Values out of `text` that Sequence refused. */
  readonly refused: Set<string>;
  /** When the last read began, for whatever reason. */
  triedAt: number;
  /** The read under way, which every caller shares. */
  reading?: Promise<string> | undefined;
}

/**
 * Secrets read once and used until they expire, for credentials that are replaced while the functions run. All callers share
 * a read under way. A value that Sequence refused is read again, at most every `minRefetchSeconds`. While Secrets Manager
 * can't be read, the last value stays in use, unless Sequence has refused it.
 */
export class SecretCache {
  private readonly entries = new Map<string, Entry>();
  private readonly fetch: FetchSecret;
  private readonly ttlMs: number;
  private readonly minRefetchMs: number;
  private readonly now: () => number;
  private readonly logger: Logger | undefined;

  constructor(options: SecretCacheOptions = {}) {
    this.fetch = options.fetch ?? fetchFromSecretsManager;
    this.ttlMs = (options.ttlSeconds ?? 300) * 1000;
    this.minRefetchMs = (options.minRefetchSeconds ?? 10) * 1000;
    this.now = options.now ?? Date.now;
    this.logger = options.logger;
  }

  /**
   * The credential in the secret `arn`: the whole text, or, if the text is a JSON object, the value under `field`. White space
   * around it is taken off. Reading it rejects with `SecretError`.
   */
  credential(arn: string, field: string): CredentialSource {
    return {
      get: async () => credentialIn(await this.current(arn, field), arn, field),
      refresh: async (rejected) => credentialIn(await this.afterRefusal(arn, field, rejected), arn, field),
    };
  }

  /** Begins to read the secret, so that it is there when it is needed. A failure shows at its first use. */
  prefetch(arn: string): void {
    const entry = this.entry(arn);
    if (entry.text === undefined) this.read(arn, entry, "").catch(() => {});
  }

  private async current(arn: string, field: string): Promise<string> {
    const entry = this.entry(arn);
    if (entry.text === undefined) return this.firstText(arn, entry, field);
    const value = valueIn(entry.text, field);
    const wrong = value === undefined || entry.refused.has(value);
    const expired = this.now() - entry.readAt >= this.ttlMs;
    if ((!wrong && !expired) || !this.mayRead(entry)) return entry.text;
    try {
      return await this.read(arn, entry, field);
    } catch (error) {
      if (wrong) throw error;
      this.logger?.warn("secret.stale", { secretArn: arn, error });
      return entry.text;
    }
  }

  private firstText(arn: string, entry: Entry, field: string): Promise<string> {
    // A read begun in the init phase may have failed only because the function was frozen in the middle of it.
    return entry.reading ? entry.reading.catch(() => this.read(arn, entry, field)) : this.read(arn, entry, field);
  }

  private async afterRefusal(arn: string, field: string, rejected: string): Promise<string> {
    const entry = this.entry(arn);
    if (entry.text === undefined) return this.firstText(arn, entry, field);
    // Another caller has read the new value in the meantime.
    if (valueIn(entry.text, field) !== rejected) return entry.text;
    const again = entry.refused.has(rejected);
    entry.refused.add(rejected);
    if (again && !this.mayRead(entry)) return entry.text;
    this.logger?.warn("secret.refused", { secretArn: arn });
    return this.read(arn, entry, field);
  }

  private mayRead(entry: Entry): boolean {
    return entry.reading !== undefined || this.now() - entry.triedAt >= this.minRefetchMs;
  }

  /** Callers share a read; each is told of its own field, if it fails. */
  private async read(arn: string, entry: Entry, field: string): Promise<string> {
    entry.reading ??= this.readAlone(arn, entry).finally(() => {
      entry.reading = undefined;
    });
    try {
      return await entry.reading;
    } catch (error) {
      throw unreadable(error, arn, field);
    }
  }

  private async readAlone(arn: string, entry: Entry): Promise<string> {
    entry.triedAt = this.now();
    const text = (await this.fetch(arn)).trim();
    if (text === "") throw new EmptySecret();
    if (text !== entry.text) entry.refused.clear();
    entry.text = text;
    entry.readAt = entry.triedAt;
    return text;
  }

  private entry(arn: string): Entry {
    let entry = this.entries.get(arn);
    if (!entry) {
      entry = { readAt: Number.NEGATIVE_INFINITY, triedAt: Number.NEGATIVE_INFINITY, refused: new Set() };
      this.entries.set(arn, entry);
    }
    return entry;
  }
}
