import * as v from "valibot";
import { cents, configValue, dollars, eitherOf, fields, instant, mapOf, mustBe, text, textOrNumber } from "./values";

/** The types that Sequence's page names (contract section 3). Others pass. */
const ACCOUNT_TYPES = ["Pod", "Income Source", "Account"];

const credential = v.union([text, fields({ config: text })], mustBe("text or { config: key }"));

/** `{ config: key }` means one credential; a map with any other key means a secret that holds a JSON object. */
const secret = v.pipe(
  v.union(
    [
      text,
      v.pipe(
        mapOf(credential),
        v.minEntries(1, "must not be empty."),
        v.forward(
          v.check((map) => !isReference(map) || typeof map.config === "string", "must be text; it is a map."),
          ["config"],
        ),
      ),
    ],
    mustBe("text or { config: key }"),
  ),
  v.transform((value) => {
    if (typeof value === "string") return value;
    return isReference(value) ? { config: value.config as string } : { fields: value };
  }),
);

function isReference(map: object): boolean {
  return "config" in map && Object.keys(map).length === 1;
}

const account = eitherOf(
  fields({
    name: text,
    id: v.optional(textOrNumber),
    type: v.pipe(
      text,
      v.check(
        (type) => sequencesSpelling(type) === undefined,
        ({ input }) => `"${input}" is not written as Sequence does. Did you mean "${sequencesSpelling(input)}"?`,
      ),
    ),
    dollars: v.optional(dollars),
    unknown: v.optional(text),
  }),
  ["dollars", "unknown"],
  "needs either dollars (the balance) or unknown (why there is no balance).",
);

/** How Sequence writes a type that is written otherwise here. */
function sequencesSpelling(type: string): string | undefined {
  return ACCOUNT_TYPES.find((known) => known !== type && known.toLowerCase() === type.toLowerCase());
}

const amount = eitherOf(
  fields({ output: v.optional(text), cents: v.optional(cents) }),
  ["output", "cents"],
  "needs either output (the stack output that holds the amount's URL) or cents (always the same).",
);

const rule = fields({
  name: v.optional(text),
  apiSecret: credential,
  testMode: v.optional(v.boolean(mustBe("true or false"))),
  actions: v.array(fields({ from: textOrNumber, to: textOrNumber, amount }), mustBe("a list")),
});

const count = v.optional(cents);
const trueOrFalse = v.optional(v.boolean(mustBe("true or false")));
const oneOf = <const Option extends string>(...options: readonly Option[]) =>
  v.optional(v.picklist(options, mustBe(options.join(", or "))));

/** How the simulated Sequence behaves where nothing is published (sandbox/sequence/modes.ts). */
const modes = fields({
  memoryMs: count,
  concurrentDuplicatesToldApart: trueOrFalse,
  serverErrorsRemembered: trueOrFalse,
  otherBodyRefused: trueOrFalse,
  strictKeys: trueOrFalse,
  rateLimitPerMinute: count,
  retryAfter: oneOf("absent", "seconds", "date"),
  unknownBalance: oneOf("error", "null"),
  accountErrors: v.optional(v.array(text, mustBe("a list"))),
  amountRequest: v.optional(fields({ times: count, timeoutMs: count })),
});

/** What goes wrong from the start on (sandbox/sequence/faults.ts). */
const fault = fields({
  endpoint: oneOf("trigger", "accounts", "any"),
  ruleId: v.optional(textOrNumber),
  nth: count,
  times: count,
  when: oneOf("before", "after"),
  delayMs: count,
  status: count,
  body: v.optional(v.string(mustBe("text"))),
  contentType: v.optional(text),
  headers: v.optional(mapOf(textOrNumber)),
  connection: oneOf("close", "hang", "truncate"),
});

const configKey = v.pipe(
  v.string(),
  v.regex(/^([^:]+:)?[^:]+$/, "a config key is a name, or a project's name, a colon and a name."),
);

/** `sandbox.yaml` entry by entry. What its entries say of each other, `sequence.ts` checks. */
export const sandboxSchema = fields({
  config: v.optional(mapOf(configValue, configKey)),
  clock: v.optional(instant),
  secrets: v.optional(mapOf(secret)),
  sequence: v.optional(
    fields({
      accessToken: v.optional(credential),
      accounts: v.optional(v.array(account, mustBe("a list"))),
      rules: v.optional(mapOf(rule)),
      modes: v.optional(modes),
      faults: v.optional(v.array(fault, mustBe("a list"))),
    }),
  ),
});

export type SandboxFile = v.InferOutput<typeof sandboxSchema>;
export type SequenceInFile = NonNullable<SandboxFile["sequence"]>;
