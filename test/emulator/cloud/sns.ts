import {
  CreateTopicCommand,
  DeleteTopicCommand,
  ListSubscriptionsCommand,
  ListTopicsCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import type * as aws from "@pulumi/aws/sns";
import type { Unwrap } from "@pulumi/pulumi";
import { answered, type Kind, nameFor, type Service, tagList } from "./service";

const topic: Kind<Unwrap<aws.TopicArgs>> = {
  async create({ name, inputs }, { clients }) {
    const Name = nameFor({ name, inputs });
    const { TopicArn } = await clients.sns.send(
      new CreateTopicCommand({
        Name,
        Attributes: inputs.displayName === undefined ? {} : { DisplayName: inputs.displayName },
        Tags: tagList(inputs.tags),
      }),
    );
    const arn = answered(TopicArn, "the topic's ARN");
    return { id: arn, outputs: { name: Name, arn } };
  },
  remove: ({ id: TopicArn }, _, { clients }) => clients.sns.send(new DeleteTopicCommand({ TopicArn })),
};

const subscription: Kind<Unwrap<aws.TopicSubscriptionArgs>> = {
  async create({ inputs }, { clients }) {
    const { SubscriptionArn } = await clients.sns.send(
      new SubscribeCommand({
        TopicArn: String(inputs.topic),
        Protocol: inputs.protocol,
        Endpoint: inputs.endpoint,
        ReturnSubscriptionArn: true,
      }),
    );
    const arn = answered(SubscriptionArn, "the subscription's ARN");
    return { id: arn, outputs: { arn } };
  },
  remove: ({ id: SubscriptionArn }, _, { clients }) => clients.sns.send(new UnsubscribeCommand({ SubscriptionArn })),
};

export const sns: Service = {
  kinds: { "aws:sns/topic:Topic": topic, "aws:sns/topicSubscription:TopicSubscription": subscription },
  async list({ clients }) {
    const { Topics = [] } = await clients.sns.send(new ListTopicsCommand({}));
    const { Subscriptions = [] } = await clients.sns.send(new ListSubscriptionsCommand({}));
    return [
      ...Topics.map(({ TopicArn }) => String(TopicArn)),
      ...Subscriptions.map(({ SubscriptionArn }) => `subscription ${SubscriptionArn}`),
    ];
  },
};
