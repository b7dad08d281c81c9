import type { PublishCommand } from "@aws-sdk/client-sns";
import type { Mail } from "../ports";
import { CLIENT_OPTIONS, once, withinDeadline } from "./clientOptions";

/** The part of `SNSClient` that is used. */
export interface SnsSender {
  send(command: PublishCommand, options: { abortSignal: AbortSignal }): Promise<unknown>;
}

const snsClient = once(async (): Promise<SnsSender> => {
  const { SNSClient } = await import("@aws-sdk/client-sns");
  return new SNSClient(CLIENT_OPTIONS);
});

export function snsMail(topicArn: string, client: () => Promise<SnsSender> = snsClient): Mail {
  return {
    async send({ subject, text }) {
      const { PublishCommand } = await import("@aws-sdk/client-sns");
      const input = { TopicArn: topicArn, Subject: subject, Message: text };
      await (await client()).send(new PublishCommand(input), withinDeadline());
    },
  };
}
