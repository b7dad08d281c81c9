import assert from "node:assert/strict";
import { type AmountSpec, amountKinds } from "../../../lambda/agreements/amountKinds";
import { amountProblems, amountSetProblems, amountSetWarnings } from "../../../lambda/agreements/amountProblems";

const topUp = { kind: "TopUp", account: "Bills Pod", targetCents: 50_000 };
const percent = { kind: "Percent", account: "Bills Pod", percent: 10 };
const sweep = { kind: "Sweep", account: "Bills Pod", floorCents: 0 };

describe("the options of an amount", () => {
  const good: [string, object][] = [
    ["a fixed amount", { kind: "Fixed", cents: 150_000 }],
    ["the smallest fixed amount", { kind: "Fixed", cents: 100 }],
    ["a fixed amount that is switched off", { kind: "Fixed", cents: 0 }],
    ["a top-up", topUp],
    ["a sweep of everything", sweep],
    ["all limits", { ...topUp, maxCents: 40_000, roundToCents: 1_000, minCents: 40_000 }],
    ["an external account", { ...sweep, allowExternalBalance: true }],
    ["an option that is undefined", { ...topUp, maxCents: undefined, cents: undefined }],
    ["two decimals of percent", { ...percent, percent: 0.01 }],
    ["all of a balance", { ...percent, percent: 100 }],
    ["one that is paused", { kind: "Fixed", cents: 100, paused: true }],
    ["a custom amount", { kind: "Custom" }],
    ["a custom amount with its export", { kind: "Custom", export: "payroll", maxCents: 100 }],
    ["a custom amount that is the module's default", { kind: "Custom", export: "default" }],
  ];
  for (const [what, spec] of good) it(`may be ${what}`, () => assert.deepEqual(amountProblems("it", spec), []));

  const bad: [string, unknown, string, RegExp][] = [
    ["paused by a text", { kind: "Fixed", cents: 100, paused: "yes" }, "paused", /it must be true or false/],
    ["a fraction of a cent", { kind: "Fixed", cents: 12.5 }, "cents", /is 12\.5;.*if 12\.5 are dollars, write 1250/],
    [
      "a text for cents",
      { kind: "Fixed", cents: "150000" },
      "cents",
      /is "150000"; it must be a whole number of cents/,
    ],
    [
      "less than a dollar",
      { kind: "Fixed", cents: 99 },
      "cents",
      /is 99;.*0 or at least 100.*no transfer under \$1\.00/,
    ],
    ["negative cents", { kind: "Fixed", cents: -100 }, "cents", /is -100/],
    ["cents beyond exactness", { kind: "Fixed", cents: 2 ** 53 }, "cents", /whole number/],
    ["NaN cents", { kind: "Fixed", cents: Number.NaN }, "cents", /is NaN/],
    ["no cents", { kind: "Fixed" }, "cents", /is missing; it must be a whole number/],
    ["null for cents", { kind: "Fixed", cents: null }, "cents", /is null/],
    ["an object for cents", { kind: "Fixed", cents: {} }, "cents", /is an object/],
    ["a list for cents", { kind: "Fixed", cents: [1] }, "cents", /is a list/],
    ["a long text", { kind: "Fixed", cents: "x".repeat(10_000) }, "cents", /^is "x{80}…"/],
    [
      "another kind's option",
      { kind: "Fixed", cents: 100, percent: 5 },
      "percent",
      /no option of the kind Fixed, which takes cents/,
    ],
    [
      "limits for a fixed amount",
      { kind: "Fixed", cents: 100, maxCents: 100 },
      "maxCents",
      /no option of the kind Fixed/,
    ],
    ["a misspelt option", { ...topUp, targetcents: 5 }, "targetcents", /which takes .*targetCents/],
    ["an option that every object has", { ...topUp, constructor: 1 }, "constructor", /no option/],
    [
      "no account",
      { kind: "Sweep", floorCents: 0 },
      "account",
      /is missing; it must be the id of an account, or its exact name/,
    ],
    ["a blank account", { ...topUp, account: " " }, "account", /is " "/],
    ["a number for the account", { ...topUp, account: 5579244 }, "account", /is 5579244/],
    [
      "a text for allowExternalBalance",
      { ...topUp, allowExternalBalance: "false" },
      "allowExternalBalance",
      /without quotation marks/,
    ],
    ["0 percent", { ...percent, percent: 0 }, "percent", /is 0; it must be a number above 0 and at most 100/],
    ["more than 100 percent", { ...percent, percent: 100.01 }, "percent", /is 100\.01/],
    ["three decimals of percent", { ...percent, percent: 33.333 }, "percent", /at most two decimals/],
    ["a percent of rounding errors", { ...percent, percent: 0.1 + 0.2 }, "percent", /0\.30000000000000004/],
    ["a tiny percent", { ...percent, percent: 1e-7 }, "percent", /is 1e-7/],
    ["NaN percent", { ...percent, percent: Number.NaN }, "percent", /is NaN/],
    ["a negative floor", { ...sweep, floorCents: -1 }, "floorCents", /at least 0/],
    ["no target", { ...topUp, targetCents: undefined }, "targetCents", /is missing/],
    ["rounding to 0", { ...topUp, roundToCents: 0 }, "roundToCents", /at least 1/],
    ["a minimum that Sequence has anyway", { ...topUp, minCents: 50 }, "minCents", /at least 100/],
    ["a maximum under a dollar", { ...topUp, maxCents: 99 }, "maxCents", /at least 100/],
    ["a maximum below the minimum", { ...sweep, maxCents: 500, minCents: 501 }, "maxCents", /every answer would be 0/],
    ["rounding above the maximum", { ...sweep, maxCents: 500, roundToCents: 501 }, "maxCents", /rounded down to 0/],
    ["a target below the minimum", { ...topUp, minCents: 50_001 }, "targetCents", /0 even for an empty account/],
    ["a target below the rounding", { ...topUp, roundToCents: 50_001 }, "targetCents", /0 even for an empty account/],
    ["an export that is no name", { kind: "Custom", export: "pay roll" }, "export", /is "pay roll"/],
    ["an export of every object", { kind: "Custom", export: "__proto__" }, "export", /is "__proto__"/],
    [
      "an unknown kind",
      { kind: "fixed", cents: 100 },
      "kind",
      /is "fixed"; it must be one of Fixed, Percent, TopUp, Sweep, Custom/,
    ],
    ["a kind that every object has", { kind: "toString" }, "kind", /is "toString"/],
    ["no kind", { cents: 100 }, "kind", /is missing/],
    ["no object", 150_000, "", /is 150000; it must be an object/],
    ["null", null, "", /is null/],
    ["a list", [], "", /is a list/],
  ];
  for (const [what, spec, path, reason] of bad)
    it(`may not be ${what}`, () => {
      const problems = amountProblems("it", spec);
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.equal(problems[0]?.path.join("."), path);
      assert.match(problems[0]?.reason ?? "", reason);
    });

  it("are all looked at", () => {
    const paths = amountProblems("it", { kind: "TopUp", maxCents: 1, wrong: 1 }).map(({ path }) => path.join("."));
    assert.deepEqual(paths.sort(), ["account", "maxCents", "targetCents", "wrong"]);
  });

  it("must name the export if the amount's name can't be one", () => {
    const [problem] = amountProblems("pay-roll", { kind: "Custom" });
    assert.deepEqual(problem?.path, ["export"]);
    assert.match(problem?.reason ?? "", /"pay-roll" can't be the name of an export/);
    assert.deepEqual(amountProblems("pay-roll", { kind: "Custom", export: "payroll" }), []);
  });
});

describe("the name of an amount", () => {
  const fixed = { kind: "Fixed", cents: 100 };
  for (const name of ["rent", "Rent-2_b", "0", "a".repeat(64)])
    it(`may be ${name}`, () => assert.deepEqual(amountProblems(name, fixed), []));
  for (const name of [
    "",
    "a".repeat(65),
    "a b",
    "a/b",
    "ä",
    "a.b",
    "__proto__",
    "constructor",
    "toString",
    "amountInCents",
  ])
    it(`may not be ${JSON.stringify(name)}`, () => {
      const [problem] = amountProblems(name, fixed);
      assert.deepEqual(problem?.path, []);
      assert.match(problem?.reason ?? "", /a name must be 1 to 64 letters|choose another name/);
    });
});

describe("a set of amounts", () => {
  const reasons = (amounts: unknown, ceiling?: unknown) =>
    amountSetProblems(amounts, ceiling).map(({ path, reason }) => `${path.join(".")} ${reason}`);

  it("needs no ceiling if all are fixed", () => {
    assert.deepEqual(reasons({ rent: { kind: "Fixed", cents: 100 } }), []);
  });

  it("needs a ceiling as soon as one isn't, and says which", () => {
    const [reason] = reasons({ rent: { kind: "Fixed", cents: 100 }, bills: topUp });
    assert.match(reason ?? "", /^ceilingCents is missing; it is required because "bills" isn't Fixed/);
  });

  for (const ceiling of [0, 99, 1.5, "500000", null, Number.NaN, -1])
    it(`may not have the ceiling ${JSON.stringify(ceiling)}`, () => {
      assert.match(reasons({ rent: { kind: "Fixed", cents: 0 } }, ceiling).join(), /^ceilingCents is/);
    });

  const above: [string, object][] = [
    ["cents", { kind: "Fixed", cents: 1_001 }],
    ["maxCents", { ...sweep, maxCents: 1_001 }],
    ["minCents", { ...sweep, minCents: 1_001 }],
    ["roundToCents", { ...sweep, roundToCents: 1_001 }],
  ];
  for (const [option, spec] of above)
    it(`may not have ${option} above the ceiling`, () => {
      assert.match(
        reasons({ it: spec }, 1_000).join(),
        new RegExp(`^amounts\\.it\\.${option} is 1001, above ceilingCents 1000`),
      );
      assert.deepEqual(reasons({ it: spec }, 1_001), []);
    });

  for (const amounts of [{}, [], null, undefined, "rent"])
    it(`may not be ${JSON.stringify(amounts)}`, () =>
      assert.match(reasons(amounts, 1_000).join(), /has no amount; it must be .* at least one amount/));

  it("shows the problems of every amount", () => {
    const all = reasons({ a: { kind: "Fixed", cents: 1 }, b: { kind: "Sweep" }, c: 1 }, 1_000);
    assert.deepEqual(
      all.map((reason) => reason.split(" ")[0]),
      ["amounts.a.cents", "amounts.b.account", "amounts.b.floorCents", "amounts.c"],
    );
  });

  it("finds __proto__ in parsed JSON", () => {
    assert.match(
      reasons(JSON.parse('{"__proto__":{"kind":"Fixed","cents":100}}')).join(),
      /is named "__proto__", which means something else to JavaScript/,
    );
  });

  it("is warned of when two amounts read one account", () => {
    const amounts = { a: topUp, b: { ...sweep, account: "Other" }, c: percent, d: { kind: "Fixed", cents: 100 } };
    const warnings = amountSetWarnings(amounts as { [name: string]: AmountSpec });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]?.reason ?? "", /^a and c depend on the balance of "Bills Pod"/);
  });

  it("is warned of when several shares are of one account, with what they move together", () => {
    const share = (cut: number) => ({ kind: "Percent" as const, account: "Main", percent: cut });
    const [warning, ...more] = amountSetWarnings({ needs: share(50), wants: share(30), savings: share(20) });
    assert.deepEqual(more, []);
    assert.match(
      warning?.reason ?? "",
      /^needs and wants and savings each take a share of what is left in "Main" .* move 72 percent of it and not 100\./,
    );
  });

  it("is warned of while it is paused", () => {
    const [warning] = amountSetWarnings({ rent: { kind: "Fixed", cents: 100, paused: true } });
    assert.deepEqual(warning?.path, ["amounts", "rent", "paused"]);
  });

  it("is warned of when a fixed amount never moves money", () => {
    const [warning] = amountSetWarnings({ off: { kind: "Fixed", cents: 0 } });
    assert.deepEqual(warning?.path, ["amounts", "off", "cents"]);
  });
});

it("every kind of amount has a rule for each option, and no required option without a reason", () => {
  for (const [kind, { options }] of Object.entries(amountKinds))
    for (const [option, rule] of Object.entries(options))
      if (rule.required) assert.ok(rule.problem(undefined), `${kind}.${option}`);
});
