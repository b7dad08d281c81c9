import type { TransportRequest, TransportResponse } from "../../lambda/client/transport";
import { AcceptedCredentials } from "../../sandbox/sequence/acceptedCredentials";
import type { AccountsCall, Listed } from "../faults/accounts";
import type { Stream } from "../random";
import { pass } from "../virtualTime";

/** A balance, and what Sequence has shown of it. */
export interface Shown {
  /** The true balance at the time, in cents. */
  readonly cents: number;
  /** What Sequence has shown of it for this question and no other; undefined for a list without a usable balance. */
  shown: number | undefined;
}

/** Sequence's accounts call, with an access token that can be replaced and revoked. */
export class AccountsServer {
  private readonly tokens = new AcceptedCredentials("access-token-1");
  private token = 1;

  constructor(
    private readonly random: Stream,
    private readonly storeToken: (token: string) => void,
  ) {}

  /** One call, and what faults can do to it. */
  call(asked: Shown, request: TransportRequest): AccountsCall {
    return {
      answer: (edit, body) => this.answer(asked, request, edit, body),
      rotateToken: () => {
        this.tokens.revoke(`access-token-${this.token}`);
        this.token += 1;
        this.restore();
        this.storeToken(`access-token-${this.token}`);
      },
      revokeToken: () => this.tokens.revoke(`access-token-${this.token}`),
      restoreToken: () => this.restore(),
    };
  }

  private restore(): void {
    this.tokens.accept(`access-token-${this.token}`);
  }

  private async answer(
    asked: Shown,
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
