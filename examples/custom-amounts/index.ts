import * as pulumi from "@pulumi/pulumi";
import { amount, RemoteApi } from "sequence-remote-api";

const config = new pulumi.Config();

const sequence = new RemoteApi("sequence", {
  accessToken: config.requireSecret("accessToken"),
  ceilingCents: 500_000,
  // Bundled at deployment; none of it runs then.
  amountsModule: "./amounts.ts",
  amounts: {
    // Named like the function in amounts.ts.
    payroll: amount.custom({ maxCents: 300_000 }),
    tithe: amount.custom({ export: "tenth", roundToCents: 100 }),
  },
  alarmEmail: config.require("alarmEmail"),
});

export const amountUrls = sequence.amountUrls;
