import { ACCESS_TOKEN_FIELD } from "../../../lambda/agreements/amountConfig";
import { given } from "../../../lambda/agreements/given";
import { SequenceClient } from "../../../lambda/client";
import type { AccountList } from "../../../lambda/client/types";
import { balanceText, table } from "../../format";
import { type Call, type Result, type StackCommand, withAmounts } from "../command";
import { credential } from "../credential";
import { StackError } from "../exit";
import { waiting } from "../tell";

interface Options {
  readonly stdin: boolean;
  readonly baseUrl?: string;
  readonly accountsPath?: string;
}

const TOKEN_VARIABLE = "SEQUENCE_ACCESS_TOKEN";

/** Lists the accounts as Sequence tells them now: what to write into a program as `account`. */
export const accounts: StackCommand = {
  name: "accounts",
  declare: (command) =>
    command
      .option(
        "--stdin",
        `read the access token from standard input (default: the secret of the stack that is named; else ${TOKEN_VARIABLE}, else the secret of this folder's stack)`,
        false,
      )
      .option("--base-url <url>", "Sequence's API, with a token of your own")
      .option("--accounts-path <path>", "path of the accounts call, with a token of your own"),
  examples: [
    ["accounts", "with the access token in the stack's secret"],
    ["accounts --sandbox", "those of a running dev"],
    ["accounts --stdin < token.txt", "without a stack"],
  ],
  async run(call: Call<Options>) {
    const client = await clientOf(call);
    return resultOf(await waiting("Asking Sequence", client.getAccounts()));
  },
};

async function clientOf({ options, stack }: Call<Options>): Promise<SequenceClient> {
  const { stdin, baseUrl, accountsPath, sandbox, export: record, stack: name, component, amountFunction } = options;
  // The token of another stack may be in the environment, and would list the accounts of that.
  const isNamed = [sandbox, record, name, component, amountFunction].some((each) => each !== undefined);
  const where = { baseUrl, accountsPath };
  const accessToken = await credential({
    ...{ what: "access token", stdin, variable: isNamed ? undefined : TOKEN_VARIABLE },
    async secret() {
      const found = await stack();
      const { accessTokenSecretArn: arn, ...api } = withAmounts(found);
      where.baseUrl ??= api.baseUrl;
      where.accountsPath ??= api.accountsPath;
      if (arn === undefined)
        throw new StackError("usage", `${found.name} needs no access token: give one by ${TOKEN_VARIABLE} or --stdin`);
      return { clients: found.clients, arn, field: ACCESS_TOKEN_FIELD };
    },
  });
  return new SequenceClient({ accessToken, ...given(where) });
}

function resultOf({ accounts: found, errors, malformed, requestId }: AccountList): Result {
  const rows = found.map(({ name, type, id, balance }) => [name, type, id, balanceText(balance)]);
  const problems = [
    ...errors.map((error) => `Sequence reports: ${error}`),
    ...malformed.map(({ index, reason }) => `Entry ${index} of the answer can't be read: ${reason}`),
  ];
  const isAllKnown = problems.length === 0 && found.every(({ balance }) => balance.known);
  return {
    exit: isAllKnown ? "fine" : "problem",
    lines: [...table([["name", "type", "id", "balance"], ...rows]), ...problems],
    json: { accounts: found, errors, malformed, requestId },
  };
}
