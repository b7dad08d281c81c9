import { createHash } from "node:crypto";
import type { AmountFunctionConfig } from "../../lambda/agreements/amountConfig";
import { createAmountHandler } from "../../lambda/amounts/handler";
import { SequenceClient } from "../../lambda/client";
import type { Transport } from "../../lambda/client/transport";
import { createLogger } from "../../lambda/log";
import { SecretCache } from "../../lambda/secrets";
import { Counter } from "../count";
import { accountsAreRead } from "../faults/accounts";
import { SERVICES } from "../faults/services";
import { Striker, type StrikerOptions } from "../faults/striker";
import { type Stream, streamOf } from "../random";
import type { Story } from "../story";
import { pass } from "../virtualTime";
import { CampaignCloud, callOperation, sdkError } from "../world/cloud";
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
  readonly subject: string;
}

export interface AmountWorldOptions {
  readonly seed: number;
  readonly asked: number;
  readonly faults: Pick<StrikerOptions, "rate" | "kinds">;
  readonly story: Story;
  /** Switches a protection of the product off. */
  readonly transport?: (transport: Transport) => Transport;
  readonly client?: (client: SequenceClient) => Pick<SequenceClient, "getAccounts">;
}

/** The amount endpoint under load, while balances change at every moment and Sequence and its token come and go. */
export class AmountWorld {
  readonly counter = new Counter(0);
  readonly striker: Striker;
  private readonly random: Stream;
  private readonly cloud: CampaignCloud;
  private readonly accounts: AccountsServer;
  private readonly secretArn: string;
  private readonly pool: Pool;
  private readonly current = new Map<FunctionProcess, Asked>();

  constructor(private readonly options: AmountWorldOptions) {
    const { seed, faults, story } = options;
    this.random = streamOf(seed, "amounts");
    this.striker = new Striker({ seed, ...faults, onStrike: (fault) => story.strike(fault) });
    this.cloud = new CampaignCloud({ random: this.random, onScheduled: (_body, deliver) => deliver() });
    this.secretArn = this.cloud.secret("accounts", "access-token-1");
    this.accounts = new AccountsServer(this.random, (token) => this.cloud.secrets.put(this.secretArn, token));
    this.pool = new Pool({
      striker: this.striker,
      version: () => 1,
      load: (process) => this.load(process),
      askedOf: (event) => ({ subject: (event as Asked).subject, byHand: false, sentAt: 0 }),
      newId: () => this.random.id(),
      tell: () => {},
    });
  }

  /** Asks a few at a time, some seconds or hours apart. */
  async run(runUntil: (instant: number) => Promise<void>): Promise<void> {
    let ended = false;
    void this.askAll().then(() => {
      ended = true;
    });
    while (!ended) await runUntil(Date.now() + 3_600_000);
  }

  private async askAll(): Promise<void> {
    for (let number = 0; number < this.options.asked; ) {
      const together = Math.min(this.random.between(1, 4), this.options.asked - number);
      await Promise.all(Array.from({ length: together }, (_, index) => this.ask(number + index)));
      number += together;
      await pass(this.random.pick([1_000, 30_000, 3_600_000]));
    }
  }

  private async ask(number: number): Promise<void> {
    const name = this.random.pick(Object.keys(AMOUNTS));
    const subject = `${name}#${number}`;
    const asked: Asked = { name, subject, cents: this.random.between(-20_000, 900_000), shown: undefined };
    const result = await this.pool.invoke(asked);
    const answer = result.payload as { statusCode: number; body: string } | undefined;
    const verdict = answer?.statusCode === 200 ? this.isRight(asked, answer.body) : "error";
    this.options.story.tell(subject, verdict);
    this.counter.amount(verdict);
  }

  private isRight({ name, shown }: Asked, body: string): "right" | "wrong" {
    const { amountInCents } = JSON.parse(body) as { amountInCents?: unknown };
    return amountInCents === amountOf(name, shown) ? "right" : "wrong";
  }

  private load(process: FunctionProcess) {
    const logger = createLogger({}, (line) => this.options.story.line(process.asked.subject, line));
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
        return this.striker.cross(accountsAreRead, asked.subject, call, () => call.answer());
      });
    const { transport: changed = (given) => given, client: wrapped = (given) => given } = this.options;
    const client = new SequenceClient({
      accessToken: secrets.credential(this.secretArn, "accessToken"),
      transport: changed(transport),
      now,
      random: () => this.random.unit(),
    });
    const handler = createAmountHandler({ config, client: wrapped(client), logger, now });
    return async (event: unknown, context: { awsRequestId: string; getRemainingTimeInMillis(): number }) => {
      const asked = event as Asked;
      this.current.set(process, asked);
      const remaining = () => context.getRemainingTimeInMillis() - SPARE_MS;
      return handler(
        { pathParameters: { name: asked.name, token: TOKEN } },
        { awsRequestId: context.awsRequestId, getRemainingTimeInMillis: remaining },
      );
    };
  }

  private async readSecret(process: FunctionProcess, arn: string): Promise<string> {
    const outage = () => {
      throw sdkError("ServiceUnavailable");
    };
    const run = () => callOperation(this.cloud.secrets.api, "GetSecretValue", { SecretId: arn });
    const { subject } = process.asked;
    const answer = await this.striker.cross(
      SERVICES["Secrets Manager"],
      subject,
      { operation: "GetSecretValue", outage },
      run,
    );
    return String((answer as { SecretString: string }).SecretString);
  }
}

function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
