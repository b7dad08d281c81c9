import * as pulumi from "@pulumi/pulumi";
import { AmountKind, RemoteApi } from "sequence-remote-api";

const config = new pulumi.Config();

const sequence = new RemoteApi("sequence", {
  accessToken: config.requireSecret("accessToken"),
  // No answer above this, ever, whatever your own code returns.
  ceilingCents: 500_000,
  // Bundled at deployment with everything that it imports; none of it runs then.
  amountsModule: "./amounts.ts",
  amounts: {
    payroll: { kind: AmountKind.Custom, maxCents: 200_000 },
    card: { kind: AmountKind.Custom },
  },
  alarmEmail: config.require("alarmEmail"),
});

// Paste each into the rule in Sequence that asks for it: pulumi stack output amountUrls --show-secrets
export const amountUrls = sequence.amountUrls;
