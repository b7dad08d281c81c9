import assert from "node:assert/strict";
import { Iam } from "../../../../sandbox/aws/iam";
import { LAMBDA_TRUST, make, testContext } from "../support";

const ROLE = "aws:iam/role:Role";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const ALLOW_SEND = { Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:us-east-1:123456789012:work" };
const SEND = { action: "sqs:SendMessage", resource: "arn:aws:sqs:us-east-1:123456789012:work" };

function policy(...Statement: object[]) {
  return { Version: "2012-10-17", Statement };
}

function trust(condition: object) {
  const [statement] = LAMBDA_TRUST.Statement;
  return policy({ ...statement, Principal: { Service: "scheduler.amazonaws.com" }, Condition: condition });
}

describe("IAM", () => {
  let iam: Iam;
  beforeEach(() => {
    iam = new Iam(testContext());
  });

  async function role(inputs: Record<string, unknown> = {}): Promise<string> {
    const created = await make(iam, ROLE, "reader", { assumeRolePolicy: LAMBDA_TRUST, ...inputs });
    return String(created.state.arn);
  }

  function attach(roleArn: string, name: string, ...statements: object[]): Promise<unknown> {
    return make(iam, POLICY, name, { role: roleArn.split("/")[1], policy: policy(...statements) });
  }

  it("gives a role its name and ARN, and keeps its inputs", async () => {
    const created = await make(iam, ROLE, "reader", {
      assumeRolePolicy: JSON.stringify(LAMBDA_TRUST),
      path: "/service/",
      tags: { a: "b" },
    });
    assert.match(created.id, /^reader-[0-9a-f]{7}$/);
    assert.equal(created.state.arn, `arn:aws:iam::123456789012:role/service/${created.id}`);
    assert.equal(created.state.name, created.id);
    assert.deepEqual(created.state.tagsAll, { a: "b" });
    assert.equal(created.state.assumeRolePolicy, JSON.stringify(LAMBDA_TRUST));
  });

  it("answers with policies as text, as AWS does", async () => {
    const created = await make(iam, ROLE, "reader", { assumeRolePolicy: LAMBDA_TRUST });
    assert.equal(created.state.assumeRolePolicy, JSON.stringify(LAMBDA_TRUST));
  });

  it("refuses a second role of one name, whatever its case", async () => {
    await role({ name: "Reader" });
    await assert.rejects(role({ name: "reader" }), { code: "EntityAlreadyExists" });
  });

  it("refuses names that AWS refuses", async () => {
    await assert.rejects(role({ name: "a".repeat(65) }), /at most 64/);
    await assert.rejects(role({ name: "a b" }), { code: "ValidationError" });
  });

  it("allows nothing to a role without policies", async () => {
    const decision = iam.authorize({ roleArn: await role(), ...SEND });
    assert.deepEqual(decision, {
      allowed: false,
      reason: "because no identity-based policy allows the sqs:SendMessage action",
    });
  });

  it("allows what one of its policies allows", async () => {
    const roleArn = await role();
    await attach(roleArn, "receive", { ...ALLOW_SEND, Action: "sqs:ReceiveMessage" });
    await attach(roleArn, "send", { Sid: "Send", ...ALLOW_SEND });
    assert.deepEqual(iam.authorize({ roleArn, ...SEND }), { allowed: true, reason: "statement Send" });
    assert.equal(iam.authorize({ roleArn, ...SEND, action: "sqs:ReceiveMessage" }).allowed, true);
    assert.equal(iam.authorize({ roleArn, ...SEND, action: "sqs:DeleteMessage" }).allowed, false);
  });

  it("lets a deny in one policy win over an allow in another", async () => {
    const roleArn = await role();
    await attach(roleArn, "send", ALLOW_SEND);
    await attach(roleArn, "deny", { ...ALLOW_SEND, Effect: "Deny" });
    assert.deepEqual(iam.authorize({ roleArn, ...SEND }), {
      allowed: false,
      reason: "with an explicit deny in an identity-based policy",
    });
  });

  it("keeps one role's policies from another", async () => {
    const allowed = await role({ name: "a" });
    await attach(allowed, "send", ALLOW_SEND);
    const other = await role({ name: "b" });
    assert.equal(iam.authorize({ roleArn: allowed, ...SEND }).allowed, true);
    assert.equal(iam.authorize({ roleArn: other, ...SEND }).allowed, false);
  });

  it("refuses a policy for a role that doesn't exist", async () => {
    await assert.rejects(make(iam, POLICY, "send", { role: "nobody", policy: policy(ALLOW_SEND) }), {
      code: "NoSuchEntity",
    });
  });

  it("refuses to judge for a role that doesn't exist", () => {
    const roleArn = "arn:aws:iam::123456789012:role/nobody";
    assert.throws(() => iam.authorize({ roleArn, ...SEND }), { code: "NoSuchEntity" });
    assert.throws(() => iam.credentialsOf(roleArn), { code: "NoSuchEntity" });
  });

  it("refuses inline policies of more than 10,240 characters together, white space not counted", async () => {
    const roleArn = await role();
    const big = policy(...Array.from({ length: 60 }, () => ALLOW_SEND));
    await make(iam, POLICY, "one", { role: roleArn.split("/")[1], policy: JSON.stringify(big, null, 40) });
    await assert.rejects(make(iam, POLICY, "two", { role: roleArn.split("/")[1], policy: big }), {
      code: "LimitExceeded",
    });
  });

  it("lets the services that the trust policy names assume a role", async () => {
    const roleArn = await role();
    assert.equal(iam.canAssume({ roleArn, service: "lambda.amazonaws.com" }).allowed, true);
    assert.equal(iam.canAssume({ roleArn, service: "scheduler.amazonaws.com" }).allowed, false);
  });

  it("minds the trust policy's source conditions", async () => {
    const roleArn = await role({
      assumeRolePolicy: trust({
        StringEquals: {
          "aws:SourceAccount": "123456789012",
          "aws:sourcearn": ["arn:aws:scheduler:us-east-1:123456789012:schedule-group/payday", "other"],
        },
      }),
    });
    const context = {
      "aws:SourceAccount": "123456789012",
      "aws:SourceArn": "arn:aws:scheduler:us-east-1:123456789012:schedule-group/payday",
    };
    const service = "scheduler.amazonaws.com";
    assert.equal(iam.canAssume({ roleArn, service, context }).allowed, true);
    assert.equal(iam.canAssume({ roleArn, service }).allowed, false);
    assert.equal(
      iam.canAssume({ roleArn, service, context: { ...context, "aws:SourceAccount": "999999999999" } }).allowed,
      false,
    );
    assert.equal(
      iam.canAssume({ roleArn, service, context: { ...context, "aws:SourceArn": `${context["aws:SourceArn"]}2` } })
        .allowed,
      false,
    );
  });

  describe("throws rather than guess", () => {
    const cases: [string, object, RegExp][] = [
      ...["StringNotEquals", "StringLike", "ArnLike", "IpAddress", "Null", "Bool", "DateLessThan", "NumericEquals"].map(
        (operator): [string, object, RegExp] => [
          `the condition operator ${operator}`,
          { Condition: { [operator]: { "aws:SourceArn": "x" } } },
          new RegExp(`the condition operator ${operator}$`),
        ],
      ),
      [
        "an operator that leaves a missing key alone",
        { Condition: { StringEqualsIfExists: { "aws:SourceArn": "x" } } },
        /StringEqualsIfExists/,
      ],
      [
        "an operator on many values",
        { Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": "x" } } },
        /ForAllValues:StringEquals/,
      ],
      [
        "a policy variable in a resource",
        { Resource: `arn:aws:sqs:us-east-1:123456789012:\${aws:PrincipalTag/queue}` },
        /policy variables/,
      ],
      [
        "a policy variable in a condition",
        { Condition: { StringEquals: { "aws:SourceArn": `\${aws:PrincipalArn}` } } },
        /policy variables/,
      ],
      ["NotResource", { Resource: undefined, NotResource: "arn:aws:sqs:us-*" }, /NotResource/],
      ["NotAction", { Action: undefined, NotAction: "sqs:*" }, /NotAction/],
    ];
    for (const [title, parts, message] of cases)
      it(`for ${title}, even in a statement about something else`, async () => {
        const odd = JSON.parse(JSON.stringify({ ...ALLOW_SEND, Action: "sns:Publish", ...parts }));
        const roleArn = await role();
        await assert.rejects(attach(roleArn, "odd", ALLOW_SEND, odd), { code: "NotImplemented", message });
      });

    it("for a condition key that it doesn't fill in, even in a statement about something else", async () => {
      const roleArn = await role();
      const Condition = { StringEquals: { "aws:PrincipalArn": "x" } };
      await attach(roleArn, "send", ALLOW_SEND);
      await attach(roleArn, "odd", { ...ALLOW_SEND, Action: "sns:Publish", Condition });
      assert.throws(() => iam.authorize({ roleArn, ...SEND }), { code: "NotImplemented", message: /aws:principalarn/ });
    });

    it("for a deny whose wildcard would have to pass a colon, and only then", async () => {
      const roleArn = await role();
      await attach(roleArn, "send", ALLOW_SEND, { ...ALLOW_SEND, Effect: "Deny", Resource: "arn:aws:sqs:*:work" });
      assert.throws(() => iam.authorize({ roleArn, ...SEND }), { code: "NotImplemented" });
      const other = { ...SEND, resource: "arn:aws:sqs:us-east-1:123456789012:other" };
      assert.equal(iam.authorize({ roleArn, ...other }).allowed, false);
    });

    it("for managed policies, inline ones and boundaries", async () => {
      const unsupported: [string, unknown][] = [
        ["managedPolicyArns", ["arn:aws:iam::aws:policy/AdministratorAccess"]],
        ["inlinePolicies", [{ name: "send", policy: policy(ALLOW_SEND) }]],
        ["permissionsBoundary", "arn:aws:iam::aws:policy/ReadOnlyAccess"],
      ];
      for (const [input, value] of unsupported)
        await assert.rejects(role({ [input]: value }), { code: "NotImplemented", message: new RegExp(input) });
    });

    it("for a trust policy that everybody fits, or all but some", async () => {
      const everybody = { Effect: "Allow", Action: "sts:AssumeRole", Principal: "*" };
      await assert.rejects(role({ assumeRolePolicy: policy(everybody) }), { code: "NotImplemented" });
      const allBut = { Effect: "Allow", Action: "sts:AssumeRole", NotPrincipal: { Service: "x.amazonaws.com" } };
      await assert.rejects(role({ assumeRolePolicy: policy(allBut) }), { message: /NotPrincipal/ });
    });
  });

  describe("refuses as malformed", () => {
    const [trustStatement] = LAMBDA_TRUST.Statement;
    const identity: [string, unknown][] = [
      ["text that is no JSON", "{"],
      ["a document without statements", { Version: "2012-10-17" }],
      ["an empty list of statements", policy()],
      ["a version of its own", { Version: "2026-01-01", Statement: [ALLOW_SEND] }],
      ["an unknown element of the document", { ...policy(ALLOW_SEND), Statements: [] }],
      ["an unknown element of a statement", policy({ ...ALLOW_SEND, Resources: "*" })],
      ["a missing effect", policy({ ...ALLOW_SEND, Effect: undefined })],
      ["an effect in small letters", policy({ ...ALLOW_SEND, Effect: "allow" })],
      ["a statement without actions", policy({ ...ALLOW_SEND, Action: undefined })],
      ["an empty list of actions", policy({ ...ALLOW_SEND, Action: [] })],
      ["an action without a vendor", policy({ ...ALLOW_SEND, Action: "SendMessage" })],
      ["an action with a wildcard vendor", policy({ ...ALLOW_SEND, Action: "s*:SendMessage" })],
      ["a statement without resources", policy({ ...ALLOW_SEND, Resource: undefined })],
      ["a resource that is no ARN", policy({ ...ALLOW_SEND, Resource: "work" })],
      ["an undefined resource", policy({ ...ALLOW_SEND, Resource: [undefined] })],
      ["a principal", policy({ ...ALLOW_SEND, Principal: "*" })],
      ["a condition without keys", policy({ ...ALLOW_SEND, Condition: { StringEquals: "x" } })],
      ["a condition key without a vendor", policy({ ...ALLOW_SEND, Condition: { StringEquals: { account: "x" } } })],
      ["a condition value that is an object", policy({ ...ALLOW_SEND, Condition: { Bool: { "a:b": {} } } })],
      ["two statements of one Sid", policy({ Sid: "A", ...ALLOW_SEND }, { Sid: "A", ...ALLOW_SEND })],
      ["a Sid with a dash", policy({ Sid: "a-b", ...ALLOW_SEND })],
    ];
    for (const [title, document] of identity)
      it(`${title}`, async () => {
        const roleArn = await role();
        await assert.rejects(make(iam, POLICY, "p", { role: roleArn.split("/")[1], policy: document }), {
          code: "MalformedPolicyDocument",
        });
      });

    const trusts: [string, unknown][] = [
      ["a missing trust policy", undefined],
      ["a trust policy with a resource", policy({ ...trustStatement, Resource: "*" })],
      ["a trust policy without a principal", policy({ ...trustStatement, Principal: undefined })],
      ["a service that can't be one", policy({ ...trustStatement, Principal: { Service: "lambda" } })],
      [
        "a principal of an unknown kind",
        policy({ ...trustStatement, Principal: { Services: "lambda.amazonaws.com" } }),
      ],
    ];
    for (const [title, document] of trusts)
      it(`${title}`, async () => {
        await assert.rejects(role({ assumeRolePolicy: document }), { code: "MalformedPolicyDocument" });
      });

    it("without quoting the text", async () => {
      await assert.rejects(
        role({ assumeRolePolicy: '{"hunter2' }),
        (error: Error) => !error.message.includes("hunter2"),
      );
    });
  });

  it("makes one set of keys a role and knows whose they are", async () => {
    const a = await role({ name: "a" });
    const b = await role({ name: "b" });
    const keys = iam.credentialsOf(a);
    assert.match(keys.accessKeyId, /^ASIA[A-Z2-7]{16}$/);
    assert.equal(keys.secretAccessKey.length, 40);
    assert.deepEqual(iam.credentialsOf(a), keys);
    assert.notEqual(iam.credentialsOf(b).accessKeyId, keys.accessKeyId);
    assert.equal(iam.roleOf(keys.accessKeyId), a);
    assert.equal(iam.roleOf("ASIAXXXXXXXXXXXXXXXX"), undefined);
  });
});
