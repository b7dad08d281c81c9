import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type Problem, parseSettings, readSettings, SettingsError } from "../../../sandbox/settings";

/** The problems that a text has. */
function problemsOf(text: string): readonly Problem[] {
  try {
    parseSettings(text, "sandbox.yaml");
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.problems;
  }
  return [];
}

/** An account that is all right but for `fields`. */
function withAccount(fields: string): string {
  return `sequence:\n  accounts:\n    - { name: A, type: Pod, ${fields} }\n`;
}

function withAction(action: string): string {
  return `sequence:
  accounts:
    - { name: Main Pod, id: 17, type: Pod, dollars: 1 }
    - { name: Rent Pod, type: Pod, dollars: 2 }
  rules:
    ru_1:
      apiSecret: s
      actions:
        - ${action}
`;
}

/** Ten to the power of `depth` entries in a few lines. */
function manyAliases(depth: number): string {
  const lines = Array.from(
    { length: depth },
    (_, i) => `  a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(", ")}]`,
  );
  return `config:\n  a0: &a0 [1]\n${lines.join("\n")}\n`;
}

describe("sandbox.yaml", () => {
  it("is read into checked settings with whole cents", () => {
    const settings = parseSettings(
      `config:
  alarmEmail: you@example.com
  quickstart:count: 3
  on: true
  list: { a: [1, null] }
clock: 2026-12-01T08:00:00-05:00
secrets:
  sequence-access-token: { config: accessToken }
  plain: "text"
  sequence-api-secrets: { ru_1: { config: paydaySecret }, ru_2: other }
sequence:
  accessToken: { config: accessToken }
  accounts:
    - { name: Main Pod, id: 5579244, type: Pod, dollars: 25342.77 }
    - { name: Card, id: c, type: Account, unknown: "the bank does not answer" }
  rules:
    ru_1:
      name: Payday split
      apiSecret: { config: paydaySecret }
      testMode: true
      actions:
        - { from: Main Pod, to: c, amount: { output: amountUrls.rent } }
        - { from: 5579244, to: Card, amount: { cents: 5000 } }
    22:
      apiSecret: direct
      actions: []
`,
      "sandbox.yaml",
    );
    assert.deepEqual(settings, {
      file: "sandbox.yaml",
      config: { alarmEmail: "you@example.com", "quickstart:count": 3, on: true, list: { a: [1, null] } },
      startAt: Date.parse("2026-12-01T13:00:00Z"),
      secrets: {
        "sequence-access-token": { config: "accessToken" },
        plain: "text",
        "sequence-api-secrets": { fields: { ru_1: { config: "paydaySecret" }, ru_2: "other" } },
      },
      sequence: {
        accessToken: { config: "accessToken" },
        accounts: [
          { id: "5579244", name: "Main Pod", type: "Pod", balance: { cents: 2_534_277 } },
          { id: "c", name: "Card", type: "Account", balance: { unknown: "the bank does not answer" } },
        ],
        rules: [
          {
            id: "ru_1",
            name: "Payday split",
            apiSecret: { config: "paydaySecret" },
            testMode: true,
            actions: [
              { from: "5579244", to: "c", amount: { output: "amountUrls.rent" } },
              { from: "5579244", to: "c", amount: { cents: 5000 } },
            ],
          },
          { id: "22", name: "22", apiSecret: "direct", testMode: false, actions: [] },
        ],
      },
    });
  });

  it("may be empty, or hold comments only", () => {
    const nothing = { file: "f", config: {}, secrets: {}, sequence: { accounts: [], rules: [] } };
    assert.deepEqual(parseSettings("", "f"), nothing);
    assert.deepEqual(parseSettings("# nothing\n", "f"), nothing);
  });

  it("of the quickstart is valid", () => {
    const { config, sequence } = readSettings(join(__dirname, "../../../examples/quickstart/sandbox.yaml"));
    assert.deepEqual(config, { alarmEmail: "you@example.com" });
    assert.deepEqual(
      sequence.rules.flatMap(({ actions }) => actions.map(({ amount }) => amount)),
      [{ output: "amountUrls.rent" }, { output: "amountUrls.buffer" }, { output: "amountUrls.excess" }],
    );
  });

  it("is valid in every example of its documentation", () => {
    const text = readFileSync(join(__dirname, "../../../docs/sandbox-yaml.md"), "utf8");
    const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)];
    assert.ok(examples.length >= 2);
    for (const [, example = ""] of examples) assert.deepEqual(problemsOf(example), []);
  });

  it("that isn't there is an error with its name", () => {
    assert.throws(
      () => readSettings(join(__dirname, "no-such.yaml")),
      /no-such\.yaml: 1 problem\n {2}there is no such file/,
    );
  });

  it("gives accounts without an id one of seven digits that stays the same", () => {
    const read = () => parseSettings(withAccount("dollars: 1"), "f").sequence.accounts[0]?.id;
    assert.match(read() ?? "", /^\d{7}$/);
    assert.equal(read(), read());
  });

  it("lists all that is wrong with it, line by line, in one error", () => {
    const text = `config:
  a: 1
  a: 2
  empty:
secretz: {}
sequence:
  accounts:
    - { name: A, type: pod, dollars: 1.234 }
    - { name: A, type: Pod, dollars: "12", nme: x }
    - { type: Pod, unknown: "" }
  rules:
    ru_1:
      actions:
        - { from: B, to: A, amount: { cents: 1.5 } }
`;
    assert.throws(
      () => parseSettings(text, "sandbox.yaml"),
      new SettingsError("sandbox.yaml", [
        { line: 3, path: "", message: 'the key "a" is there twice.' },
        { line: 4, path: "config.empty", message: "must be text, a number, true, false, or an object." },
        {
          line: 5,
          path: "secretz",
          message: 'unknown key. Allowed: config, clock, secrets, sequence. Did you mean "secrets"?',
        },
        {
          line: 8,
          path: "sequence.accounts[0].type",
          message: '"pod" is not written as Sequence does. Did you mean "Pod"?',
        },
        {
          line: 8,
          path: "sequence.accounts[0].dollars",
          message: "1.234 has a fraction of a cent; at most two decimals are allowed.",
        },
        { line: 9, path: "sequence.accounts[1]", message: '"A" is the name or id of the account "A" already.' },
        {
          line: 9,
          path: "sequence.accounts[1].dollars",
          message: 'must be a number without quotes or signs other than "-"; it is text.',
        },
        {
          line: 9,
          path: "sequence.accounts[1].nme",
          message: 'unknown key. Allowed: name, id, type, dollars, unknown. Did you mean "name"?',
        },
        { line: 10, path: "sequence.accounts[2]", message: "name is missing." },
        { line: 10, path: "sequence.accounts[2].unknown", message: "must not be empty." },
        { line: 12, path: "sequence.rules.ru_1", message: "apiSecret is missing." },
        {
          line: 14,
          path: "sequence.rules.ru_1.actions[0].from",
          message: 'there is no account "B". Known: A, A. Did you mean "A"?',
        },
        {
          line: 14,
          path: "sequence.rules.ru_1.actions[0].amount.cents",
          message: "must be a whole number of cents from 0 to 100000000000; it is 1.5.",
        },
      ]),
    );
  });

  it("lists every unknown key of a map", () => {
    assert.deepEqual(
      problemsOf("clok: 1\nsecret: {}\n").map(({ line, path }) => [line, path]),
      [
        [1, "clok"],
        [2, "secret"],
      ],
    );
  });

  it("keeps the digits of an id as they are written", () => {
    const [account] = parseSettings(withAccount("id: 0017, dollars: 1"), "f").sequence.accounts;
    assert.equal(account?.id, "0017");
  });

  const wrong: [string, string, RegExp][] = [
    [
      "a rule but no accounts",
      "sequence: { rules: { r: { apiSecret: s, actions: [{ from: A, to: B, amount: { cents: 1 } }] } } }",
      /There are no accounts\.$/m,
    ],
    ["a list", "- a", /must be a map with config, clock, secrets, sequence; it is a list/],
    ["a text", "hello", /must be a map.*it is text/],
    ["broken syntax", "config: [", /line 1: Flow sequence/],
    ["two documents", "config: {}\n---\nconfig: {}\n", /multiple documents/],
    ["a config that is a list", "config: [a]", /config: must be a map of names to values; it is a list/],
    ["a config key with two colons", "config: { 'a:b:c': 1 }", /a config key is a name/],
    ["an empty config key", "config: { '': 1 }", /a key must be text that isn't empty/],
    ["a key that no object can hold", "secrets: { constructor: s }", /secrets.constructor: can't be a key/],
    ["a map in itself", "config: { a: &a { b: *a } }", /config.a: has an alias without its anchor/],
    ["aliases without end", manyAliases(7), /config\..*has an alias without its anchor/],
    ["a config number of too many digits", "config: { a: 12345678901234567890 }", /put it in quotes/],
    ["a config number without end", "config: { a: .inf }", /put it in quotes/],
    ["a config alias without its anchor", "config: { a: [*b] }", /alias without its anchor/],
    ["a clock without an offset", "clock: 2026-12-01T08:00:00", /with its offset.*it is "2026-12-01T08:00:00"/],
    ["a clock that is a day", "clock: 2026-12-01", /with its offset/],
    ["a clock on February 30", "clock: 2026-02-30T08:00:00Z", /no such date or time/],
    ["a clock at 25 o'clock", "clock: 2026-02-20T25:00:00Z", /no such date or time/],
    ["a clock that is a number", "clock: 5", /clock: must be text; it is a number/],
    ["an empty secret", 'secrets: { a: "" }', /secrets.a: must not be empty/],
    ["a secret without fields", "secrets: { a: {} }", /secrets.a: must not be empty/],
    ["a secret that is a list", "secrets: { a: [b] }", /must be text or \{ config: key \}; it is a list/],
    ["a secret's field that is a number", "secrets: { a: { b: 1 } }", /secrets.a.b: must be text or/],
    ["a config reference that is a number", "secrets: { a: { config: 1 } }", /secrets.a.config: must be text/],
    [
      "a credential with other keys",
      "sequence: { accessToken: { config: a, b: c } }",
      /accessToken.b: unknown key. Allowed: config/,
    ],
    [
      "a config reference inside a config reference",
      "secrets: { a: { config: { config: b } } }",
      /secrets.a.config: must be text; it is a map/,
    ],
    ["accounts that are a map", "sequence: { accounts: {} }", /must be a list; it is a map/],
    [
      "an account that is a text",
      "sequence: { accounts: [A] }",
      /must be a map with name, id, type, dollars, unknown; it is text/,
    ],
    ["an account without a type", "sequence: { accounts: [{ name: A, dollars: 1 }] }", /type is missing/],
    [
      "an account with a blank name",
      'sequence: { accounts: [{ name: " ", type: Pod, dollars: 1 }] }',
      /must not be empty/,
    ],
    ["an account with no balance", "sequence: { accounts: [{ name: A, type: Pod }] }", /needs either dollars/],
    ["an account with two balances", withAccount("dollars: 1, unknown: u"), /needs either dollars/],
    [
      "an account of which an id is another's name",
      "sequence: { accounts: [{ name: A, type: Pod, dollars: 1 }, { name: B, id: A, type: Pod, dollars: 1 }] }",
      /"A" is the name or id of the account "A" already/,
    ],
    ["dollars in scientific notation", withAccount("dollars: 1e3"), /plain digits such as 25342.77; it is 1e3/],
    ["dollars in hexadecimal", withAccount("dollars: 0x10"), /plain digits/],
    ["dollars that are not a number", withAccount("dollars: .nan"), /plain digits/],
    ["dollars with a sign", withAccount("dollars: $5"), /must be a number without quotes/],
    ["too many dollars", withAccount("dollars: 1000000000.01"), /from -1000000000 to 1000000000 dollars/],
    [
      "dollars that would become exact by rounding",
      withAccount("dollars: 0.1000000000000000000001"),
      /fraction of a cent/,
    ],
    [
      "a test mode in words",
      withAction("{ from: 17, to: Rent Pod, amount: { cents: 1 } }").replace(
        "apiSecret",
        "testMode: maybe\n      apiSecret",
      ),
      /testMode: must be true or false; it is text/,
    ],
    [
      "an unknown account",
      withAction("{ from: Main Pood, to: Rent Pod, amount: { cents: 1 } }"),
      /no account "Main Pood". Known: Main Pod, Rent Pod. Did you mean "Main Pod"\?/,
    ],
    [
      "an unknown account far from all",
      withAction("{ from: Savings, to: Rent Pod, amount: { cents: 1 } }"),
      /Known: Main Pod, Rent Pod\.$/m,
    ],
    [
      "a transfer into the same account",
      withAction("{ from: 17, to: Main Pod, amount: { cents: 1 } }"),
      /from and to are the same account/,
    ],
    [
      "a fault of a rule that there isn't",
      "sequence: { faults: [{ ruleId: ru_1, status: 500 }] }",
      /faults\[0\].ruleId: there is no rule "ru_1", so this would never strike. Known: none/,
    ],
    ["an action without an amount", withAction("{ from: 17, to: Rent Pod }"), /amount is missing/],
    [
      "an amount that is a number",
      withAction("{ from: 17, to: Rent Pod, amount: 5 }"),
      /amount: must be a map with output, cents; it is a number/,
    ],
    [
      "an amount of both kinds",
      withAction("{ from: 17, to: Rent Pod, amount: { cents: 1, output: o } }"),
      /needs either output/,
    ],
    ["an amount of no kind", withAction("{ from: 17, to: Rent Pod, amount: {} }"), /needs either output/],
    ["negative cents", withAction("{ from: 17, to: Rent Pod, amount: { cents: -1 } }"), /whole number of cents/],
    ["cents in quotes", withAction('{ from: 17, to: Rent Pod, amount: { cents: "5" } }'), /must be a number/],
  ];
  for (const [what, text, message] of wrong)
    it(`is refused with ${what}`, () => {
      assert.throws(() => parseSettings(text, "sandbox.yaml"), { name: "SettingsError", message });
      assert.ok(problemsOf(text).every(({ line }) => line !== undefined && line > 0));
    });

  it("never repeats in its errors what may be a credential", () => {
    const texts = [
      "secrets: { a: *hidden }",
      "secrets: { a: !hidden b }",
      "secrets: { a: [hidden] }",
      "secrets: { a: @hidden }",
      "secrets: { a: `hidden }",
      'secrets: { a: "hidden }',
      "sequence: { accessToken: [hidden] }",
      "config: { password: *hidden }",
      "config: { password: [*hidden] }",
      "config: { password: hidden, password: hidden }",
      "secrets:\n  a: hidden: hidden",
    ];
    for (const text of texts) {
      const problems = problemsOf(text);
      assert.notEqual(problems.length, 0, text);
      assert.doesNotMatch(JSON.stringify(problems), /hidden/, text);
    }
  });

  it("either is read or gives a SettingsError, whatever is in it", () => {
    const token = fc.constantFrom(
      "config:",
      " sequence:",
      "\n  ",
      "- ",
      "{",
      "}",
      "*a",
      "&a",
      "!t",
      '"',
      ": ",
      "accounts:",
      "1.5",
      "#",
      "? ",
      "|",
      ">",
      "\t",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(token, fc.string({ maxLength: 3 })), { maxLength: 15 }), (parts) => {
        problemsOf(parts.join(""));
      }),
      { numRuns: 500 },
    );
  });
});
