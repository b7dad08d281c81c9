import { TransportError, type TransportResponse } from "../../lambda/client/transport";
import { pass } from "../virtualTime";
import type { Boundary, Fault } from "./fault";

/** The balance as Sequence lists it: dollars, or a reason why there are none. */
export interface Listed {
  dollars: number | null;
  error: string | null;
  type: string;
  /** How often the account is in the list. */
  times: number;
}

/** A call that reads the accounts; `run` answers it. */
export interface AccountsCall {
  /** An answer with another list, or another body. */
  answer(edit?: (listed: Listed) => void, body?: (own: string) => string): Promise<TransportResponse>;
  rotateToken(): void;
  revokeToken(): void;
  restoreToken(): void;
}

const status = (code: number, name: string): Fault<AccountsCall> => ({
  name: `Sequence answers ${name}`,
  strike: async () => {
    await pass(50);
    return { status: code, headers: {}, body: '{"code":"X","message":"no"}' };
  },
});

const lists = (name: string, edit: (listed: Listed) => void): Fault<AccountsCall> => ({
  name: `the list has ${name}`,
  strike: (call) => call.answer(edit),
});

const fails = (name: string, failure: ConstructorParameters<typeof TransportError>[1]): Fault<AccountsCall> => ({
  name,
  strike: async () => {
    await pass(50);
    throw new TransportError(name, failure);
  },
});

export const accountsAreRead: Boundary<AccountsCall> = {
  name: "accounts",
  faults: [
    status(500, "500"),
    status(429, "429"),
    status(502, "502"),
    fails("the connection is refused", { sent: false }),
    fails("the connection is reset", { sent: true }),
    fails("the kept connection had been closed", { sent: true, staleSocket: true }),
    fails("the body is cut", { head: { status: 200, headers: {} } }),
    { name: "Sequence answers nothing", strike: () => new Promise(() => {}) },
    {
      name: "Sequence answers slowly, but in time",
      strike: async (_call, { run, random }) => {
        await pass(random.between(1, 6) * 1_000);
        return run();
      },
    },
    {
      name: "Sequence answers after the deadline",
      strike: async (_call, { run }) => {
        await pass(60_000);
        return run();
      },
    },
    lists("no balance", (listed) => {
      listed.dollars = null;
    }),
    lists("a balance with an error", (listed) => {
      listed.error = "the bank doesn't answer";
    }),
    lists("an external account in place of the pod", (listed) => {
      listed.type = "Account";
    }),
    lists("a balance that is no whole cent", (listed) => {
      listed.dollars = (listed.dollars ?? 0) + 0.004;
    }),
    lists("two accounts of the name", (listed) => {
      listed.times = 2;
    }),
    lists("no such account", (listed) => {
      listed.times = 0;
    }),
    { name: "the answer is HTML", strike: (call) => call.answer(undefined, () => "<html>") },
    {
      name: "the answer is half its JSON",
      strike: (call) => call.answer(undefined, (own) => own.slice(0, own.length / 2)),
    },
    {
      name: "the balance is text",
      strike: (call) => call.answer(undefined, (own) => own.replace(/:(-?[\d.]+),/, ':"$1",')),
    },
    {
      name: "the token is rotated while the request is under way",
      strike: (call, { run }) => {
        call.rotateToken();
        return run();
      },
    },
    {
      name: "the token is revoked for some minutes",
      weight: 0.3,
      strike: (call, { run, random }) => {
        call.revokeToken();
        void pass(random.between(1, 20) * 60_000).then(() => call.restoreToken());
        return run();
      },
    },
  ],
};
