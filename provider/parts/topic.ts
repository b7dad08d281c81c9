import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmPlan } from "../plan/alarms";
import type { FunctionPlan } from "../plan/function";
import { childName } from "./names";

/** The topic that mails go to: the given one, or one of our own with the address subscribed. None if alarms are off. */
export function topicFor(
  component: string,
  { alarms, alarmEmail, alarmTopicArn, tags }: AlarmPlan & Pick<FunctionPlan, "tags">,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> | undefined {
  if (!alarms) return undefined;
  if (alarmTopicArn !== undefined) return pulumi.output(alarmTopicArn);
  const topic = new sns.Topic(childName(component, "topic"), { displayName: "Sequence", tags }, opts);
  new sns.TopicSubscription(
    childName(component, "email"),
    { topic: topic.arn, protocol: "email", endpoint: alarmEmail as pulumi.Input<string> },
    opts,
  );
  return topic.arn;
}
