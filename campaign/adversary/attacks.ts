import type { Stream } from "../random";

/** What somebody without the URL's token, or without a right to the queue, might send. */
export interface Attack {
  readonly name: string;
  /** An event of the HTTP API for the amount handler. */
  readonly event: unknown;
  /** The body of a message for the trigger handler. */
  readonly message: string;
}

const TEXTS = [
  "",
  "..",
  "../../etc/passwd",
  "%2e%2e%2f",
  "%00",
  "\u0000",
  "\ud800",
  'rent\n{"level":"info","event":"amount.answered"}',
  "rent\r\nx: y",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "toString",
  "ＲＥＮＴ",
  "ru_1",
  "' OR 1=1 --",
  ["$", "{jndi:ldap://x}"].join(""),
  "<aws.scheduler.scheduled-time>",
  "x".repeat(70_000),
  "🂡".repeat(2_000),
];

const VALUES: readonly unknown[] = [null, true, -1, 0, 1e308, [], {}, [[]], { toString: 1 }, { length: 5 }];

const POLLUTION = [
  '{"__proto__":{"polluted":true},"trigger":"payday","scheduledTime":"2026-12-01T14:00:00Z"}',
  '{"constructor":{"prototype":{"polluted":true}},"heartbeat":"2026-12-01T14:00:00Z"}',
  '{"trigger":"__proto__","scheduledTime":"2026-12-01T14:00:00Z"}',
  '{"trigger":"constructor","ruleId":"ru_1","scheduledTime":"2026-12-01T14:00:00Z"}',
];

const BODIES = [
  ...POLLUTION,
  "",
  "{",
  "[]",
  "null",
  '"text"',
  "9".repeat(10_000),
  `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  '{"trigger":"payday","scheduledTime":"2026-12-01T14:00:01Z"}',
  '{"trigger":"payday","scheduledTime":"2999-12-01T14:00:00Z"}',
  '{"trigger":"payday","ruleId":"ru_other","scheduledTime":"2026-12-01T14:00:00Z"}',
  '{"trigger":"payday","occurrence":"x\\n"}',
  '{"trigger":"payday","scheduledTime":"2026-12-01T14:00:00Z","amountInCents":1}',
  '{"heartbeat":"now"}',
];

/** One attack, put together by chance. */
export function attackOf(random: Stream, tokens: readonly string[]): Attack {
  const kind = random.pick(["token", "name", "shape", "body", "headers"]);
  const nearly = nearlyRight(random, random.pick(tokens));
  const parameters = {
    token: { name: "rent", token: nearly },
    name: { name: random.pick(TEXTS), token: random.pick([nearly, ...TEXTS]) },
    shape: random.pick([undefined, ...VALUES, { name: random.pick(VALUES), token: random.pick(VALUES) }]),
    body: { name: "rent", token: nearly },
    headers: { name: "rent", token: nearly },
  }[kind];
  const headers = Object.fromEntries(
    Array.from({ length: kind === "headers" ? 200 : 1 }, () => [random.pick(TEXTS), random.pick(TEXTS)]),
  );
  const event = random.chance(0.05)
    ? random.pick([undefined, ...VALUES])
    : {
        pathParameters: parameters,
        headers,
        body: random.pick(BODIES),
        isBase64Encoded: random.pick<unknown>([true, false, "yes"]),
        // The trigger function asks so; with anything beside it, it is no question of ours.
        check: random.pick<unknown>([["rent"], [], "rent"]),
      };
  return { name: kind, event, message: random.chance(0.3) ? fieldsOf(random) : random.pick(BODIES) };
}

/** A token that is right but for a little: what guessing and comparing by parts would find. */
function nearlyRight(random: Stream, token: string): string {
  const at = random.between(0, token.length - 1);
  return random.pick([
    token.slice(0, at),
    `${token}${random.pick(TEXTS.slice(1, 6))}`,
    `${token.slice(0, at)}_${token.slice(at + 1)}`,
    token.toUpperCase(),
    ` ${token}`,
  ]);
}

function fieldsOf(random: Stream): string {
  const names = [
    "trigger",
    "ruleId",
    "scheduledTime",
    "occurrence",
    "payload",
    "confirmedNotExecuted",
    "heartbeat",
    "unchecked",
    "__proto__",
  ];
  const fields = names
    .filter(() => random.chance(0.5))
    .map((name) => {
      return `${JSON.stringify(name)}:${JSON.stringify(random.pick<unknown>([...TEXTS, ...VALUES]))}`;
    });
  return `{${fields.join(",")}}`;
}
