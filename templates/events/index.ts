import * as pulumi from "@pulumi/pulumi";
import { AmountKind, RemoteApi } from "sequence-remote-api";

const config = new pulumi.Config();

const sequence = new RemoteApi("sequence", {
  amounts: {
    // What the rule sets aside for each invoice.
    taxes: { kind: AmountKind.Fixed, cents: 25_000 },
  },
  triggers: {
    // Without a schedule: messages in the event queue set it off, once for each event.
    "invoice-paid": { ruleId: "ru_12345", apiSecret: config.requireSecret("invoiceSecret") },
  },
  alarmEmail: config.require("alarmEmail"),
});

// Paste it into the rule in Sequence: pulumi stack output amountUrls --show-secrets
export const amountUrls = sequence.amountUrls;
// Your own software sends {"trigger":"invoice-paid","event":"invoice-4711"} to this queue, with a role that has this policy.
export const eventQueueUrl = sequence.eventQueueUrl;
export const eventSenderPolicy = sequence.eventSenderPolicy;
