import type { Deployed } from "../deployed";
import { UserError } from "../engine";
import { objectIn } from "./triggersDeclared";

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

/** The logical names of the queues that a redrive policy or a schedule's target names for what failed. */
export function failureQueuesOf({ deployment: { resources } }: Pick<Deployed, "deployment">): string[] {
  const arns = new Set(
    resources.flatMap(({ type, inputs }) => {
      if (type === "aws:sqs/queue:Queue") return [objectIn(String(inputs.redrivePolicy)).deadLetterTargetArn];
      if (type !== "aws:scheduler/schedule:Schedule") return [];
      return [(inputs.target as { deadLetterConfig?: { arn?: string } }).deadLetterConfig?.arn];
    }),
  );
  return resources
    .filter(({ type, state }) => type === "aws:sqs/queue:Queue" && arns.has(state.arn))
    .map(({ name }) => name);
}
