/**
 * The command that fills a secret that the operator keeps. On one line, short, and without a character that a shell or JSON would
 * have to escape, so that it can be copied from `pulumi up`, a log line or a mail as it is.
 */
export function fillCommand(arn: string, fields: readonly string[]): string {
  return ["npx sequence-remote-api fill-secret", arn, ...new Set(fields)].join(" ");
}
