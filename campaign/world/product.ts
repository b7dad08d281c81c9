import { checkedAmounts } from "../../lambda/agreements/amountCheck";
import { expectsQuestions, isScheduled, type TriggerFunctionConfig } from "../../lambda/agreements/triggerConfig";
import { SequenceClient } from "../../lambda/client";
import type { TransportRequest, TransportResponse } from "../../lambda/client/transport";
import { LONGEST_TIMEOUT_MS } from "../../lambda/client/waiting";
import { createLogger, type Logger } from "../../lambda/log";
import { SecretCache } from "../../lambda/secrets";
import { DynamoDbLedger } from "../../lambda/triggers/aws/dynamoDb";
import { awsSchedules } from "../../lambda/triggers/aws/scheduler";
import { snsMail } from "../../lambda/triggers/aws/sns";
import { sqsFailureQueue, sqsWorkQueue } from "../../lambda/triggers/aws/sqs";
import { createTriggerHandler } from "../../lambda/triggers/handler";
import type { AmountChecker, AmountLog, TriggerDeps } from "../../lambda/triggers/ports";
import type { AwsApi } from "../../sandbox/aws/types";
import type { ServiceName } from "../faults/services";
import { pass } from "../virtualTime";
import { type CampaignCloud, callOperation, GROUP } from "./cloud";
import type { FunctionProcess } from "./process";

/** Takes every call of a process to a service of AWS; `run` does it. */
type ServiceCalls = (
  process: FunctionProcess,
  service: ServiceName,
  operation: string,
  input: object,
  run: () => Promise<unknown>,
) => Promise<unknown>;

export interface ProductOptions {
  readonly cloud: CampaignCloud;
  readonly process: FunctionProcess;
  readonly config: TriggerFunctionConfig;
  readonly random: { unit(): number; id(): string };
  readonly calls: ServiceCalls;
  /** The amount function's answer to a check. */
  readonly check: (names: readonly string[], limitMs: number) => Promise<string>;
  /** A page of the amount function's log. */
  readonly logPage: AmountLog["page"];
  readonly send: (request: TransportRequest, process: FunctionProcess) => Promise<TransportResponse>;
  readonly log: (line: string) => void;
}

/** The ports of the trigger function as `connectTriggers` makes them, with the sandbox's services behind the AWS clients. */
export function productDeps(options: ProductOptions): TriggerDeps {
  const { cloud, process, config, random, send } = options;
  const now = () => process.now();
  const takesEvents = Object.values(config.triggers).some((spec) => !isScheduled(spec));
  const logger: Logger = createLogger({}, (line) => {
    if (process.isGoing) options.log(line);
  });
  const dynamoDb = callerOf(options, "DynamoDB", cloud.tables.api);
  const sqs = callerOf(options, "SQS", cloud.queues.api);
  const secretsManager = callerOf(options, "Secrets Manager", cloud.secrets.api);
  const secrets = new SecretCache({
    now,
    logger,
    fetch: async (arn) => {
      const answer = await secretsManager("GetSecretValue", { SecretId: arn });
      return String((answer as { SecretString?: string }).SecretString);
    },
  });
  const client = new SequenceClient({
    timeoutMs: LONGEST_TIMEOUT_MS,
    random: () => random.unit(),
    now,
    transport: (request) => process.guard(() => send(request, process)),
  });
  const specs = Object.values(config.triggers);
  const ledger = new DynamoDbLedger("ledger", sender(dynamoDb));
  const deps: TriggerDeps = {
    config,
    ledger,
    ...(config.digest ? { ledgerReader: ledger } : {}),
    ...(specs.some(expectsQuestions) ? { amountLog: { page: (of) => process.guard(() => options.logPage(of)) } } : {}),
    workQueue: sqsWorkQueue(cloud.urlOf(cloud.work), sender(sqs)),
    ...(takesEvents ? { eventQueue: sqsWorkQueue(cloud.urlOf(cloud.events), sender(sqs)) } : {}),
    failureQueue: sqsFailureQueue(cloud.urlOf(cloud.failures), sender(sqs)),
    mail: snsMail(cloud.topicArn, sender(callerOf(options, "SNS", cloud.topics.api))),
    schedules: awsSchedules(GROUP, sender(callerOf(options, "Scheduler", cloud.scheduler.api))),
    sequence: { triggerRule: (rule, { triggerPath: _, ...options }) => client.triggerRule(rule, options) },
    ...(specs.some(({ asks }) => asks) ? { amounts: amountChecker(options) } : {}),
    secrets,
    logger,
    region: cloud.context.region,
    now,
    random: () => random.unit(),
    sleep: (ms) => process.guard(() => pass(ms)),
    newId: () => random.id(),
  };
  for (const { apiSecretArn } of Object.values(config.triggers).slice(0, 3)) secrets.prefetch(apiSecretArn);
  return deps;
}

export { createTriggerHandler };

/** As `amountFunction` is, without the wire. */
function amountChecker({ process, check }: ProductOptions): AmountChecker {
  return {
    check: (names, limitMs) =>
      process.guard(async () => {
        const late = pass(limitMs).then(() => {
          throw new Error(`the amount function didn't answer within ${limitMs} ms`);
        });
        return checkedAmounts(await Promise.race([check(names, limitMs), late]), names);
      }),
  };
}

type Call = (operation: string, input: object) => Promise<unknown>;

function callerOf({ process, calls }: ProductOptions, service: ServiceName, api: AwsApi): Call {
  return (operation, input) =>
    process.guard(() => calls(process, service, operation, input, () => callOperation(api, operation, input)));
}

/** What the adapters take for an SDK client. */
// biome-ignore lint/suspicious/noExplicitAny: each adapter names its own commands and answers
function sender(call: Call): () => Promise<any> {
  const send = async (command: { readonly constructor: { readonly name: string }; readonly input: object }) =>
    datesIn(await call(command.constructor.name.replace(/Command\d*$/, ""), command.input));
  return async () => ({ send });
}

/** The SDK makes dates of Scheduler's seconds. */
function datesIn(answer: unknown): unknown {
  if (typeof answer !== "object" || answer === null || !("LastModificationDate" in answer)) return answer;
  const fields = Object.entries(answer).map(([name, value]) => [
    name,
    /Date$/.test(name) && typeof value === "number" ? new Date(value * 1000) : value,
  ]);
  return Object.fromEntries(fields);
}
