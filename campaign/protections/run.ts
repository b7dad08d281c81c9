import { given } from "../../lambda/agreements/given";
import type { Counts } from "../count/counts";
import { MODES } from "../modes";
import { planOf } from "../plan";
import { runWorld, type WorldRun } from "../run";
import { PROTECTIONS } from "./index";
import type { Protection } from "./protection";

/** What switching a protection off does. */
export interface Shown {
  readonly protection: Protection;
  readonly withIt: Counts;
  readonly withoutIt: Counts;
}

/** Runs the same faults with and without each protection. */
export async function runProtections(occurrences: number, rate = 0.3): Promise<Shown[]> {
  const shown: Shown[] = [];
  for (const [index, protection] of PROTECTIONS.entries()) {
    const {
      mode,
      maxAgeMinutes,
      keyMemoryMinutes = 720,
      faults,
      deployedWithout,
      triggers,
      without,
      delivered,
    } = protection;
    const seed = 1_000 + index;
    const plan = planOf(seed, occurrences, { simple: true, eventShare: protection.eventShare ?? 0 });
    const run: WorldRun = {
      seed,
      setting: { mode: { ...MODES[0], ...mode } as WorldRun["setting"]["mode"], keyMemoryMinutes, promised: true },
      plan: { ...plan, triggers: plan.triggers.map((trigger) => ({ ...trigger, ...triggers })) },
      faults: { rate, kinds: faults },
      maxAgeMinutes,
      people: false,
      digest: protection.digest ?? false,
    };
    const setting = { ...run.setting, keyMemoryMinutes: deployedWithout?.keyMemoryMinutes ?? keyMemoryMinutes };
    const withIt = await runWorld(run);
    const withoutIt = await runWorld({
      ...run,
      setting,
      maxAgeMinutes: deployedWithout?.maxAgeMinutes ?? maxAgeMinutes,
      ...given({ withoutProtection: without, delivered }),
    });
    shown.push({ protection, withIt: withIt.counts, withoutIt: withoutIt.counts });
  }
  return shown;
}

/** The table of `npm run campaign -- --protections`, as Markdown. */
export function protectionTable(shown: readonly Shown[]): string {
  const rows = shown.map(({ protection: { name, shownBy }, withIt, withoutIt }) => {
    return `| ${name} | ${shownBy} | ${withIt[shownBy]} | ${withoutIt[shownBy]} | ${withoutIt.occurrences} |`;
  });
  return ["| switched off | count | with it | without it | of |", "| --- | --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}
