import { NotRunError, refuseParameters } from "./notRun";
import { type AwsApi, AwsError } from "./types";

interface Groups {
  hasGroup(name: string): boolean;
  /** How many days its lines are kept; undefined for ever. */
  retentionOf(name: string): number | undefined;
  groupArn(name: string): string;
  lines(groupName: string): readonly { readonly at: number; readonly stream: string; readonly message: string }[];
}

/** How many lines of the log a page searches. AWS's pages, too, are often empty and have a token all the same. */
const SEARCHED_AT_A_TIME = 100;
/** `{ ($.field = "text") || ($.field = "text") }`, of the grammar that AWS has. */
const TERM = /^\(\$\.(\w+) = "([^"\\*]*)"\)$/;

/** CloudWatch Logs' calls: the one with which the daily check looks whether amounts were asked for, and that by which a person looks at a group. */
export function logsApi(groups: Groups): AwsApi {
  return {
    signingName: "logs",
    protocol: "awsJson",
    operations: {
      DescribeLogGroups: {
        authorize: () => ({ action: "logs:DescribeLogGroups", resource: `${groups.groupArn("")}:log-stream:` }),
        run: ({ logGroupNamePrefix: name, ...others }) => {
          if (Object.keys(others).length > 0)
            throw new NotRunError(`logs:DescribeLogGroups with ${Object.keys(others)}`);
          // Those whose names only begin so aren't looked for.
          if (!groups.hasGroup(String(name))) return { logGroups: [] };
          return { logGroups: [{ logGroupName: name, retentionInDays: groups.retentionOf(String(name)) }] };
        },
      },
      FilterLogEvents: {
        // AWS names the group's streams, also where a call names none.
        authorize: ({ logGroupName }) => ({
          action: "logs:FilterLogEvents",
          resource: `${groups.groupArn(String(logGroupName))}:log-stream:`,
        }),
        run: (input) => filtered(groups, input),
      },
    },
  };
}

function filtered(groups: Groups, input: Record<string, unknown>) {
  const { logGroupName, filterPattern, startTime, endTime, nextToken, ...others } = input;
  refuseParameters("logs:FilterLogEvents", others, []);
  const name = String(logGroupName);
  if (!groups.hasGroup(name))
    throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
  const terms = termsOf(String(filterPattern));
  const lines = groups
    .lines(name)
    .filter(({ at }) => at >= Number(startTime ?? 0) && at < Number(endTime ?? Number.POSITIVE_INFINITY));
  // The first page is always empty, so that nobody takes an empty page for the end.
  const from = nextToken === undefined ? -SEARCHED_AT_A_TIME : Number(nextToken);
  const to = from + SEARCHED_AT_A_TIME;
  const events = lines
    .slice(Math.max(0, from), Math.max(0, to))
    .filter(({ message }) => terms.some(([field, text]) => fieldsOf(message)[field] === text))
    .map(({ at, stream, message }, index) => ({
      eventId: `${from}-${index}`,
      ingestionTime: at,
      logStreamName: stream,
      message,
      timestamp: at,
    }));
  return { events, ...(to < lines.length ? { nextToken: String(to) } : {}), searchedLogStreams: [] };
}

function termsOf(pattern: string): (readonly [field: string, text: string])[] {
  const inner = /^\{ (.*) \}$/.exec(pattern)?.[1] ?? "";
  return inner.split(" || ").map((term) => {
    const [, field, text] = TERM.exec(term) ?? [];
    if (field === undefined || text === undefined) throw new NotRunError(`logs:FilterLogEvents with ${pattern}`);
    return [field, text];
  });
}

function fieldsOf(line: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(line)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
