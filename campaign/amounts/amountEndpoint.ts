import { createHash } from "node:crypto";
import type { AmountFunctionConfig } from "../../lambda/agreements/amountConfig";
import { createAmountHandler } from "../../lambda/amounts/handler";
import { SequenceClient } from "../../lambda/client";
import type { Transport } from "../../lambda/client/transport";
import { createLogger } from "../../lambda/log";
import { SecretCache } from "../../lambda/secrets";
import { accountsAreRead } from "../faults/accounts";
import { SERVICES } from "../faults/services";
import type { Crossings } from "../faults/striker";
import type { Stream } from "../random";
import type { Story } from "../story";
import { type CampaignCloud, callOperation, sdkError } from "../world/cloud";
import { Pool } from "../world/pool";
import type { FunctionProcess } from "../world/process";
import { AccountsServer, type Shown } from "./accountsServer";
import { AMOUNTS, amountOf, CEILING_CENTS } from "./oracle";

const TOKEN = "the-url's-token";
/** The function of the campaign runs for a minute; an amount must be there after ten seconds. */
const SPARE_MS = 50_000;

/** One question for an amount. */
interface Asked extends Shown {
  readonly name: string;
  /** The amounts of a check, which is answered in place of `name`. */
  readonly check?: readonly string[];
  readonly subject: string;
}

export interface AmountEndpointOptions {
  readonly cloud: CampaignCloud;
  readonly random: Stream;
  readonly striker: Crossings;
  readonly story: Story;
  /** Takes the lines of the function's log. */
  readonly onLine?: (line: string) => void;
  /** Switches a protection of the product off. */
  readonly transport?: (transport: Transport) => Transport;
  readonly client?: (client: SequenceClient) => Pick<SequenceClient, "getAccounts">;
}

/** The amount function with Sequence's accounts, in which a balance changes between any two questions. */
export class AmountEndpoint {
  private readonly accounts: AccountsServer;
  private readonly secretArn: string;
  private readonly pool: Pool;
  private readonly current = new Map<FunctionProcess, Asked>();

  constructor(private readonly options: AmountEndpointOptions) {
    const { cloud, random, striker } = options;
    this.secretArn = cloud.secret("accounts", "access-token-1");
    this.accounts = new AccountsServer(random, (token) => cloud.secrets.put(this.secretArn, token));
    this.pool = new Pool({
      striker,
      version: () => 1,
      load: (process) => this.load(process),
      askedOf: (event) => ({ subject: (event as Asked).subject, byHand: false, sentAgain: false, sentAt: 0 }),
      newId: () => random.id(),
      tell: () => {},
    });
  }

  /** Asks for an amount, one by chance if none is named, and judges the answer. */
  async ask(subject: string, named?: string): Promise<"right" | "wrong" | "error"> {
    const { random } = this.options;
    const name = named ?? random.pick(Object.keys(AMOUNTS));
    const asked: Asked = { name, subject, cents: random.between(-20_000, 900_000), shown: undefined };
    const result = await this.pool.invoke(asked);
    const answer = result.payload as { statusCode: number; body: string } | undefined;
    return answer?.statusCode === 200 ? this.judged(asked, answer.body) : "error";
  }

  /** Asks whether these can be answered, as the trigger function does, and returns the answer's text. */
  async check(names: readonly string[], subject: string): Promise<string> {
    const cents = this.options.random.between(-20_000, 900_000);
    const asked: Asked = { name: "", subject, cents, shown: undefined, check: names };
    const { error, payload } = await this.pool.invoke(asked);
    if (error) throw sdkError(error.type);
    return JSON.stringify(payload);
  }

  private judged({ name, shown }: Asked, body: string): "right" | "wrong" {
    const { amountInCents } = JSON.parse(body) as { amountInCents?: unknown };
    return amountInCents === amountOf(name, shown) ? "right" : "wrong";
  }

  private load(process: FunctionProcess) {
    const { random, striker, story } = this.options;
    const logger = createLogger({}, (line) => {
      story.line(process.asked.subject, line, "amount: ");
      this.options.onLine?.(line);
    });
    const config: AmountFunctionConfig = {
      version: 1,
      ceilingCents: CEILING_CENTS,
      amounts: AMOUNTS,
      urlTokens: [
        { label: "1", digests: Object.fromEntries(Object.keys(AMOUNTS).map((name) => [name, digestOf(TOKEN)])) },
      ],
    };
    const now = () => process.now();
    const secrets = new SecretCache({
      now,
      logger,
      fetch: (arn) => process.guard(() => this.readSecret(process, arn)),
    });
    const transport: Transport = (request) =>
      process.guard(async () => {
        const asked = this.current.get(process) as Asked;
        const call = this.accounts.call(asked, request);
        return striker.cross(accountsAreRead, asked.subject, call, () => call.answer());
      });
    const { transport: changed = (given) => given, client: wrapped = (given) => given } = this.options;
    const client = new SequenceClient({
      accessToken: secrets.credential(this.secretArn, "accessToken"),
      transport: changed(transport),
      now,
      random: () => random.unit(),
    });
    const handler = createAmountHandler({ config, client: wrapped(client), logger, now });
    return async (event: unknown, context: { awsRequestId: string; getRemainingTimeInMillis(): number }) => {
      const asked = event as Asked;
      this.current.set(process, asked);
      const remaining = () => context.getRemainingTimeInMillis() - SPARE_MS;
      const within = { awsRequestId: context.awsRequestId, getRemainingTimeInMillis: remaining };
      if (asked.check) return handler({ check: asked.check }, within);
      return handler({ pathParameters: { name: asked.name, token: TOKEN } }, within);
    };
  }

  private async readSecret(process: FunctionProcess, arn: string): Promise<string> {
    const { cloud, striker } = this.options;
    const outage = () => {
      throw sdkError("ServiceUnavailable");
    };
    const run = () => callOperation(cloud.secrets.api, "GetSecretValue", { SecretId: arn });
    const { subject } = process.asked;
    const crossing = { operation: "GetSecretValue", outage };
    const answer = await striker.cross(SERVICES["Secrets Manager"], subject, crossing, run);
    return String((answer as { SecretString: string }).SecretString);
  }
}

function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
