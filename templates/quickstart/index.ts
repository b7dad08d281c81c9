import * as pulumi from "@pulumi/pulumi";
import { AmountKind, RemoteApi } from "sequence-remote-api";

const config = new pulumi.Config();

const sequence = new RemoteApi("sequence", {
  accessToken: config.requireSecret("accessToken"),
  // No answer above this, ever.
  ceilingCents: 500_000,
  amounts: {
    // The same every time.
    rent: { kind: AmountKind.Fixed, cents: 150_000 },
    // What the pod lacks to $500, but at most $200 at once.
    buffer: { kind: AmountKind.TopUp, account: "Bills Pod", targetCents: 50_000, maxCents: 20_000 },
    // All above $10,000, in whole hundreds of dollars.
    excess: {
      kind: AmountKind.Sweep,
      account: "Main Operating Pod",
      floorCents: 1_000_000,
      roundToCents: 10_000,
    },
  },
  triggers: {
    payday: {
      ruleId: "ru_12345",
      apiSecret: config.requireSecret("paydaySecret"),
      // At nine in the morning on the 1st and the 15th.
      schedule: "cron(0 9 1,15 * ? *)",
      timezone: "America/New_York",
      // What the rule asks for then: a mail tells you if it doesn't, or if one can't be answered.
      asks: ["rent", "buffer", "excess"],
    },
  },
  alarmEmail: config.require("alarmEmail"),
});

// Paste each into the rule in Sequence that asks for it: pulumi stack output amountUrls --show-secrets
export const amountUrls = sequence.amountUrls;
export const dashboardUrl = sequence.dashboardUrl;
