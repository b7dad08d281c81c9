import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TriggerArgs } from "../../provider";
import { evaluate, evaluateTrust, type Statement } from "../../sandbox";
import { allows, attachmentsOf, type Call, policyOf } from "./policies";
import { declaredQuickstart, quickstart, quickstartApi, quickstartArgs } from "./quickstartProgram";
import { ACCOUNT, type Declared, declare, named, ofType, REGION, root } from "./support";

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

const LOGS = arn("logs", "log-group:sequence-triggers-logs-1234567");
const AMOUNT_LOGS = arn("logs", "log-group:sequence-amounts-logs-1234567");
const TOKEN = arn("secretsmanager", "secret:sequence-amounts-access-token-1234567-AbCdEf");
const API_SECRETS = arn("secretsmanager", "secret:sequence-triggers-api-secrets-1234567-AbCdEf");
const WORK = arn("sqs", "sequence-triggers-work-1234567");
const FAILURES = arn("sqs", "sequence-triggers-failures-1234567");
const LEDGER = arn("dynamodb", "table/sequence-triggers-ledger-1234567");
const SCHEDULES = arn("scheduler", "schedule/sequence-triggers-schedules-1234567");
const TOPIC = arn("sns", "sequence-topic-1234567");

const AMOUNT_FUNCTION = arn("lambda", "function:sequence-amounts-function-1234567");

interface RoleCase {
  readonly policy: string;
  /** Every call that is made with the role. A call that is added to the code is added here. */
  readonly calls: readonly Call[];
  readonly nearMisses: readonly Call[];
}

const roles: Record<string, RoleCase> = {
  "the amount function": {
    policy: "sequence-amounts-policy",
    calls: [
      ["logs:CreateLogStream", `${AMOUNT_LOGS}:log-stream:2026/12/01/[$LATEST]0a1b`],
      ["logs:PutLogEvents", `${AMOUNT_LOGS}:log-stream:2026/12/01/[$LATEST]0a1b`],
      ["secretsmanager:GetSecretValue", TOKEN],
    ],
    nearMisses: [
      ["logs:PutLogEvents", `${LOGS}:log-stream:2026/12/01/[$LATEST]0a1b`],
      ["logs:PutLogEvents", `${AMOUNT_LOGS}8:log-stream:x`],
      ["logs:CreateLogGroup", AMOUNT_LOGS],
      ["logs:DeleteLogStream", `${AMOUNT_LOGS}:log-stream:x`],
      ["logs:DeleteLogGroup", AMOUNT_LOGS],
      ["secretsmanager:GetSecretValue", API_SECRETS],
      ["secretsmanager:GetSecretValue", TOKEN.slice(0, -1)],
      ["secretsmanager:GetSecretValue", TOKEN.slice(0, -"-AbCdEf".length)],
      ["secretsmanager:GetSecretValue", `${TOKEN}x`],
      ["secretsmanager:GetSecretValue", TOKEN.replace(ACCOUNT, "210987654321")],
      ["secretsmanager:GetSecretValue", TOKEN.replace(REGION, "us-east-1")],
      ["secretsmanager:PutSecretValue", TOKEN],
      ["secretsmanager:DescribeSecret", TOKEN],
      ["sqs:SendMessage", WORK],
      ["sns:Publish", TOPIC],
      ["dynamodb:GetItem", LEDGER],
      ["lambda:InvokeFunction", arn("lambda", "function:sequence-triggers-function-1234567")],
    ],
  },
  "the trigger function": {
    policy: "sequence-triggers-policy",
    calls: [
      ["logs:CreateLogStream", `${LOGS}:log-stream:2026/12/01/[$LATEST]0a1b`],
      ["logs:PutLogEvents", `${LOGS}:log-stream:2026/12/01/[$LATEST]0a1b`],
      // The event source mapping takes messages with the function's rights.
      ["sqs:ReceiveMessage", WORK],
      ["sqs:DeleteMessage", WORK],
      ["sqs:GetQueueAttributes", WORK],
      ["sqs:ChangeMessageVisibility", WORK],
      ["sqs:SendMessage", FAILURES],
      ["dynamodb:GetItem", LEDGER],
      ["dynamodb:PutItem", LEDGER],
      ["scheduler:GetSchedule", `${SCHEDULES}/payday`],
      ["scheduler:GetSchedule", `${SCHEDULES}/sequence-heartbeat`],
      ["secretsmanager:GetSecretValue", API_SECRETS],
      ["sns:Publish", TOPIC],
      ["lambda:InvokeFunction", AMOUNT_FUNCTION],
      ["logs:FilterLogEvents", AMOUNT_LOGS],
      // AWS asks for the group with the end that stands for its streams.
      ["logs:FilterLogEvents", `${AMOUNT_LOGS}:log-stream:`],
    ],
    nearMisses: [
      ["lambda:InvokeFunction", `${AMOUNT_FUNCTION}8`],
      ["lambda:InvokeFunction", `${AMOUNT_FUNCTION}:1`],
      ["lambda:InvokeFunction", AMOUNT_FUNCTION.replace("amounts", "triggers")],
      ["lambda:UpdateFunctionCode", AMOUNT_FUNCTION],
      ["logs:FilterLogEvents", LOGS],
      ["logs:GetLogEvents", `${AMOUNT_LOGS}:log-stream:x`],
      ["logs:PutLogEvents", `${AMOUNT_LOGS}:log-stream:x`],
      ["logs:CreateLogGroup", LOGS],
      ["logs:CreateLogGroup", `${LOGS}8`],
      ["sqs:SendMessage", WORK],
      ["sqs:PurgeQueue", WORK],
      ["sqs:ReceiveMessage", FAILURES],
      ["sqs:DeleteMessage", FAILURES],
      ["sqs:ReceiveMessage", `${WORK}8`],
      ["sqs:ReceiveMessage", WORK.slice(0, -1)],
      ["dynamodb:GetItem", `${LEDGER}8`],
      ["dynamodb:GetItem", `${LEDGER}/index/other`],
      ["dynamodb:DeleteItem", LEDGER],
      ["dynamodb:UpdateItem", LEDGER],
      ["dynamodb:Scan", LEDGER],
      ["dynamodb:DeleteTable", LEDGER],
      ["scheduler:GetSchedule", `${SCHEDULES}8/payday`],
      ["scheduler:GetSchedule", arn("scheduler", "schedule/default/payday")],
      ["scheduler:UpdateSchedule", `${SCHEDULES}/payday`],
      ["scheduler:DeleteSchedule", `${SCHEDULES}/payday`],
      ["secretsmanager:GetSecretValue", TOKEN],
      ["secretsmanager:GetSecretValue", API_SECRETS.slice(0, -"-AbCdEf".length)],
      ["secretsmanager:PutSecretValue", API_SECRETS],
      ["sns:Publish", `${TOPIC}8`],
      ["sns:Publish", TOPIC.replace(ACCOUNT, "210987654321")],
      ["sns:Subscribe", TOPIC],
      ["iam:PassRole", `arn:aws:iam::${ACCOUNT}:role/sequence-triggers-role-1234567`],
    ],
  },
  "the scheduler": {
    policy: "sequence-triggers-scheduler-policy",
    calls: [
      ["sqs:SendMessage", WORK],
      ["sqs:SendMessage", FAILURES],
    ],
    nearMisses: [
      ["sqs:SendMessage", `${WORK}8`],
      ["sqs:SendMessage", WORK.slice(0, -1)],
      ["sqs:SendMessage", WORK.replace(ACCOUNT, "210987654321")],
      ["sqs:ReceiveMessage", WORK],
      ["sqs:DeleteMessage", FAILURES],
      ["lambda:InvokeFunction", arn("lambda", "function:sequence-triggers-function-1234567")],
    ],
  },
};

