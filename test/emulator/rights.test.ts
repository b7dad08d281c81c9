import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DeleteRolePolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import { GetPolicyCommand, UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { PurgeQueueCommand } from "@aws-sdk/client-sqs";
import { ask, HOUR_MS } from "../endToEnd/support";
import { removePrograms } from "../support/program";
import { changedQuickstart, INVOICE } from "../support/quickstart";
import { resource } from "./deployment";
import { type EmulatorWorld, startEmulatorWorld } from "./world";

interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
}

/** With events and the digest the trigger function does all that it can. */
const IN_FULL = `digest: true,\n  $&\n    ${INVOICE}`;

describe("The declared rights under another AWS's IAM", () => {
  let world: EmulatorWorld;
  let firstTime: number | undefined;

  before(async () => {
    world = await startEmulatorWorld(changedQuickstart("triggers: {", IN_FULL));
  });
  after(async () => {
    await world?.stop();
    removePrograms();
  });

  // What a check has left behind would disturb the next one.
  afterEach(async () => {
    world.sequence.clearFaults();
    world.sequence.configureRule("ru_12345", { remote: true, testMode: false });
    for (const nameEnd of ["-work", "-events"]) {
      const QueueUrl = made("aws:sqs/queue:Queue", nameEnd).id;
      await world.cloud.place.clients.sqs.send(new PurgeQueueCommand({ QueueUrl }));
    }
  });

  const made = (type: string, nameEnd: string) => resource(world.deployment(), type, nameEnd);
  const policy = (nameEnd: string) => made("aws:iam/rolePolicy:RolePolicy", nameEnd);
  const functionNamed = (nameEnd: string) => made("aws:lambda/function:Function", nameEnd).id;

  /** Another occurrence each time, so that the ledger knows none of them. */
  async function sendOccurrence(): Promise<void> {
    firstTime ??= world.now() - HOUR_MS;
    firstTime += 1_000;
    const scheduledTime = new Date(Math.floor(firstTime / 1000) * 1000).toISOString();
    await world.send(JSON.stringify({ trigger: "payday", ruleId: "ru_12345", scheduledTime }));
  }

  /** Another event each time. */
  const sendEvent = () => world.sendEvent(JSON.stringify({ trigger: "invoice", event: randomUUID() }));

  /** How often a function was refused something. */
  async function refusals(): Promise<number> {
    const groups = ["-amounts-logs", "-triggers-logs"].map((end) => made("aws:cloudwatch/logGroup:LogGroup", end).id);
    const found = groups.map(async (logGroupName) => {
      const { events = [] } = await world.cloud.place.clients.logs.send(new FilterLogEventsCommand({ logGroupName }));
      return events.filter(({ message = "" }) => /not authorized to perform|AccessDenied/.test(message)).length;
    });
    return (await Promise.all(found)).reduce((sum, count) => sum + count, 0);
  }

  /** Resolves once `done` holds. Rejects if a function is refused something instead. */
  async function reached(done: () => Promise<boolean>, what: string, begin: () => Promise<unknown>): Promise<void> {
    const before = await refusals();
    await begin();
    await world.until(async () => (await done()) || (await refusals()) > before, what);
    assert.equal(await refusals(), before, `${what}: a function was refused something`);
  }

  const moreThan = async (list: () => Promise<readonly unknown[]>) => {
    const before = (await list()).length;
    return async () => (await list()).length > before;
  };

  const executed = async () =>
    reached(await moreThan(() => world.logged("occurrence.executed")), "it is executed", sendOccurrence);

  /** IAM's own answer about the role: for what AWS's services use without MiniStack's asking IAM, and for what only the daily check uses. */
  async function allowed(role: string, actions: readonly string[], resources: readonly string[]): Promise<void> {
    const PolicySourceArn = String(made("aws:iam/role:Role", role).state.arn);
    for (const ResourceArn of resources) {
      const { EvaluationResults = [] } = await world.cloud.place.clients.iam.send(
        new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames: [...actions], ResourceArns: [ResourceArn] }),
      );
      assert.deepEqual(
        EvaluationResults.map(({ EvalActionName, EvalDecision }) => [EvalActionName, EvalDecision]),
        actions.map((action) => [action, "allowed"]),
        ResourceArn,
      );
    }
  }

  const arn = (type: string, nameEnd: string) => String(made(type, nameEnd).state.arn);
  const writesLog = (part: string) => () =>
    allowed(
      `-${part}-role`,
      ["logs:CreateLogStream", "logs:PutLogEvents"],
      [`${arn("aws:cloudwatch/logGroup:LogGroup", `-${part}-logs`)}:log-stream:2026/12/01/[$LATEST]0`],
    );

  /** The function itself puts a message back that is to be tried again; the rest is done by its event source mapping. */
  const takesFrom = (nameEnd: string, send: () => Promise<void>) => async () => {
    const queue = arn("aws:sqs/queue:Queue", nameEnd);
    await allowed("-triggers-role", ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], [queue]);
    world.sequence.fault({ status: 500, times: 100 });
    await reached(await moreThan(() => world.logged("sequence.attempt")), "its message is put back", send);
  };

  /** By policy and statement, what shows that the statement is needed. */
  const checks: Record<string, () => Promise<unknown>> = {
    "-amounts-policy WriteLog": writesLog("amounts"),
    "-amounts-policy ReadAccessToken": async () => {
      assert.equal((await ask(String(world.amountUrls.buffer))).status, 200);
    },
    "-triggers-policy WriteLog": writesLog("triggers"),
    "-triggers-policy GiveUpOccurrence": async () => {
      world.sequence.configureRule("ru_12345", { remote: false });
      await reached(await moreThan(() => world.failures()), "it is in the failure queue", sendOccurrence);
    },
    "-triggers-policy ReadApiSecrets": executed,
    "-triggers-policy KeepLedger": executed,
    "-triggers-policy CountLedger": () =>
      allowed("-triggers-role", ["dynamodb:Scan"], [arn("aws:dynamodb/table:Table", "-ledger")]),
    "-triggers-policy CheckSchedules": async () => {
      const schedules = ["-schedule-payday", "-heartbeat"].map((end) => arn("aws:scheduler/schedule:Schedule", end));
      await allowed("-triggers-role", ["scheduler:GetSchedule"], schedules);
    },
    "-triggers-policy CheckAmounts": executed,
    "-triggers-policy ReadAmountLog": () =>
      allowed("-triggers-role", ["logs:FilterLogEvents"], [arn("aws:cloudwatch/logGroup:LogGroup", "-amounts-logs")]),
    "-triggers-policy SendMail": async () => {
      world.sequence.configureRule("ru_12345", { testMode: true });
      await reached(await moreThan(() => world.mails()), "a mail tells of it", sendOccurrence);
    },
    "-scheduler-policy SendToQueues": () =>
      allowed(
        "-scheduler-role",
        ["sqs:SendMessage"],
        ["-work", "-failures"].map((end) => arn("aws:sqs/queue:Queue", end)),
      ),
    "-triggers-policy TakeFromWorkQueue": takesFrom("-work", sendOccurrence),
    "-triggers-policy TakeFromEventQueue": takesFrom("-events", sendEvent),
  };

  /** A new process of each function, which remembers no secret: MiniStack starts one after such an update. */
  async function restartFunctions(): Promise<void> {
    for (const nameEnd of ["-amounts-function", "-triggers-function"]) {
      const { id: FunctionName, inputs } = made("aws:lambda/function:Function", nameEnd);
      const MemorySize = Number(inputs.memorySize);
      await world.cloud.place.clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize }));
    }
  }

  async function putPolicy(nameEnd: string, statements: readonly Statement[]): Promise<void> {
    const { inputs, state } = policy(nameEnd);
    const of = { RoleName: String(inputs.role), PolicyName: String(state.name) };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    const { iam } = world.cloud.place.clients;
    // A policy without a statement is malformed.
    if (statements.length === 0) await iam.send(new DeleteRolePolicyCommand(of));
    else await iam.send(new PutRolePolicyCommand({ ...of, PolicyDocument }));
    await restartFunctions();
  }

  const statementsOf = (nameEnd: string): Statement[] => JSON.parse(String(policy(nameEnd).inputs.policy)).Statement;

  it("have a check for each of their statements", () => {
    const declared = world
      .deployment()
      .resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
      .flatMap(({ name, inputs }) =>
        (JSON.parse(String(inputs.policy)).Statement as Statement[]).map(
          ({ Sid }) => `${name.replace(/^sequence(-triggers(?=-scheduler))?/, "")} ${Sid}`,
        ),
      );
    assert.deepEqual(Object.keys(checks).sort(), declared.sort());
  });

  for (const [name, check] of Object.entries(checks)) {
    const [nameEnd = "", sid] = name.split(" ");

    it(`are enough for what ${name} is for, and without it that fails`, async () => {
      await check();
      const statements = statementsOf(nameEnd);
      await putPolicy(
        nameEnd,
        statements.filter(({ Sid }) => Sid !== sid),
      );
      try {
        await assert.rejects(check, assert.AssertionError);
      } finally {
        await putPolicy(nameEnd, statements);
      }
    });
  }

  // MiniStack 1.5.33 doesn't look at them when Lambda or Scheduler takes on a role.
  it("let the declared services, and nobody else, take on the roles", async () => {
    const roles = world.deployment().resources.filter(({ type }) => type === "aws:iam/role:Role");
    assert.equal(roles.length, 3);
    for (const { id: RoleName, inputs } of roles) {
      const { Role } = await world.cloud.place.clients.iam.send(new GetRoleCommand({ RoleName }));
      const made = decodeURIComponent(String(Role?.AssumeRolePolicyDocument));
      assert.deepEqual(JSON.parse(made), JSON.parse(String(inputs.assumeRolePolicy)), RoleName);
    }
  });

  // MiniStack 1.5.33 doesn't look at it when the API is called.
  it("let the API, and nobody else, invoke the amount function", async () => {
    const FunctionName = functionNamed("-amounts-function");
    const { Policy = "" } = await world.cloud.place.clients.lambda.send(new GetPolicyCommand({ FunctionName }));
    const api = String(made("aws:apigatewayv2/api:Api", "-api").state.executionArn);
    assert.deepEqual(
      (JSON.parse(Policy).Statement as Record<string, unknown>[]).map(({ Sid, Resource, ...rest }) => rest),
      [
        {
          Effect: "Allow",
          Principal: { Service: "apigateway.amazonaws.com" },
          Action: "lambda:InvokeFunction",
          Condition: { ArnLike: { "AWS:SourceArn": `${api}/*/POST/amounts/{name}/{token}` } },
        },
      ],
    );
  });
});
