import type { Item } from "../../sandbox/aws/table/values";
import type { Stack } from "./stack";
import { askedOf, keyOf, namedBy } from "./subject";
import type { World } from "./world";

/** What there is of one occurrence at this moment, in lines for people: at Sequence, in the ledger, and in the queues of each stack. */
export function stateOf(world: World, subject: string): string[] {
  return [...world.counter.describe(subject), ...world.stacks.flatMap((stack) => stateIn(stack, subject))];
}

function stateIn(stack: Stack, subject: string): string[] {
  const { cloud, deployment, name } = stack;
  const lines = [`${name}the ledger has ${ledgerItem(stack, subject)}`];
  for (const [title, { arn }] of Object.entries({ work: cloud.work, event: cloud.events })) {
    const messages = cloud.queues.messages(arn);
    const own = messages.filter(({ body, sentAt }) => {
      const record = { body, eventSourceARN: arn, attributes: { SentTimestamp: String(sentAt) } };
      return askedOf({ Records: [record] }, deployment, cloud.events.arn).subject === subject;
    });
    lines.push(`${name}the ${title} queue has ${messages.length} messages, ${own.length} of them of this occurrence`);
    for (const { state, visibleAt, receiveCount, body } of own)
      lines.push(`  ${state} until ${new Date(visibleAt).toISOString()}, received ${receiveCount} times: ${body}`);
  }
  const failures = cloud.queues.messages(cloud.failures.arn);
  lines.push(`${name}the failure queue has ${failures.length} messages that nobody has read`);
  return lines;
}

function ledgerItem({ cloud }: Stack, subject: string): string {
  const named = namedBy(subject);
  if (!named) return "nothing: it is no occurrence";
  const key = keyOf(named);
  const found = cloud.tables.api.operations.GetItem?.run({ TableName: "ledger", Key: { key: { S: key } } });
  const { Item: item } = found as { Item?: Item };
  if (!item) return "nothing of it";
  return JSON.stringify(
    Object.fromEntries(Object.entries(item).map(([field, value]) => [field, Object.values(value)[0]])),
  );
}
