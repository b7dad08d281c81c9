import * as pulumi from "@pulumi/pulumi";
import { amount, RemoteApi } from "sequence-remote-api";

const config = new pulumi.Config();
// Until a stack says `false`, nothing of it moves money.
const dryRun = config.getBoolean("dryRun") ?? true;

const sequence = new RemoteApi(
  "sequence",
  {
    amounts: { rent: amount.fixed({ cents: 150_000 }) },
    triggers: {
      payday: {
        // A rule of its own for each stack: the ledgers of two stacks know nothing of each other.
        ruleId: config.require("ruleId"),
        apiSecret: config.requireSecret("paydaySecret"),
        schedule: "cron(0 9 1,15 * ? *)",
        timezone: "America/New_York",
      },
    },
    dryRun,
    alarmEmail: config.require("alarmEmail"),
    tags: { stack: pulumi.getStack() },
  },
  { protect: !dryRun },
);

export const amountUrls = sequence.amountUrls;
