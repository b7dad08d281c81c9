import * as pulumi from "@pulumi/pulumi";
import { amount, RemoteApi } from "sequence-remote-api";

const config = new pulumi.Config();

// Both secrets are made and filled by somebody else. Pulumi knows their ARNs only, and no credential is ever in its state.
const sequence = new RemoteApi("sequence", {
  accessTokenSecretArn: config.require("accessTokenArn"),
  ceilingCents: 100_000,
  amounts: { buffer: amount.topUp({ account: "Bills Pod", targetCents: 50_000 }) },
  triggers: {
    payday: {
      ruleId: "ru_12345",
      apiSecretArn: config.require("apiSecretsArn"),
      schedule: "cron(0 9 1,15 * ? *)",
      timezone: "America/New_York",
    },
  },
  alarmEmail: config.require("alarmEmail"),
});

export const amountUrls = sequence.amountUrls;
