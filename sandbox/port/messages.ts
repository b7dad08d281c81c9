import type { Deployed } from "../deployed";
import { UserError } from "../engine";

/** The bodies of the messages in a queue whose logical name is this, or ends so. Throws `UserError` unless exactly one is. */
export function messagesIn({ cloud, deployment }: Deployed, name: string): string[] {
  const queues = deployment.resources.filter(({ type }) => type === "aws:sqs/queue:Queue");
  const found = queues.filter((queue) => queue.name === name);
  const [queue, ...more] = found.length > 0 ? found : queues.filter((each) => each.name.endsWith(name));
  if (!queue || more.length > 0)
    throw new UserError(
      `${queue ? "several queues are" : "no queue is"} called "${name}". The program's queues are ${queues.map((each) => each.name).join(", ") || "none"}.`,
    );
  return cloud.queues.messages(String(queue.state.arn)).map(({ body }) => body);
}
