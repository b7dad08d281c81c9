import assert from "node:assert/strict";
import { runSimulation } from "@cloud-copilot/iam-simulate";
import fc from "fast-check";
import type { ConditionContext } from "../../../../sandbox/aws/iam/condition";
import { parsePolicy } from "../../../../sandbox/aws/iam/document";
import { evaluate } from "../../../../sandbox/aws/iam/evaluate";

interface Case {
  readonly policy: { readonly Version: string; readonly Statement: readonly object[] };
  readonly action: string;
  readonly resource: string;
  readonly context: Record<string, string | string[]>;
}

const QUEUE = "arn:aws:sqs:us-east-1:123456789012:work";

function ourVerdict({ policy, action, resource, context }: Case): string {
  const { allowed, reason } = evaluate(parsePolicy(policy, "identity"), {
    action,
    resource,
    context: context as ConditionContext,
  });
  if (allowed) return "Allowed";
  return reason.startsWith("with an explicit deny") ? "ExplicitlyDenied" : "ImplicitlyDenied";
}

/** Throws if the simulator didn't take the input: then it has no verdict. */
async function simulatedVerdict({ policy, action, resource, context }: Case): Promise<string> {
  const outcome = await runSimulation(
    {
      request: {
        principal: "arn:aws:iam::123456789012:role/reader",
        action,
        resource: { resource, accountId: "123456789012" },
        contextVariables: context,
      },
      identityPolicies: [{ name: "policy", policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (outcome.resultType !== "single") throw new Error(`no verdict: ${JSON.stringify(outcome)}`);
  return outcome.overallResult;
}

async function assertSameVerdict(given: Case): Promise<string> {
  const simulated = await simulatedVerdict(given);
  assert.equal(ourVerdict(given), simulated, JSON.stringify(given));
  return simulated;
}

function statement(parts: object): object {
  return { Effect: "Allow", Action: "sqs:SendMessage", Resource: QUEUE, ...parts };
}

function given(statements: object[], request: Partial<Case> = {}): Case {
  const policy = { Version: "2012-10-17", Statement: statements };
  return { policy, action: "sqs:SendMessage", resource: QUEUE, context: {}, ...request };
}

const account = (value: string) => ({ context: { "aws:SourceAccount": value } });

describe("the policy evaluator agrees with iam-simulate", () => {
  const table: [string, Case, string][] = [
    ["an exact action and ARN", given([statement({})]), "Allowed"],
    ["another action", given([statement({})], { action: "sqs:ReceiveMessage" }), "ImplicitlyDenied"],
    ["another queue", given([statement({})], { resource: `${QUEUE}-2` }), "ImplicitlyDenied"],
    ["an action in other letters", given([statement({ Action: "SQS:sendmessage" })]), "Allowed"],
    ["a wildcard action", given([statement({ Action: "sqs:Send*" })]), "Allowed"],
    ["a question mark that needs a character", given([statement({ Action: "sqs:SendMessage?" })]), "ImplicitlyDenied"],
    ["a wildcard in the name", given([statement({ Resource: "arn:aws:sqs:*:*:wo?k" })]), "Allowed"],
    ["a pattern with parts missing", given([statement({ Resource: "arn:aws:sqs:*" })]), "Allowed"],
    ["NotAction without the action", given([statement({ Action: undefined, NotAction: "sqs:Receive*" })]), "Allowed"],
    ["NotAction with the action", given([statement({ Action: undefined, NotAction: "sqs:*" })]), "ImplicitlyDenied"],
    ["NotResource with the ARN", given([statement({ Resource: undefined, NotResource: QUEUE })]), "ImplicitlyDenied"],
    ["an explicit deny beside an allow", given([statement({}), statement({ Effect: "Deny" })]), "ExplicitlyDenied"],
    [
      "a deny of something else",
      given([statement({}), statement({ Effect: "Deny", Action: "sqs:Delete*" })]),
      "Allowed",
    ],
    [
      "a condition that holds",
      given([statement({ Condition: { StringEquals: { "aws:sourceaccount": ["1", "2"] } } })], account("2")),
      "Allowed",
    ],
    [
      "a condition on a missing key",
      given([statement({ Condition: { StringEquals: { "aws:SourceAccount": "2" } } })]),
      "ImplicitlyDenied",
    ],
    [
      "a negated condition on a missing key",
      given([statement({ Condition: { StringNotEquals: { "aws:SourceAccount": "2" } } })]),
      "Allowed",
    ],
    [
      "IfExists on a missing key",
      given([statement({ Condition: { StringEqualsIfExists: { "aws:SourceAccount": "2" } } })]),
      "Allowed",
    ],
    ["Null for a missing key", given([statement({ Condition: { Null: { "aws:SourceAccount": true } } })]), "Allowed"],
    [
      "Null for a present key",
      given([statement({ Condition: { Null: { "aws:SourceAccount": "true" } } })], account("2")),
      "ImplicitlyDenied",
    ],
  ];
  for (const [title, input, expected] of table)
    it(`on ${title}`, async () => assert.equal(await assertSameVerdict(withoutUndefined(input)), expected));

  it("but for a wildcard that would have to pass a colon, which is refused", async () => {
    const input = given([statement({}), statement({ Effect: "Deny", Resource: "arn:aws:sqs:*:work" })]);
    assert.equal(await simulatedVerdict(input), "Allowed");
    assert.throws(() => ourVerdict(input), { code: "NotImplemented", message: /wildcard of arn:aws:sqs:\*:work/ });
  });

  it("on made-up policies", async () => {
    const verdicts = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(cases(), async (input) => {
        const verdict = await assertSameVerdict(input);
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      }),
      { numRuns: 600, seed: 20261201 },
    );
    // Without this the property would hold for policies that never decide anything.
    for (const verdict of ["Allowed", "ExplicitlyDenied", "ImplicitlyDenied"])
      assert.ok((verdicts.get(verdict) ?? 0) > 50, `${verdict}: ${verdicts.get(verdict)}`);
  });
});

function withoutUndefined(input: Case): Case {
  return JSON.parse(JSON.stringify(input)) as Case;
}

const ACTIONS = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"];
const ACTION_PATTERNS = [...ACTIONS, "sqs:*", "*", "sqs:Send*", "SQS:*message", "sqs:?e*Message", "sns:Publish"];
const ARNS = ["work", "work-2", "failed"].map((name) => `arn:aws:sqs:us-east-1:123456789012:${name}`);
const ARN_PATTERNS = [
  ...ARNS,
  "*",
  "arn:aws:sqs:*:123456789012:work*",
  "arn:aws:sqs:us-east-?:*:*",
  "arn:aws:sns:us-east-1:123456789012:work",
];
const INCOMPLETE_ARN_PATTERNS = ["arn:aws:sqs:*", "arn:aws:sqs:us-*:1234*"];

/** Condition keys with the operators that suit their type and values, policy's and request's, that meet often. */
const KEYS = [
  {
    key: "aws:SourceAccount",
    operators: ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"],
    wanted: ["123456789012", "1234*", "?23456789012", "222222222222"],
    given: ["123456789012", "222222222222"],
  },
  {
    key: "aws:SourceArn",
    operators: ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
    wanted: [
      "arn:aws:scheduler:*:*:schedule-group/a",
      "arn:aws:scheduler:us-east-1:1:schedule-group/?",
      "arn:aws:s3:::x",
    ],
    given: ["arn:aws:scheduler:us-east-1:1:schedule-group/a", "arn:aws:s3:::x"],
  },
  { key: "aws:SecureTransport", operators: ["Bool"], wanted: ["true", "false", "TRUE"], given: ["true", "false"] },
  {
    key: "aws:MultiFactorAuthAge",
    operators: [
      "NumericEquals",
      "NumericNotEquals",
      "NumericLessThan",
      "NumericLessThanEquals",
      "NumericGreaterThan",
      "NumericGreaterThanEquals",
    ],
    wanted: ["5", "10", "7.5"],
    given: ["5", "10"],
  },
  {
    key: "aws:CurrentTime",
    operators: [
      "DateEquals",
      "DateNotEquals",
      "DateLessThan",
      "DateLessThanEquals",
      "DateGreaterThan",
      "DateGreaterThanEquals",
    ],
    wanted: ["2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"],
    given: ["2026-12-01T00:00:00Z", "2026-12-24T00:00:00Z"],
  },
];

function listOf(values: readonly string[]): fc.Arbitrary<string | string[]> {
  return fc.oneof(
    fc.constantFrom(...values),
    fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 }),
  );
}

function condition(): fc.Arbitrary<Record<string, Record<string, string | string[]>>> {
  const plain = fc
    .constantFrom(...KEYS)
    .chain(({ key, operators, wanted }) =>
      fc
        .tuple(fc.constantFrom(...operators), fc.constantFrom("", "IfExists"), listOf(wanted))
        .map(([operator, suffix, values]) => ({ [operator + suffix]: { [key]: values } })),
    );
  const tags = fc
    .tuple(
      fc.constantFrom("ForAllValues", "ForAnyValue"),
      fc.constantFrom("StringEquals", "StringLike", "StringNotEquals"),
      listOf(["red", "green", "b*"]),
    )
    .map(([quantifier, operator, values]) => ({ [`${quantifier}:${operator}`]: { "aws:TagKeys": values } }));
  const missing = fc
    .tuple(fc.constantFrom(...KEYS), fc.constantFrom("true", "false"))
    .map(([{ key }, value]) => ({ Null: { [key]: value } }));
  return fc.oneof(plain, plain, tags, missing);
}

function statements(): fc.Arbitrary<object> {
  return fc
    .record({
      effect: fc.constantFrom("Allow", "Deny"),
      actionElement: fc.constantFrom("Action", "Action", "NotAction"),
      actions: listOf(ACTION_PATTERNS),
      resources: fc.oneof(
        listOf([...ARN_PATTERNS, ...INCOMPLETE_ARN_PATTERNS]).map((Resource) => ({ Resource })),
        listOf(ARN_PATTERNS).map((NotResource) => ({ NotResource })),
      ),
      condition: fc.option(fc.tuple(condition(), condition()), { nil: undefined }),
    })
    .map(({ effect, actionElement, actions, resources, condition: pair }) => ({
      Effect: effect,
      [actionElement]: actions,
      ...resources,
      ...(pair && { Condition: { ...pair[0], ...pair[1] } }),
    }));
}

function contexts(): fc.Arbitrary<Record<string, string | string[]>> {
  const values = KEYS.map(({ key, given: candidates }) =>
    fc.option(fc.constantFrom(...candidates), { nil: undefined }).map((value) => [key, value] as const),
  );
  const tags = fc
    .option(fc.uniqueArray(fc.constantFrom("red", "green", "blue"), { minLength: 1, maxLength: 3 }), { nil: undefined })
    .map((value) => ["aws:TagKeys", value] as const);
  return fc
    .tuple(...values, tags)
    .map((entries) => Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Case["context"]);
}

function cases(): fc.Arbitrary<Case> {
  return fc
    .tuple(
      fc.array(statements(), { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...ACTIONS),
      fc.constantFrom(...ARNS),
      contexts(),
    )
    .map(([list, action, resource, context]) => given(list, { action, resource, context }));
}
