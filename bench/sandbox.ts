import { spawn } from "node:child_process";
import { join } from "node:path";
import { median, type Report, round } from "./report";
import { year } from "./year";

const root = join(__dirname, "..");

/** From the command to what a person sees, with the quickstart. */
export async function sandbox({ runs, days }: { readonly runs: number; readonly days: number }): Promise<Report[]> {
  const [empty, first, round_]: [number[], number[], number[]] = [[], [], []];
  for (let run = 0; run < runs; run++) {
    empty.push((await times(["-e", "0"])).endMs);
    const dev = await times([join(root, "dist/cli/main.js"), "dev", "--once"]);
    first.push(dev.firstLineMs);
    round_.push(dev.amountMs);
  }
  const node = round(median(empty));
  const figures = { node, firstLine: round(median(first)), firstAmount: round(median(round_)) };
  return [
    {
      title: "Sandbox",
      about: `The command dev with the quickstart in a built tree, in ms; median of ${runs} runs, Node ${process.version}.`,
      columns: ["", "ms", "times node -e 0"],
      rows: [
        ["node -e 0", node, 1],
        ["first line printed", figures.firstLine, round(figures.firstLine / node)],
        ["first amount answered and printed", figures.firstAmount, round(figures.firstAmount / node)],
      ],
      figures: { sandbox: figures },
    },
    await year(days),
  ];
}

function times(args: readonly string[]): Promise<{ firstLineMs: number; amountMs: number; endMs: number }> {
  const began = performance.now();
  let [firstLineMs, amountMs] = [Number.NaN, Number.NaN];
  let printed = "";
  const child = spawn(process.execPath, args, {
    cwd: join(root, "examples/quickstart"),
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.on("data", (chunk) => {
    printed += chunk;
    if (Number.isNaN(firstLineMs) && printed.includes("\n")) firstLineMs = performance.now() - began;
    if (Number.isNaN(amountMs) && /^ +asked /m.test(printed)) amountMs = performance.now() - began;
  });
  return new Promise((resolve, reject) => {
    child.on("close", (code) => {
      if (code !== 0) reject(new Error(`${args.join(" ")} ended with ${code}:\n${printed}`));
      else resolve({ firstLineMs, amountMs, endMs: performance.now() - began });
    });
  });
}
