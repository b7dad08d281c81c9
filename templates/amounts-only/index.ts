import * as pulumi from "@pulumi/pulumi";
import { AmountKind, RemoteApi } from "sequence-remote-api";

const config = new pulumi.Config();

// Rules that Sequence starts by itself (money arrives, a day of the month) ask for these amounts. Nothing is triggered from here.
const sequence = new RemoteApi("sequence", {
  accessToken: config.requireSecret("accessToken"),
  // No answer above this, ever.
  ceilingCents: 500_000,
  amounts: {
    // The same every time.
    rent: { kind: AmountKind.Fixed, cents: 150_000 },
    // A tenth of what is there, rounded down to a cent.
    taxes: { kind: AmountKind.Percent, account: "Client Payments Account", percent: 10 },
    // What the pod lacks to $500, but at most $200 at once.
    buffer: { kind: AmountKind.TopUp, account: "Bills Pod", targetCents: 50_000, maxCents: 20_000 },
  },
  alarmEmail: config.require("alarmEmail"),
});

// Paste each into the rule in Sequence that asks for it: pulumi stack output amountUrls --show-secrets
export const amountUrls = sequence.amountUrls;
