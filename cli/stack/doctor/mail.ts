import { ListSubscriptionsByTopicCommand, PublishCommand } from "@aws-sdk/client-sns";
import { ifThere } from "../aws/explain";
import type { LiveStack } from "../find/live";
import { textAt } from "../find/recorded";
import { DEPLOY_AGAIN, type Finding, fine, looked, note, wrong } from "./finding";

const ABOUT = "mail";
const SUBJECT = "Test mail of your Sequence stack";

/** Somebody gets the mails. With `test` one is sent. */
export function mailFindings(stack: LiveStack, test: boolean): Promise<Finding[]> {
  const topicArn = topicOf(stack);
  return looked(ABOUT, async () => {
    if (topicArn === undefined)
      return [
        note(ABOUT, "the program has no topic, so nobody is told of anything", "give alarmEmail or alarmTopicArn"),
      ];
    const subscribed = await ifThere(subscriptionFindings(stack, topicArn));
    if (!subscribed)
      return [wrong(ABOUT, `the topic ${topicArn} is gone, so nobody is told of anything`, DEPLOY_AGAIN)];
    return test ? [...subscribed, await send(stack, topicArn)] : subscribed;
  });
}

/** The topic of the trigger function, or of the alarms where there are only amounts. */
function topicOf({ triggers, declared }: LiveStack): string | undefined {
  const alarms = declared("aws:cloudwatch/metricAlarm:MetricAlarm");
  const ofAlarms = alarms.flatMap(({ inputs }) => inputs.alarmActions).find((arn) => typeof arn === "string");
  return triggers?.topicArn ?? (ofAlarms as string | undefined);
}

async function subscriptionFindings({ clients, declared }: LiveStack, TopicArn: string): Promise<Finding[]> {
  const { Subscriptions = [] } = await clients.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  const endpoints = Subscriptions.map(({ Endpoint }) => Endpoint);
  const gone = declared("aws:sns/topicSubscription:TopicSubscription")
    // A program may keep the address secret: then it isn't compared.
    .flatMap(({ inputs }) => textAt(inputs, "endpoint") ?? [])
    .filter((endpoint) => !endpoints.includes(endpoint))
    .map((endpoint) =>
      wrong(
        ABOUT,
        `${endpoint} is no longer subscribed: its mails had a link for that, and AWS forgets one that isn't confirmed in time`,
        'subscribe it again with "pulumi up --refresh"',
      ),
    );
  const found = Subscriptions.map(({ Endpoint, SubscriptionArn = "" }) =>
    SubscriptionArn.startsWith("arn:")
      ? fine(ABOUT, `${Endpoint} gets the mails`)
      : wrong(
          ABOUT,
          `${Endpoint} isn't confirmed, so nothing is sent to it`,
          "click the link in AWS's mail; look for it in the spam, too",
        ),
  );
  if (found.length + gone.length === 0)
    return [wrong(ABOUT, `nobody is subscribed to ${TopicArn}`, "subscribe an address to the topic")];
  return [...gone, ...found];
}

async function send({ clients, name }: LiveStack, TopicArn: string): Promise<Finding> {
  const Message = `This is the mail that "sequence-remote-api doctor --test-mail" sends. The stack ${name} can reach you. Nothing has to be done.`;
  await clients.sns.send(new PublishCommand({ TopicArn, Subject: SUBJECT, Message }));
  return fine(ABOUT, `one was sent now, with the subject "${SUBJECT}": look whether it arrives`);
}