describe("the rights of the roles", () => {
  let declared: Declared;
  before(async () => {
    declared = await declaredQuickstart();
  });

  for (const [who, { policy, calls, nearMisses }] of Object.entries(roles))
    describe(`of ${who}`, () => {
      let statements: Statement[];
      before(() => {
        statements = policyOf(declared, policy);
      });

      for (const call of calls)
        it(`allow ${call.join(" on ")}`, async () => assert.equal(await allows(statements, call), true));
      for (const call of nearMisses)
        it(`deny ${call.join(" on ")}`, async () => assert.equal(await allows(statements, call), false));

      it("deny every one of its actions on anything else", async () => {
        for (const [action, resource] of calls) {
          const another: Call = [action, resource.replace("sequence-", "another-")];
          assert.equal(await allows(statements, another), false, another.join(" on "));
          // Not asked of the independent evaluator, which takes it for a pattern.
          assert.equal(evaluate(statements, { action, resource: "*" }).allowed, false, action);
        }
      });

      it("hold no action that no call needs", () => {
        const granted = statements.flatMap(({ Action }) => Action ?? []);
        assert.deepEqual([...new Set(granted)].sort(), [...new Set(calls.map(([action]) => action))].sort());
      });

      it("hold no resource that no call needs", async () => {
        for (const statement of statements)
          for (const resource of [statement.Resource ?? []].flat()) {
            const used = await Promise.all(calls.map((call) => allows([{ ...statement, Resource: resource }], call)));
            assert.ok(used.includes(true), `${resource} is in the policy and in no call`);
          }
      });

      it("name whole actions on exact ARNs; only logs and the own group's schedules have a *", () => {
        for (const { Effect, Action, Resource, ...others } of statements) {
          assert.equal(Effect, "Allow");
          assert.deepEqual(Object.keys(others), ["Sid"]);
          for (const action of [Action ?? []].flat()) assert.match(action, /^[a-z]+:[A-Za-z]+$/);
          for (const resource of [Resource ?? []].flat()) {
            assert.match(resource, new RegExp(`^arn:aws:[a-z]+:${REGION}:${ACCOUNT}:.+`));
            if (resource === `${SCHEDULES}/*`) continue;
            if (!resource.startsWith("arn:aws:logs:")) assert.doesNotMatch(resource, /[*?]/);
            else assert.match(resource, /^[^*?]+:log-group:[^*?:]+(:\*)?$/);
          }
        }
      });
    });

  it("are in these three policies and nowhere else", () => {
    const policies = ofType(declared, "aws:iam/rolePolicy:RolePolicy").map(({ name }) => name);
    assert.deepEqual(
      policies.sort(),
      Object.values(roles)
        .map(({ policy }) => policy)
        .sort(),
    );
    assert.deepEqual(attachmentsOf(declared), []);
    for (const { inputs } of ofType(declared, "aws:iam/role:Role"))
      assert.deepEqual(Object.keys(inputs).sort(), ["assumeRolePolicy", "description"]);
  });

  it("are for the function of the same component: each has a role of its own", () => {
    const roleOf = (name: string) => named(declared, name).inputs.role;
    assert.equal(roleOf("sequence-amounts-function"), `arn:aws:iam::${ACCOUNT}:role/sequence-amounts-role-1234567`);
    assert.equal(roleOf("sequence-triggers-function"), `arn:aws:iam::${ACCOUNT}:role/sequence-triggers-role-1234567`);
    assert.equal(roleOf("sequence-amounts-policy"), "sequence-amounts-role-1234567");
    assert.equal(roleOf("sequence-triggers-policy"), "sequence-triggers-role-1234567");
    assert.equal(roleOf("sequence-triggers-scheduler-policy"), "sequence-triggers-scheduler-role-1234567");
  });

  it("leave out mails when alarms are off, and the access token when no amount needs one", async () => {
    const quiet = await declare(() =>
      quickstart({ alarms: false, alarmEmail: undefined, accessToken: undefined, amounts: fixedOnly }),
    );
    const actions = (policy: string) => policyOf(quiet, policy).flatMap(({ Action }) => Action ?? []);
    assert.ok(!actions("sequence-triggers-policy").includes("sns:Publish"));
    assert.deepEqual(actions("sequence-amounts-policy"), ["logs:CreateLogStream", "logs:PutLogEvents"]);
  });
});

