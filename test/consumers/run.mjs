// Run by the test with the base URL of a server that plays Sequence.
import { AmountKind, RemoteApi } from "sequence-remote-api";
import { amount, testAmount } from "sequence-remote-api/amounts";
import { SequenceClient, SequenceError } from "sequence-remote-api/client";

const client = new SequenceClient({ baseUrl: process.argv[2], accessToken: "an-access-token", maxAttempts: 1 });
const { accounts } = await client.getAccounts();
const failure = await client.triggerRule("ru_1", { apiSecret: "an-api-secret" }).catch((error) => error);
console.log(
  JSON.stringify({
    accounts,
    failure: [failure instanceof SequenceError, failure.status, failure.code],
    amount: await testAmount(amount(() => 1_234)),
    components: [AmountKind.Fixed, RemoteApi.name],
  }),
);
