import { executionId } from "../../bench/peers/executionId";
import { newKey } from "../../bench/peers/newKey";
import { powertools } from "../../bench/peers/powertools";
import type { Counts } from "../count";
import { MODES, type Mode } from "../modes";
import { planOf } from "../plan";
import { runWorld } from "../run";
import { VirtualTime } from "../virtualTime";
import { PeerWorld } from "./peerWorld";

export interface Compared {
  readonly name: string;
  readonly counts: Counts;
}

/** The same occurrences under the same faults, by this package and by the usual ways. */
export async function comparePeers(seed: number, occurrences: number, rate: number): Promise<Compared[]> {
  const plan = planOf(seed, occurrences);
  const [mode] = MODES as readonly [Mode];
  const compared: Compared[] = [];
  for (const peer of [newKey, executionId, powertools]) {
    const time = VirtualTime.install(plan.from);
    try {
      const world = new PeerWorld(peer, { seed, plan, mode, rate });
      await world.run((instant) => time.runUntil(instant));
      compared.push({ name: peer.name, counts: world.counter.counts() });
    } finally {
      time.uninstall();
    }
  }
  const setting = { mode, keyMemoryMinutes: 720, promised: true };
  const own = await runWorld({ seed, plan, setting, faults: { rate }, maxAgeMinutes: 360 });
  return [...compared, { name: "sequence-remote-api", counts: own.counts }];
}

/** The table of `npm run campaign -- --peers`, as Markdown. */
export function peerTable(compared: readonly Compared[]): string {
  const rows = compared.map(({ name, counts }) => {
    return `| ${name} | ${counts.executedOnce} | ${counts.executedTwice} | ${counts.queued} | ${counts.lost} |`;
  });
  return ["| way | once | twice or more | told | lost |", "| --- | --- | --- | --- | --- |", ...rows].join("\n");
}
