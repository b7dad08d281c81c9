import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmArgs } from "../args";
import { childName } from "./names";

/** The topic that mails go to: the given one, or one of our own with the address subscribed. None if alarms are off. */
export function topicFor(
  component: string,
  args: AlarmArgs,
  tags: pulumi.Input<Record<string, string>> | undefined,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> | undefined {
  if (args.alarms === false) return undefined;
  if (args.alarmTopicArn !== undefined) return pulumi.output(args.alarmTopicArn);
  const topic = new sns.Topic(childName(component, "topic"), { displayName: "Sequence", tags }, opts);
  new sns.TopicSubscription(
    childName(component, "email"),
    { topic: topic.arn, protocol: "email", endpoint: args.alarmEmail as pulumi.Input<string> },
    opts,
  );
  return topic.arn;
}
