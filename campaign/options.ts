import { parseArgs } from "node:util";

export interface Options {
  readonly seeds: readonly number[];
  readonly occurrences: number;
  readonly rate: number;
  readonly replay: { readonly seed: number; readonly step: number } | undefined;
  readonly protections: boolean;
  readonly peers: boolean;
  readonly json: boolean;
}

const USAGE = `npm run campaign -- [options]
  --seed N           the seed, 1 unless given
  --seeds N          so many seeds, from --seed on
  --occurrences N    of each seed, 10000 unless given
  --fault-rate N     the share of crossings that go wrong, 0.3 unless given
  --replay SEED:STEP stops where fault STEP of that seed strikes: its occurrence's story until then, the ledger, the queues
  --protections      switches each protection off in turn, and prints what goes wrong
  --peers            the usual ways beside this package, under the same faults
  --over-http [SEED OCCURRENCES FAULT-RATE]
                     alone: the quickstart in the sandbox, over HTTP and in processes; needs npm run build before it
  --json             the counts as one object in the last line`;

export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: "1" },
      seeds: { type: "string", default: "1" },
      occurrences: { type: "string", default: "10000" },
      "fault-rate": { type: "string", default: "0.3" },
      replay: { type: "string" },
      protections: { type: "boolean", default: false },
      peers: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const first = whole("seed", values.seed);
  const replay = /^(\d+):(\d+)$/.exec(values.replay ?? "");
  if (values.replay !== undefined && !replay) throw new Error(`--replay takes SEED:STEP, such as 7:4242\n${USAGE}`);
  const rate = Number(values["fault-rate"]);
  if (!(rate >= 0 && rate <= 1)) throw new Error(`--fault-rate takes a number from 0 to 1\n${USAGE}`);
  return {
    seeds: Array.from({ length: whole("seeds", values.seeds) }, (_, index) => first + index),
    occurrences: whole("occurrences", values.occurrences),
    rate,
    replay: replay ? { seed: Number(replay[1]), step: Number(replay[2]) } : undefined,
    protections: values.protections,
    peers: values.peers,
    json: values.json,
  };
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`--${name} takes a whole number\n${USAGE}`);
  return number;
}
