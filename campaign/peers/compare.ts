import { executionId } from "../../bench/peers/executionId";
import { newKey } from "../../bench/peers/newKey";
import { powertools } from "../../bench/peers/powertools";
import type { Counts } from "../count/counts";
import { MODES, type Mode } from "../modes";
import { planOf } from "../plan";
import { runWorld } from "../run";
import { VirtualTime } from "../virtualTime";
import { PeerWorld } from "./peerWorld";

export interface Compared {
  readonly name: string;
  readonly mode: Mode;
  readonly counts: Counts;
}

/** The best case for everybody, and the one that Sequence doesn't exclude. */
const COMPARED_IN = [
  { name: "remembers keys", keyMemoryMinutes: 720 },
  { name: "forgets keys at once", keyMemoryMinutes: 0 },
];

/** The same occurrences under the same faults, by this package and by the usual ways. */
export async function comparePeers(seed: number, occurrences: number, rate: number): Promise<Compared[]> {
  const plan = planOf(seed, occurrences, { simple: true });
  const compared: Compared[] = [];
  for (const { name: modeName, keyMemoryMinutes } of COMPARED_IN) {
    const mode = MODES.find(({ name }) => name === modeName) as Mode;
    for (const peer of [newKey, executionId, powertools]) {
      const time = VirtualTime.install(plan.from);
      try {
        const world = new PeerWorld(peer, { seed, plan, mode, rate });
        await world.run((instant) => time.runUntil(instant));
        compared.push({ name: peer.name, mode, counts: world.counter.counts() });
      } finally {
        time.uninstall();
      }
    }
    const setting = { mode, keyMemoryMinutes, promised: true };
    const own = await runWorld({ seed, plan, setting, faults: { rate }, maxAgeMinutes: 360 });
    const name = `sequence-remote-api, keyMemoryMinutes ${keyMemoryMinutes}`;
    compared.push({ name, mode, counts: own.counts });
  }
  return compared;
}

/** The table of `npm run campaign -- --peers`, as Markdown. */
export function peerTable(compared: readonly Compared[]): string {
  const rows = compared.map(({ name, mode, counts: { executedOnce, executedTwice, queued, skipped, lost } }) => {
    return `| ${mode.name} | ${name} | ${executedOnce} | ${executedTwice} | ${queued + skipped} | ${lost} |`;
  });
  const head = ["| Sequence | way | once | twice or more | told | lost |", "| --- | --- | --- | --- | --- | --- |"];
  return [...head, ...rows].join("\n");
}
