import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { LiveStack } from "../find/live";
import type { Recorded } from "../find/recorded";
import { DEPLOY_AGAIN, type Finding, fine, looked, note, wrong } from "./finding";

const ABOUT = "log groups";

/** Each log group is there, and keeps its lines for as long as was deployed. */
export async function logGroupFindings(stack: LiveStack): Promise<Finding[]> {
  const declared = stack.declared("aws:cloudwatch/logGroup:LogGroup");
  if (declared.length === 0) return [];
  return looked(ABOUT, async () => {
    const found = (await Promise.all(declared.map((group) => findings(stack, group)))).flat();
    return found.length > 0 ? found : [fine(ABOUT, `all ${declared.length} are there`)];
  });
}

async function findings({ clients }: LiveStack, { inputs, outputs }: Recorded): Promise<Finding[]> {
  const name = String(outputs.name);
  const { logGroups = [] } = await clients.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  const live = logGroups.find(({ logGroupName }) => logGroupName === name);
  // Our metrics are lines of the log.
  if (!live)
    return [wrong(ABOUT, `${name} is gone, and with it the metrics and alarms that come from its lines`, DEPLOY_AGAIN)];
  if (inputs.retentionInDays === undefined || live.retentionInDays === inputs.retentionInDays) return [];
  const is = live.retentionInDays === undefined ? "for ever" : `for ${live.retentionInDays} days`;
  return [note(ABOUT, `${name} keeps its lines ${is}; deployed were ${inputs.retentionInDays} days`, DEPLOY_AGAIN)];
}
