import { parseArgs } from "node:util";
import { cold } from "./cold";
import { cost } from "./cost";
import { deploy } from "./deploy";
import { markdown, type Report } from "./report";
import { sandbox } from "./sandbox";
import { warm } from "./warm";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    runs: { type: "string", default: "21" },
    node: { type: "string", default: "24" },
    days: { type: "string", default: "365" },
  },
});

const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1)
  throw new Error(`--runs is "${values.runs}"; it must be a whole number, 1 or more`);

const days = Number(values.days);
if (!Number.isInteger(days) || days < 1)
  throw new Error(`--days is "${values.days}"; it must be a whole number, 1 or more`);

const benches: Record<string, () => Promise<Report[]>> = {
  cold: () => cold({ runs, node: values.node }),
  warm,
  deploy,
  cost,
  sandbox: () => sandbox({ runs: Math.min(runs, 7), days }),
};

async function main(): Promise<void> {
  const figures = {};
  for (const name of positionals.length > 0 ? positionals : Object.keys(benches)) {
    const bench = benches[name];
    if (!bench) throw new Error(`there is no bench "${name}"; there are ${Object.keys(benches).join(", ")}`);
    for (const report of await bench()) {
      console.log(markdown(report));
      Object.assign(figures, report.figures);
    }
  }
  if (values.json) console.log(JSON.stringify(figures));
}

main().catch((error) => {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
});
