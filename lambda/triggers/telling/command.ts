/** A shell's command line that puts `message` into the queue. */
export function sendCommand(queue: { url: string; region?: string | undefined }, message: object): string {
  const words = ["aws", "sqs", "send-message", "--queue-url", quoted(queue.url)];
  if (queue.region) words.push("--region", quoted(queue.region));
  return [...words, "--message-body", quoted(JSON.stringify(message))].join(" ");
}

/** For POSIX shells: nothing is special inside single quotes but the single quote. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
