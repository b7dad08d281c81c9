import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";

const LINES = 1000;

/**
 * Opens Node's own stream first: the pipe then no longer blocks a writer, and a write to a full one fails. After the first lines it
 * waits for a word on standard input, so that there is room in the pipe while the stream still holds lines.
 */
const PROGRAM = `
process.stdout;
const { readSync } = require("node:fs");
const { writeLine } = require(${JSON.stringify(join(__dirname, "../../lambda/log/output"))});
const write = (from, to) => {
  for (let index = from; index < to; index++) writeLine(JSON.stringify({ index, text: "é".repeat(500) }));
};
write(0, ${LINES});
process.stderr.write("full");
readSync(0, Buffer.alloc(1));
write(${LINES}, ${2 * LINES});
`;

/** What the program printed. Nothing is read before it has filled the pipe. */
function readLate(): Promise<{ exitCode: number | null; printed: string; errors: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", "-e", PROGRAM], { cwd: join(__dirname, "../..") });
  const printed: Buffer[] = [];
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
    child.stdout.on("data", (part: Buffer) => {
      if (printed.push(part) === 1) child.stdin.end("x");
    });
  });
  return new Promise((resolve) =>
    child.on("close", (exitCode) => resolve({ exitCode, printed: Buffer.concat(printed).toString(), errors })),
  );
}

describe("log lines written without Node's stream", () => {
  it("all arrive whole and in order, also when the reader is slower", async () => {
    const { exitCode, printed, errors } = await readLate();
    assert.equal(errors, "full");
    assert.equal(exitCode, 0);
    const lines = printed.trimEnd().split("\n");
    assert.equal(lines.length, 2 * LINES);
    for (const [index, line] of lines.entries()) assert.deepEqual(JSON.parse(line), { index, text: "é".repeat(500) });
  });
});
