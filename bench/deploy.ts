import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineCommand, PluginProcess } from "../test/provider/pluginProcess";
import { median, type Report, round } from "./report";

const root = join(__dirname, "..");
const RUNS = 3;

/** Declares the resources as `pulumi preview` does, with an engine that answers at once: what is measured is ours and Pulumi's SDK. */
const PROGRAM = `
const began = performance.now();
const pulumi = require("@pulumi/pulumi");
let resources = 0;
const types = {};
pulumi.runtime.setMocks({
  newResource: ({ type, name, inputs }) => {
    resources++;
    types[type] = (types[type] ?? 0) + 1;
    return { id: name + "-id", state: { ...inputs, arn: "arn:aws:service:us-east-1:123456789012:" + name, name, url: "https://sqs.us-east-1.amazonaws.com/123456789012/" + name, result: "x".repeat(44), executionArn: "arn:x", apiEndpoint: "https://x.example.com" } };
  },
  call: () => ({}),
});
(async () => {
  const { RemoteApi } = require(process.env.PACKAGE);
  const loadMs = performance.now() - began;
  const start = performance.now();
  const amounts = Number(process.env.AMOUNTS), triggers = Number(process.env.TRIGGERS);
  const numbered = (count, make) => Object.fromEntries(Array.from({ length: count }, (_, index) => ["n" + index, make(index)]));
  const common = { alarmEmail: "somebody@example.com" };
  const amount = (index) => ({ kind: "TopUp", account: "Pod " + index, targetCents: 50000 });
  const trigger = (index) => ({ ruleId: "ru_" + index, schedule: "cron(0 9 1,15 * ? *)", timezone: "America/New_York" });
  new RemoteApi("bench", {
    ...common,
    ...(amounts > 0 ? { ceilingCents: 1000000, amounts: numbered(amounts, amount) } : {}),
    ...(triggers > 0 ? { triggers: numbered(triggers, trigger) } : {}),
  });
  await pulumi.runtime.waitForRPCs();
  process.stderr.write("\\n@" + JSON.stringify({ loadMs, ms: performance.now() - start, resources, types, rssMb: process.resourceUsage().maxRSS / 1024 }));
})();
`;

/** How long a declaration takes as it grows. */
export async function deploy(): Promise<Report[]> {
  const sizes: [number, number][] = [
    ...[1, 10, 100, 1000].map((n): [number, number] => [n, 0]),
    ...[1, 10, 100, 200].map((n): [number, number] => [0, n]),
  ];
  const [bundleMs, schemaMs] = [median(times(bundleModule)), median(await timesOfSchema())].map((ms) => round(ms));
  const rows = sizes.map(([amounts, triggers]) => {
    const runs = Array.from({ length: RUNS }, () => declare(amounts, triggers));
    const of = (figure: "ms" | "resources" | "rssMb" | "loadMs") => median(runs.map((run) => run[figure]));
    return {
      amounts,
      triggers,
      ms: round(of("ms")),
      resources: of("resources"),
      rssMb: Math.round(of("rssMb")),
      loadMs: round(of("loadMs")),
    };
  });
  return [
    {
      title: "Deployment",
      about: `Declaring the resources with an engine that answers at once; median of ${RUNS} processes, Node ${process.version}. Loading Pulumi and the package takes ${rows[0]?.loadMs} ms more, bundling an amountsModule ${bundleMs} ms, and from the start of the plugin to its schema it is ${schemaMs} ms.`,
      columns: ["declared", "ms", "resources", "ms a resource", "memory, MB"],
      rows: rows.map(({ amounts, triggers, ms, resources, rssMb }) => [
        amounts > 0 ? `${amounts} amounts` : `${triggers} triggers`,
        ms,
        resources,
        round(ms / resources, 2),
        rssMb,
      ]),
      figures: {
        deploy: {
          bundleMs,
          schemaMs,
          loadMs: rows[0]?.loadMs,
          amounts: figures(rows.filter(({ amounts }) => amounts > 0)),
          triggers: figures(rows.filter(({ triggers }) => triggers > 0)),
        },
      },
    },
  ];
}

function times(work: () => void): number[] {
  return Array.from({ length: RUNS }, () => {
    const began = performance.now();
    work();
    return performance.now() - began;
  });
}

function bundleModule(): void {
  const directory = mkdtempSync(join(tmpdir(), "bench-module-"));
  try {
    const file = join(directory, "amounts.ts");
    writeFileSync(
      file,
      "export const rent = async ({ accounts }: any) => (await accounts.balanceCents('Rent')) / 2;\n",
    );
    const { bundleAmountsModule } = require(join(root, "dist/provider/plan/amountsModule.js"));
    bundleAmountsModule(file, ["rent"]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** From the command that Pulumi's engine runs to the schema. */
async function timesOfSchema(): Promise<number[]> {
  const ms = [];
  for (let run = 0; run < RUNS; run++) {
    const began = performance.now();
    const plugin = await PluginProcess.start(engineCommand, root);
    await plugin.schema();
    ms.push(performance.now() - began);
    await plugin.stop();
  }
  return ms;
}

export interface Declared {
  /** How many resources of each type there are. */
  readonly types: Readonly<Record<string, number>>;
  readonly ms: number;
  readonly resources: number;
  readonly rssMb: number;
  readonly loadMs: number;
}

/** Declares so many amounts and triggers in a process of its own. */
export function declare(amounts: number, triggers: number): Declared {
  const { PATH } = process.env;
  const env = {
    PATH,
    AMOUNTS: String(amounts),
    TRIGGERS: String(triggers),
    PACKAGE: join(root, "dist/provider/index.js"),
  };
  const printed = execFileSync("sh", ["-c", 'exec "$0" -e "$1" 2>&1 >/dev/null', process.execPath, PROGRAM], {
    cwd: root,
    env,
    encoding: "utf8",
  });
  // Warnings of the program may stand before it.
  return JSON.parse(printed.slice(printed.lastIndexOf("\n@") + 2));
}

function figures(rows: readonly { amounts: number; triggers: number; ms: number; resources: number }[]) {
  return rows.map(({ amounts, triggers, ms, resources }) => ({ count: amounts || triggers, ms, resources }));
}
