/**
 * How the simulated Sequence behaves where nobody has published how the real one does (contract sections 1 and 2), and where
 * a setting of it matters. Every mode can be switched while the simulator runs; nothing may depend on a favourable one.
 */
export interface SimulatorModes {
  /** How long an idempotency key is remembered, in milliseconds of the sandbox's time; 0: not at all. Defaults to 24 hours. */
  memoryMs: number;
  /**
   * Whether a second call with the key of one that is not answered yet is known as its duplicate. If not, both are executed.
   * Defaults to true.
   */
  concurrentDuplicatesToldApart: boolean;
  /** Whether a 500 is remembered for its key: every later call with it is answered 500 too, and not executed. Defaults to false. */
  serverErrorsRemembered: boolean;
  /** Whether a known key with another body is refused (400); if not, it is a duplicate like any other. Defaults to true. */
  otherBodyRefused: boolean;
  /** Whether keys must be 1-36 characters of `A-Z a-z 0-9 . _ : / | -`; others are refused (400). Defaults to true. */
  strictKeys: boolean;
  /** How many calls a rule takes within a minute of the sandbox's time; the rest are answered 429. Defaults to 60. */
  rateLimitPerMinute: number;
  /** What a 429 says in `Retry-After`. Defaults to `absent`. */
  retryAfter: "absent" | "seconds" | "date";
  /** What stands for an unknown balance: an object with an error, or `null` in its place. Defaults to `error`. */
  unknownBalance: "error" | "null";
  /** The global problems in the answer to the accounts call. Defaults to none. */
  accountErrors: readonly string[];
  /** How a rule asks for an amount. */
  amountRequest: AmountRequest;
}

export interface AmountRequest {
  /** The body; `null`: none. Defaults to `{}`. */
  body: string | null;
  /** `Content-Type`; `null`: none. Defaults to `application/json`. */
  contentType: string | null;
  /** How often each amount is asked; the last answer counts. Defaults to 1. */
  times: number;
  /** How long an answer may take, in milliseconds of real time. Defaults to 10,000. */
  timeoutMs: number;
}

const DEFAULT_MODES: SimulatorModes = {
  memoryMs: 24 * 60 * 60 * 1000,
  concurrentDuplicatesToldApart: true,
  serverErrorsRemembered: false,
  otherBodyRefused: true,
  strictKeys: true,
  rateLimitPerMinute: 60,
  retryAfter: "absent",
  unknownBalance: "error",
  accountErrors: [],
  amountRequest: { body: "{}", contentType: "application/json", times: 1, timeoutMs: 10_000 },
};

/** What a simulator starts with: the defaults but for what is given. */
export type ModeOptions = Partial<Omit<SimulatorModes, "amountRequest">> & {
  readonly amountRequest?: Partial<AmountRequest>;
};

export function modesFrom(options: ModeOptions): SimulatorModes {
  return {
    ...DEFAULT_MODES,
    ...options,
    amountRequest: { ...DEFAULT_MODES.amountRequest, ...options.amountRequest },
  };
}
