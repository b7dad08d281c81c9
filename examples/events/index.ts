import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { amount, RemoteApi } from "sequence-remote-api";

const config = new pulumi.Config();

const sequence = new RemoteApi("sequence", {
  // What the rule sets aside for each invoice.
  amounts: { taxes: amount.fixed({ cents: 25_000 }) },
  triggers: {
    // Without a schedule: messages in the event queue set it off, once for each rule and text of an event.
    "invoice-paid": { ruleId: "ru_12345", apiSecret: config.requireSecret("invoiceSecret"), asks: ["taxes"] },
  },
  alarmEmail: config.require("alarmEmail"),
});

// The system that is paid puts its events onto the account's default bus, and knows nothing of Sequence.
const paid = new aws.cloudwatch.EventRule("paid", {
  eventPattern: JSON.stringify({ source: ["invoices"], "detail-type": ["invoice paid"] }),
});
// What EventBridge couldn't deliver for a day, to be looked at and sent again.
const undelivered = new aws.sqs.Queue("undelivered", { messageRetentionSeconds: 1_209_600 });
new aws.cloudwatch.EventTarget("paid", {
  rule: paid.name,
  arn: sequence.eventQueueArn,
  inputTransformer: {
    inputPaths: { id: "$.detail.invoiceId" },
    inputTemplate: '{"trigger":"invoice-paid","event":<id>}',
  },
  deadLetterConfig: { arn: undelivered.arn },
});
// EventBridge has no role for a queue: the queue's own policy lets this one rule send.
for (const [name, url, arn] of [
  ["events", sequence.eventQueueUrl, sequence.eventQueueArn],
  ["undelivered", undelivered.url, undelivered.arn],
] as const)
  new aws.sqs.QueuePolicy(name, {
    queueUrl: url,
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: arn,
          Condition: { ArnEquals: { "aws:SourceArn": paid.arn } },
        },
      ],
    }),
  });

export const amountUrls = sequence.amountUrls;
export const undeliveredQueueUrl = undelivered.url;