describe("the right to count the ledger", () => {
  const actionsWith = async (digest: boolean | undefined) => {
    const declared = await declare(() => quickstart(digest === undefined ? {} : { digest }));
    const statements = policyOf(declared, "sequence-triggers-policy");
    return statements.flatMap(({ Action, Resource }) =>
      [Action].flat().includes("dynamodb:Scan") ? [[Action, Resource]] : [],
    );
  };

  it("is there only with the digest, on exactly the ledger", async () => {
    assert.deepEqual(await actionsWith(true), [[["dynamodb:Scan"], LEDGER]]);
    for (const digest of [false, undefined]) assert.deepEqual(await actionsWith(digest), []);
  });
});

describe("the trigger function's rights on the amount function", () => {
  const { payday } = quickstartArgs().triggers ?? {};
  const declaredWith = async (changes: Partial<NonNullable<typeof payday>>) => {
    const triggers = { payday: { ...(payday as NonNullable<typeof payday>), ...changes } };
    const declared = await declare(() => void quickstartApi({ triggers }));
    const { environment } = named(declared, "sequence-triggers-function").inputs;
    const { variables } = environment as { variables: Record<string, string> };
    const granted = policyOf(declared, "sequence-triggers-policy").flatMap(({ Action }) => Action ?? []);
    return {
      invokes: granted.includes("lambda:InvokeFunction"),
      readsLog: granted.includes("logs:FilterLogEvents"),
      fn: variables.AMOUNT_FUNCTION,
      logGroup: variables.AMOUNT_LOG_GROUP,
    };
  };

  it("are there if a trigger says what its rule asks for", async () => {
    assert.deepEqual(await declaredWith({}), {
      invokes: true,
      readsLog: true,
      fn: "sequence-amounts-function-1234567",
      logGroup: "sequence-amounts-logs-1234567",
    });
  });

  it("are the same if only events set off a trigger that says so", async () => {
    const byEvents = { schedule: undefined, timezone: undefined } as unknown as Partial<NonNullable<typeof payday>>;
    assert.deepEqual(await declaredWith(byEvents), await declaredWith({}));
  });

  it("leave out its log if no trigger expects to be asked", async () => {
    const { invokes, readsLog, logGroup } = await declaredWith({ expectAsked: false });
    assert.deepEqual([invokes, readsLog, logGroup], [true, false, undefined]);
  });

  it("are none otherwise", async () => {
    const none = { invokes: false, readsLog: false, fn: undefined, logGroup: undefined };
    assert.deepEqual(await declaredWith({ asks: undefined }), none);
  });
});

