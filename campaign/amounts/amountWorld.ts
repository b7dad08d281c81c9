import { createHash } from "node:crypto";
import type { AmountFunctionConfig } from "../../lambda/agreements/amountConfig";
import { createAmountHandler } from "../../lambda/amounts/handler";
import { SequenceClient } from "../../lambda/client";
import type { Transport, TransportRequest, TransportResponse } from "../../lambda/client/transport";
import { createLogger } from "../../lambda/log";
import { SecretCache } from "../../lambda/secrets";
import { AcceptedCredentials } from "../../sandbox/sequence/acceptedCredentials";
import { Counter } from "../count";
import { type AccountsCall, accountsAreRead, type Listed } from "../faults/accounts";
import { SERVICES } from "../faults/services";
import { Striker, type StrikerOptions } from "../faults/striker";
import { type Stream, streamOf } from "../random";
import type { Story } from "../story";
import { pass } from "../virtualTime";
import { CampaignCloud, callOperation, sdkError } from "../world/cloud";
import { Pool } from "../world/pool";
import type { FunctionProcess } from "../world/process";
import { AMOUNTS, amountOf, CEILING_CENTS } from "./oracle";

const TOKEN = "the-url's-token";
/** The function of the campaign runs for a minute; an amount must be there after ten seconds. */
const SPARE_MS = 50_000;

/** One question for an amount. */
interface Asked {
  readonly name: string;
  readonly subject: string;
  /** The true balance at the time, in cents. */
  readonly cents: number;
  /** What Sequence has shown of it for this question and no other; undefined for a list without a usable balance. */
  shown: number | undefined;
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
  private readonly tokens = new AcceptedCredentials("access-token-1");
  private readonly secretArn: string;
  private readonly pool: Pool;
  private readonly current = new Map<FunctionProcess, Asked>();
  private token = 1;

  constructor(private readonly options: AmountWorldOptions) {
    const { seed, faults, story } = options;
    this.random = streamOf(seed, "amounts");
    this.striker = new Striker({ seed, ...faults, onStrike: (fault) => story.strike(fault) });
    this.cloud = new CampaignCloud({ random: this.random, onScheduled: (_body, deliver) => deliver() });
    this.secretArn = this.cloud.secret("accounts", "access-token-1");
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
    const transport: Transport = (request) => process.guard(() => this.accounts(process, request));
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

  private async accounts(process: FunctionProcess, request: TransportRequest): Promise<TransportResponse> {
    const asked = this.current.get(process) as Asked;
    const call: AccountsCall = {
      answer: (edit, body) => this.answer(asked, request, edit, body),
      rotateToken: () => {
        this.tokens.revoke(`access-token-${this.token}`);
        this.token += 1;
        this.restore();
        this.cloud.secrets.put(this.secretArn, `access-token-${this.token}`);
      },
      revokeToken: () => this.tokens.revoke(`access-token-${this.token}`),
      restoreToken: () => this.restore(),
    };
    return this.striker.cross(accountsAreRead, asked.subject, call, () => call.answer());
  }

  private restore(): void {
    this.tokens.accept(`access-token-${this.token}`);
  }

  private async answer(
    asked: Asked,
    { headers }: TransportRequest,
    edit?: (listed: Listed) => void,
    body?: (own: string) => string,
  ): Promise<TransportResponse> {
    await pass(this.random.between(10, 300));
    if (!this.tokens.accepts(headers["x-sequence-access-token"]))
      return { status: 401, headers: {}, body: '{"code":"INVALID_ACCESS_TOKEN","message":"Unauthorized"}' };
    const listed: Listed = { dollars: asked.cents / 100, error: null, type: "Pod", times: 1 };
    edit?.(listed);
    const { dollars, error, type, times } = listed;
    const account = { id: "1", name: "Income", balance: { amountInDollars: dollars, error }, type };
    const accounts = [...Array.from({ length: times }, () => account), { ...account, id: "2", name: "Other" }];
    const own = JSON.stringify({ message: "OK", requestId: "r", data: { accounts, errors: [] } });
    const sent = body ? body(own) : own;
    // What is right is judged by what was shown: only a usable balance of the one account, in an answer that can be read.
    const usable = sent === own && times === 1 && type === "Pod" && error === null && dollars !== null;
    const isCents = dollars !== null && Math.abs(dollars * 100 - Math.round(dollars * 100)) < 0.001;
    if (usable && isCents) asked.shown = Math.round(dollars * 100);
    return { status: 200, headers: {}, body: sent };
  }
}

function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
