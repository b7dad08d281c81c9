import { type EventSourceMappingConfiguration, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import { oldestSeconds, queueCounts, queueName } from "../aws/queue";
import type { LiveStack, LiveTriggers } from "../find/live";
import { DEPLOY_AGAIN, differences, type Finding, fine, looked, wrong } from "./finding";

/** The function takes messages from its queues, and nothing waits for a person. */
export async function queueFindings(stack: LiveStack): Promise<Finding[]> {
  const { triggers } = stack;
  if (!triggers) return [];
  const sources = [["work queue", triggers.workQueueUrl] as const, ["event queue", triggers.eventQueueUrl] as const];
  const taken = sources.flatMap(([about, url]) => (url === undefined ? [] : [{ about, url }]));
  const looks = [
    looked("event source mappings", () => mappingFindings(stack, triggers, taken)),
    ...taken.map(({ about, url }) => looked(about, async () => [await waiting(stack, about, url)])),
    looked(FAILURES, async () => [await failureFinding(stack, triggers.failureQueueUrl)]),
  ];
  return (await Promise.all(looks)).flat();
}

const FAILURES = "failure queue";

interface Source {
  readonly about: string;
  readonly url: string;
}

async function mappingFindings(
  { clients, declared }: LiveStack,
  { name: FunctionName }: LiveTriggers,
  sources: readonly Source[],
): Promise<Finding[]> {
  const command = new ListEventSourceMappingsCommand({ FunctionName });
  const { EventSourceMappings = [] } = await clients.lambda.send(command);
  return sources.map(({ about, url }) => {
    const title = `${about}'s mapping`;
    const mapping = EventSourceMappings.find(({ EventSourceArn = "" }) =>
      EventSourceArn.endsWith(`:${queueName(url)}`),
    );
    if (!mapping) return wrong(title, `is gone, so nothing takes messages out of the ${about}`, DEPLOY_AGAIN);
    const record = declared("aws:lambda/eventSourceMapping:EventSourceMapping").find(({ id }) => id === mapping.UUID);
    const changes = record ? changesOf(record.inputs, mapping) : [];
    if (changes.length > 0) return wrong(title, `isn't what was deployed: it has ${changes.join(", ")}`, DEPLOY_AGAIN);
    if (/^(Enabled|Enabling|Creating|Updating)$/.test(mapping.State ?? "")) return fine(title, "is on");
    return wrong(
      title,
      `is ${mapping.State?.toLowerCase()}, so nothing takes messages out of the ${about}`,
      `switch it on: aws lambda update-event-source-mapping --enabled --uuid ${mapping.UUID}`,
    );
  });
}

function changesOf(inputs: Readonly<Record<string, unknown>>, live: EventSourceMappingConfiguration): string[] {
  return differences([
    ["another batch size", inputs.batchSize, live.BatchSize],
    // Without it Lambda deletes a message that the function gives back.
    [
      "other response types, so that failed messages are lost",
      inputs.functionResponseTypes,
      live.FunctionResponseTypes,
    ],
    ["a filter, which deletes what doesn't pass it", inputs.filterCriteria ?? [], live.FilterCriteria?.Filters ?? []],
  ]);
}

async function waiting(stack: LiveStack, about: string, url: string): Promise<Finding> {
  const { visible, later } = await queueCounts(stack.clients, url);
  if (visible + later === 0) return fine(about, "is empty");
  return fine(
    about,
    `has ${visible} to be taken, ${later} at work or waiting for their next try${await ageOf(stack, url)}`,
  );
}

const MINUTES = ["minutes", 60] as const;
const UNITS = [["days", 86_400] as const, ["hours", 3600] as const];

/** The counts are told also where the age can't be had. */
async function ageOf({ clients, now }: LiveStack, url: string): Promise<string> {
  const seconds = await oldestSeconds(clients, url, now()).catch(() => undefined);
  if (!seconds) return "";
  const unit = UNITS.find(([, length]) => seconds >= 2 * length) ?? MINUTES;
  return `; the oldest has been there for ${Math.ceil(seconds / unit[1])} ${unit[0]}`;
}

async function failureFinding(stack: LiveStack, url: string): Promise<Finding> {
  const { visible, later } = await queueCounts(stack.clients, url);
  const all = visible + later;
  if (all === 0) return fine(FAILURES, "is empty");
  return wrong(
    FAILURES,
    `has ${all} ${all === 1 ? "message that waits" : "messages that wait"} for a person${await ageOf(stack, url)}`,
    "run failures: it shows each, and what to do",
  );
}