describe("a policy with as many secrets as there may be", () => {
  it("has no more characters than IAM takes, with names as long as they may be", async () => {
    const { payday } = quickstartArgs().triggers ?? {};
    assert.ok(payday);
    const name = (index: number) => `${index}`.padStart(64, "t");
    const secretArn = (index: number) => arn("secretsmanager", `secret:${`${index}`.padStart(100, "s")}-AbCdEf`);
    const triggers = Object.fromEntries(
      Array.from({ length: 37 }, (_, index) => [
        name(index),
        { ...payday, ruleId: `ru_${index}`, apiSecret: undefined, apiSecretArn: secretArn(index) },
      ]),
    );
    const declared = await declare(() => quickstartApi({ triggers }, {}, "c".repeat(100)));
    const policies = ofType(declared, "aws:iam/rolePolicy:RolePolicy").map(({ inputs }) => String(inputs.policy));
    for (const policy of policies) assert.ok(policy.length <= 10_240, `${policy.length} characters`);
    assert.ok(policies.some((policy) => policy.includes(secretArn(36))));
    const oneMore = { ...triggers, more: { ...triggers[name(0)], apiSecretArn: secretArn(37) } as TriggerArgs };
    await assert.rejects(
      declare(() => quickstartApi({ triggers: oneMore })),
      /38 different values of apiSecretArn/,
    );
  });
});

const fixedOnly = { rent: { kind: "Fixed", cents: 150_000 } } as const;

describe("the calls that are checked", () => {
  it("are those that the Lambdas' sources make", () => {
    const sources = ["lambda/triggers/aws", "lambda/secrets"].flatMap((folder) =>
      readdirSync(join(root, folder)).map((file) => readFileSync(join(root, folder, file), "utf8")),
    );
    const made = sources.flatMap((text) =>
      [...text.matchAll(/new (\w+)Command\(|"(?:secretsmanager|Logs_20140328)\.(\w+)"|(\/invocations`)/g)].map(
        ([, command, target, path]) => (path ? "InvokeFunction" : (command ?? target)) as string,
      ),
    );
    // The ledger is only scanned by a person's `history`, with that person's rights.
    const byFunctions = new Set(made.filter((operation) => operation !== "Scan"));
    const byService = ["logs:CreateLogStream", "logs:PutLogEvents"];
    const byMapping = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    const checked = new Set(
      ["the amount function", "the trigger function"]
        .flatMap((who) => roles[who]?.calls ?? [])
        .map(([action]) => action)
        .filter((action) => ![...byService, ...byMapping].includes(action))
        .map((action) => action.split(":")[1] as string),
    );
    assert.deepEqual([...byFunctions].sort(), [...checked].sort());
  });
});

describe("who may take on the roles", () => {
  const group = arn("scheduler", "schedule-group/sequence-triggers-schedules-1234567");
  const own = { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": group };
  let trust: (role: string) => Statement[];
  before(async () => {
    const declared = await declaredQuickstart();
    trust = (role) => JSON.parse(String(named(declared, role).inputs.assumeRolePolicy)).Statement;
  });

  it("is Lambda alone for the functions' roles", () => {
    for (const role of ["sequence-amounts-role", "sequence-triggers-role"])
      assert.deepEqual(trust(role), [
        { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } },
      ]);
  });

  it("is EventBridge Scheduler alone for the schedules' role, and only for the group of the component", () => {
    assert.deepEqual(trust("sequence-triggers-scheduler-role"), [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "scheduler.amazonaws.com" },
        Condition: { StringEquals: own },
      },
    ]);
  });

  const attempts: [string, string, Record<string, string>, boolean][] = [
    ["its own group", "scheduler.amazonaws.com", own, true],
    ["another group", "scheduler.amazonaws.com", { ...own, "aws:SourceArn": `${group}8` }, false],
    ["another account", "scheduler.amazonaws.com", { ...own, "aws:SourceAccount": "210987654321" }, false],
    ["nobody in particular", "scheduler.amazonaws.com", {}, false],
    ["another service", "lambda.amazonaws.com", own, false],
  ];
  for (const [title, service, context, allowed] of attempts)
    it(`${allowed ? "lets" : "doesn't let"} ${title} use the schedules' role`, () => {
      assert.equal(evaluateTrust(trust("sequence-triggers-scheduler-role"), { service, context }).allowed, allowed);
    });
});
