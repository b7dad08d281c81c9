import type { JsonValue } from "../../lambda/client/types";
import type { Fault } from "../sequence/faults";
import type { ModeOptions } from "../sequence/modes";

/** `sandbox.yaml` as the sandbox uses it: checked, accounts found, money in whole cents. */
export interface SandboxSettings {
  /** The file's name, for messages. */
  readonly file: string;
  /** What `pulumi config set` would hold; keys with or without the project's name in front. */
  readonly config: { readonly [key: string]: JsonValue };
  /** Where the sandbox's clock starts, milliseconds since the epoch. Absent: now. */
  readonly startAt?: number;
  /** Values of secrets that the program leaves for the operator to fill, by the secret's logical name. */
  readonly secrets: { readonly [logicalName: string]: SecretSetting };
  readonly sequence: SequenceSettings;
  /** Why there are no settings, and what to do; absent if there are some. */
  readonly missing?: string;
}

/** A credential as the file gives it: the text itself, or the program's config key whose value it is. */
export type CredentialSetting = string | { readonly config: string };

/** The value of a secret: one text, or a JSON object with these fields. */
export type SecretSetting = CredentialSetting | { readonly fields: { readonly [field: string]: CredentialSetting } };

/** Sequence as the simulator plays it. `Credential` is `string` once `resolveCredentials` has looked the credentials up. */
export interface SequenceSettings<Credential = CredentialSetting> {
  /** Absent: no access token is accepted. */
  readonly accessToken?: Credential;
  readonly accounts: readonly AccountSettings[];
  readonly rules: readonly RuleSettings<Credential>[];
  /** How the simulator behaves where nothing is published. What is left out has its default. */
  readonly modes?: ModeOptions;
  /** What goes wrong with calls from the start on. */
  readonly faults?: readonly Fault[];
}

export interface AccountSettings {
  readonly id: string;
  /** Unique, unlike in Sequence, so that a rule can name its accounts. */
  readonly name: string;
  /** `Pod`, `Income Source`, `Account`, or any other text. */
  readonly type: string;
  readonly balance: BalanceSettings;
}

export type BalanceSettings = { readonly cents: number } | { readonly unknown: string };

export interface RuleSettings<Credential = CredentialSetting> {
  readonly id: string;
  readonly name: string;
  readonly apiSecret: Credential;
  readonly testMode: boolean;
  readonly actions: readonly ActionSettings[];
}

/** One transfer that a rule makes. */
export interface ActionSettings {
  /** Account id. */
  readonly from: string;
  /** Account id. */
  readonly to: string;
  readonly amount: AmountSetting;
}

/** Asked of the URL that a stack output holds (a dotted path such as `amountUrls.rent`), or always the same. */
type AmountSetting = { readonly output: string } | { readonly cents: number };
