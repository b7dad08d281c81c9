// A sandbox for orphans.test.ts to kill: one idle and one busy function process; prints their process ids.
import { testCloud } from "./support";

async function main(): Promise<void> {
  const cloud = testCloud();
  const source =
    "exports.handler = async (busy) => { console.log('pid=' + process.pid); while (busy); return process.pid; };";
  const arn = await cloud.deploy(source, { timeout: 900 });
  const idle = cloud.functions.invoke(arn, false);
  const busy = cloud.functions.invoke(arn, true);
  const idlePid = (await idle).payload;
  void busy;
  const pids = () => cloud.logs.lines().flatMap(({ message }) => /pid=(\d+)/.exec(message)?.[1] ?? []);
  while (pids().length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  console.log(JSON.stringify({ idle: idlePid, pids: pids().map(Number), directory: cloud.context.directory }));
}

void main();
