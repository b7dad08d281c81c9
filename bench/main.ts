import { parseArgs } from "node:util";
import { cold } from "./cold";
import { markdown, type Report } from "./report";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    runs: { type: "string", default: "21" },
    node: { type: "string", default: "24" },
  },
});

const benches: Record<string, () => Promise<Report[]>> = {
  cold: () => cold({ runs: Number(values.runs), node: values.node }),
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
